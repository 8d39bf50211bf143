import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageRecord } from '../../../src/core/dataset/image';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { Actions } from '../../../src/extension/actions/actions';
import type { TrashMove } from '../../../src/extension/actions/ports';
import { Session } from '../../../src/extension/session/session';
import { Messenger } from '../../../src/extension/util/messages';
import { FakeMemento, summaryOf } from './fakeEngine';
import { resetShown, shown, silentLog, workspace, type Uri } from './fakeVscode';
import { imageOf, pairOf } from './records';

const image = (index: number, path: string, root = 0): ImageRecord => imageOf(path, { index, root, content: String(index) });
const pair = pairOf(image(0, 'x/a.png'), image(1, 'x/b.png'), 'f');

/** Records what is asked for, in order. */
function setUp(changes: { move?: () => unknown; restore?: () => unknown } = {}) {
  const log: string[] = [];
  const session = new Session();
  const roots = ['/data', '/other'].map(path => ({
    path,
    name: path.slice(1),
    only: [],
    settings: defaultScanSettings,
    filesExclude: [],
  }));
  session.set({ params: { roots, verdicts: [], keep: true, trusted: true }, summary: summaryOf({ roots }), threshold: 0.2 });
  const move = (root: { path: string }, _keep: unknown, files: readonly ImageRecord[]) => {
    log.push(`move ${root.path}: ${files.map(file => file.path).join()}`);
    const made: TrashMove = { rootPath: root.path, folder: `${root.path}/.t`, time: '', paths: files.map(file => file.path) };
    return Promise.resolve(changes.move?.() ?? { move: made, notes: [] });
  };
  const actions = new Actions({
    session,
    scans: {
      update: (paths: readonly string[]) => Promise.resolve(void log.push(`update ${paths.join()}`)),
      refreshVerdicts: () => Promise.resolve((log.push('verdicts'), [])),
      specs: () => roots,
    } as never,
    diagnostics: { remove: (uris: readonly Uri[]) => log.push(`remove ${uris.map(uri => uri.path).join()}`) } as never,
    verdicts: {
      read: () => Promise.resolve({ verdicts: [], notes: [] }),
      addDifferent: root => Promise.resolve((log.push(`different in ${root.path}`), { id: 'v1', notes: [] })),
      retract: (_root, id) => Promise.resolve((log.push(`retract ${id}`), [])),
      add: () => Promise.resolve({ ids: [], notes: [] }),
      obstacles: async () => [],
      retractAll: () => Promise.resolve([]),
    },
    trash: {
      move: move as never,
      moveSets: () => Promise.resolve({ notes: [] }),
      list: () => Promise.resolve([]),
      restore: (made: TrashMove, renamed = false) => {
        log.push(`restore ${made.folder}${renamed ? ' renamed' : ''}`);
        return Promise.resolve((changes.restore?.() ?? { paths: made.paths, conflicts: [], notes: [] }) as never);
      },
      recover: () => Promise.resolve([]),
    },
    messenger: new Messenger(silentLog as never, english),
    globalState: new FakeMemento() as never,
    compare: () => Promise.resolve(void log.push('compare')),
    changed: () => undefined,
  });
  return { actions, log };
}
const settle = () => new Promise(resolve => setTimeout(resolve, 5));
const context = (key: string) =>
  shown.commands.filter(({ id, args }) => id === 'setContext' && args[0] === key).map(({ args }) => args[1]);

beforeEach(resetShown);

describe('Not a duplicate', () => {
  test('is written, reaches the engine, and is offered to be undone', async () => {
    const { actions, log } = setUp();
    expect(await actions.notDuplicate(pair)).toBe(true);
    expect(log).toEqual(['different in /data', 'verdicts']);
    expect(shown.messages).toEqual([
      { kind: 'info', text: 'a.png and b.png are remembered as different pictures.', choices: ['Undo'] },
    ]);
    expect(context('twinlint.canUndoVerdict')).toEqual([true]);
  });

  test('Undo in the notification takes it back, once', async () => {
    const { actions, log } = setUp();
    shown.answers.push('Undo');
    await actions.notDuplicate(pair);
    await settle();
    expect(log.slice(2)).toEqual(['retract v1', 'verdicts']);
    expect(await actions.undoVerdict()).toBe(false);
    expect(log).toHaveLength(4);
    expect(context('twinlint.canUndoVerdict').at(-1)).toBe(false);
  });
});

describe('Keep this one, trash the other', () => {
  test('asks the first time only; the findings go at once, then the engine is told', async () => {
    const { actions, log } = setUp();
    shown.answers.push('Move to Trash');
    expect(await actions.keepAndTrash(pair.a, [pair.b])).toBe(true);
    expect(log).toEqual(['move /data: x/b.png', 'remove /data/x/b.png', 'update /data/x/b.png']);
    expect(shown.messages.map(({ kind, text }) => [kind, text])).toEqual([
      ['warning', 'Move b.png to the trash and keep a.png?'],
      ['info', 'x/b.png is in the trash; a.png was kept.'],
    ]);
    await actions.keepAndTrash(pair.a, [pair.b]);
    expect(shown.messages.filter(({ kind }) => kind === 'warning')).toHaveLength(1);
  });

  test('does nothing where the question is not answered with yes, and asks again', async () => {
    const { actions, log } = setUp();
    shown.answers.push(undefined, undefined);
    expect(await actions.keepAndTrash(pair.a, [pair.b])).toBe(false);
    expect(await actions.keepAndTrash(pair.a, [pair.b])).toBe(false);
    expect(log).toEqual([]);
    expect(shown.messages).toHaveLength(2);
  });

  test('each root’s files go to its own trash; one Undo brings all back', async () => {
    const { actions, log } = setUp();
    shown.answers.push('Move to Trash', 'Undo');
    await actions.keepAndTrash(pair.a, [pair.b, image(2, 'y.png', 1)]);
    await settle();
    expect(log).toEqual([
      'move /data: x/b.png',
      'move /other: y.png',
      'remove /data/x/b.png,/other/y.png',
      'update /data/x/b.png,/other/y.png',
      'restore /data/.t',
      'restore /other/.t',
      'update /data/x/b.png,/other/y.png',
    ]);
    expect(actions.canUndoTrash).toBe(false);
  });

  test('where nothing could be moved, the reason is told and nothing else happens', async () => {
    const notes = [{ message: 'Nothing was moved: {0}, the file to keep, does not exist.', args: ['x/a.png'] }];
    const { actions, log } = setUp({ move: () => ({ notes }) });
    shown.answers.push('Move to Trash');
    expect(await actions.keepAndTrash(pair.a, [pair.b])).toBe(false);
    expect(log).toEqual(['move /data: x/b.png']);
    expect(shown.messages.at(-1)?.text).toBe('Nothing was moved: x/a.png, the file to keep, does not exist.');
    expect(actions.canUndoTrash).toBe(false);
  });

  test('the last move can be undone by command; a taken place is offered a new name', async () => {
    const conflict = { paths: [], conflicts: ['x/b.png'], notes: [{ message: 'taken', args: [] }] };
    const restore = vi
      .fn<() => unknown>()
      .mockReturnValueOnce(conflict)
      .mockReturnValue({ paths: ['x/b (restored).png'], conflicts: [], notes: [] });
    const { actions, log } = setUp({ restore });
    shown.answers.push('Move to Trash', undefined, 'Restore under New Names');
    await actions.keepAndTrash(pair.a, [pair.b]);
    expect(await actions.undoTrash()).toBe(false);
    await settle();
    expect(log.slice(3)).toEqual(['restore /data/.t', 'restore /data/.t renamed', 'update /data/x/b (restored).png']);
  });

  test('an empty trash is said', async () => {
    const { actions } = setUp();
    expect(await actions.undoTrash()).toBe(false);
    expect(shown.messages.map(({ text }) => text)).toEqual(['The trash is empty.']);
  });
});

test('an untrusted workspace is not written to', async () => {
  const { actions, log } = setUp();
  workspace.isTrusted = false;
  expect(await actions.notDuplicate(pair)).toBe(false);
  expect(await actions.keepAndTrash(pair.a, [pair.b])).toBe(false);
  expect(log).toEqual([]);
  expect(shown.messages.every(({ text }) => text.startsWith('This workspace is not trusted'))).toBe(true);
});

describe('Open both', () => {
  test('opens two image previews side by side, neither in place of the other', async () => {
    const { actions } = setUp();
    await actions.openBoth(pair);
    const opened = shown.commands.filter(({ id }) => id === 'vscode.openWith');
    expect(opened.map(({ args }) => [(args[0] as Uri).path, args[1], (args[2] as { viewColumn: number }).viewColumn])).toEqual([
      ['/data/x/a.png', 'imagePreview.previewEditor', 1],
      ['/data/x/b.png', 'imagePreview.previewEditor', 2],
    ]);
  });

  test('what the preview cannot show is compared in the panel', async () => {
    const { actions, log } = setUp();
    await actions.openBoth({ ...pair, b: image(1, 'x/b.TIFF') });
    expect(log).toEqual(['compare']);
    expect(shown.commands.some(({ id }) => id === 'vscode.openWith')).toBe(false);
  });
});
