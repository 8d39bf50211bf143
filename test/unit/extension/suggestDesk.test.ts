import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import type { SuggestSummary, Suggestion } from '../../../src/core/suggest/suggestion';
import { FileActions } from '../../../src/extension/actions/fileActions';
import { Session } from '../../../src/extension/session/session';
import { SuggestDesk } from '../../../src/extension/suggest/suggestDesk';
import { Messenger } from '../../../src/extension/util/messages';
import { SuggestRequest, type SuggestProgress } from '../../../src/protocol/suggest';
import { hashBytes } from '../../../src/workspace/identity';
import { tempFolder, write } from '../workspace/tempFolder';
import { FakeEngine } from './fakeEngine';
import { CancellationError, EventEmitter, resetShown, shown, silentLog, Uri, window, workspace } from './fakeVscode';

class FakeSuggestEngine extends FakeEngine {
  readonly suggestProgress = new EventEmitter<SuggestProgress>();
  readonly onDidSuggestProgress = this.suggestProgress.event as never;
}

const suggestion = (place: string, label: string, confidence = 0.9): Suggestion => ({
  path: place,
  content: hashBytes(Buffer.from(place)),
  label,
  confidence,
  second: label === 'cat' ? 'dog' : 'cat',
  reference: `${label}/0.png`,
  similarity: 0.8,
});

/** A real inbox and real references; what the engine would say of them is given. */
function setUp(suggestions: readonly Suggestion[]) {
  const root = tempFolder();
  const files = Object.fromEntries(suggestions.map(each => [`inbox/${each.path}`, each.path]));
  write(root, { ...files, 'references/cat/0.png': 'cat', 'references/dog/0.png': 'dog' });
  const summary: SuggestSummary = {
    encoder: { kind: 'starter', name: 'starter', relation: 'same-picture' },
    classes: ['cat', 'dog'].map(label => ({ label, references: [`${label}/0.png`] })),
    suggestions,
    notes: [],
    elapsedMs: 1,
  };
  const engine = new FakeSuggestEngine().on(SuggestRequest, () => summary);
  const messenger = new Messenger(silentLog as never, english);
  const settingsOf = () => Promise.resolve(defaultScanSettings);
  const updated: string[] = [];
  const files2 = new FileActions({
    engine,
    session: new Session(),
    scans: { update: (paths: string[]) => Promise.resolve(void updated.push(...paths)), specs: () => [] } as never,
    verdicts: {} as never,
    trash: {} as never,
    messenger,
    settingsOf,
    changed: () => undefined,
  });
  workspace.workspaceFolders = [{ uri: Uri.file(root), name: 'data', index: 0 }] as never;
  const source = {
    build: (specs: readonly { path: string; name: string; only: readonly string[] }[]) =>
      Promise.resolve({
        params: {
          roots: specs.map(spec => ({ ...spec, settings: { ...defaultScanSettings, model: 'pets.twinlint' }, filesExclude: [] })),
          verdicts: [],
          keep: false,
          trusted: true,
        },
        notes: [],
      }),
  };
  const showPage = vi.fn();
  const desk = new SuggestDesk({ engine, source, files: files2, messenger, showPage, changed: () => undefined });
  const at = (name: string): string => path.join(root, name);
  const suggest = () => desk.table().suggestLabels(Uri.file(at('inbox')), Uri.file(at('references'))) as Promise<boolean>;
  return { root, desk, engine, showPage, suggest, at, isThere: (name: string) => existsSync(at(name)), updated };
}
const texts = () => shown.messages.map(message => message.text);
/** Of the two places where class folders may be. */
const chooseHome = (index: 0 | 1) =>
  vi.spyOn(window, 'showQuickPick').mockImplementation(items => Promise.resolve((items as unknown[])[index]));

beforeEach(() => {
  resetShown();
  vi.restoreAllMocks();
});

describe('labels suggested from references', () => {
  const three = [suggestion('1.png', 'cat'), suggestion('2.png', 'dog'), suggestion('deep/3.png', 'cat', 0.2)];

  test('are asked for with the settings of the workspace folder, and shown', async () => {
    chooseHome(0);
    const { desk, engine, showPage, suggest, at, root } = setUp(three);
    expect(desk.snapshot()).toBeNull();
    expect(await suggest()).toBe(true);
    expect(showPage).toHaveBeenCalledOnce();
    expect(engine.calls[0].params).toMatchObject({
      root: { path: at('inbox'), only: [], settings: { model: path.join(root, 'pets.twinlint') } },
      references: { path: at('references'), only: [] },
    });
    const snapshot = desk.snapshot()!;
    expect(snapshot.images.map(({ place }) => place)).toEqual(['1.png', '2.png', 'deep/3.png']);
    expect(snapshot.images[2].image).toMatchObject({ root: -1, path: at('inbox/deep/3.png') });
    expect([desk.shows(at('inbox/1.png')), desk.shows(at('references/cat/0.png')), desk.shows(at('secret.png'))]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('are accepted in one action, and taken back as one', async () => {
    chooseHome(1);
    const { desk, suggest, isThere, updated } = setUp(three);
    await suggest();
    expect(await desk.act({ kind: 'accept', places: ['1.png', '2.png', 'deep/3.png'] })).toBe(true);
    expect(['references/cat/1.png', 'references/dog/2.png', 'references/cat/3.png', 'inbox/1.png'].map(isThere)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(updated.length).toBeGreaterThan(0);
    expect(desk.snapshot()).toMatchObject({ images: [], accepted: 3 });
    expect(await desk.act({ kind: 'undo' })).toBe(true);
    expect(['inbox/1.png', 'inbox/2.png', 'inbox/deep/3.png', 'references/cat/1.png'].map(isThere)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(desk.snapshot()!.images).toHaveLength(3);
    expect(texts()).toEqual([]);
  });

  test.each([
    ['Keep Both, with Numbers', ['references/cat/1_2.png'], 2],
    ['Leave Them Here', ['inbox/1.png'], 1],
    [undefined, ['inbox/1.png', 'inbox/2.png'], 0],
  ])('a name that is taken is asked about and never overwritten: %s', async (answer, there, accepted) => {
    chooseHome(1);
    const { desk, root, suggest, at, isThere } = setUp(three);
    write(root, { 'references/cat/1.png': 'another' });
    await suggest();
    vi.spyOn(window, 'showWarningMessage').mockResolvedValue(answer);
    expect(await desk.act({ kind: 'accept', places: ['1.png', '2.png'] })).toBe(accepted > 0);
    expect(there.map(isThere)).toEqual(there.map(() => true));
    expect(readFileSync(at('references/cat/1.png'), 'utf8')).toBe('another');
    expect(desk.snapshot()!.accepted).toBe(accepted);
  });

  test('another label is picked for all that are chosen', async () => {
    const picks = chooseHome(0);
    const { desk, suggest, isThere } = setUp(three);
    await suggest();
    picks.mockImplementation(items => Promise.resolve((items as unknown[])[1]));
    expect(await desk.act({ kind: 'other', places: ['1.png', 'deep/3.png'] })).toBe(true);
    expect(['inbox/dog/1.png', 'inbox/dog/3.png'].map(isThere)).toEqual([true, true]);
    expect(await desk.act({ kind: 'accept', places: ['gone.png'] })).toBe(false);
  });

  test('nothing is moved in a workspace that is not trusted', async () => {
    chooseHome(0);
    const { desk, suggest, isThere } = setUp(three);
    await suggest();
    workspace.isTrusted = false;
    try {
      expect(await desk.act({ kind: 'accept', places: ['1.png'] })).toBe(false);
    } finally {
      workspace.isTrusted = true;
    }
    expect(isThere('inbox/1.png')).toBe(true);
    expect(texts().at(-1)).toContain('This workspace is not trusted');
  });

  test('a file that changed since stays, and that is said', async () => {
    chooseHome(0);
    const { desk, root, suggest, isThere } = setUp(three);
    await suggest();
    write(root, { 'inbox/1.png': 'new' });
    expect(await desk.act({ kind: 'accept', places: ['1.png', '2.png'] })).toBe(true);
    expect([isThere('inbox/1.png'), isThere('inbox/dog/2.png')]).toEqual([true, true]);
    expect(desk.snapshot()).toMatchObject({ accepted: 1, problem: '1 images stayed where they are.' });
  });

  test('virtual folders are refused, a cancelled run says nothing', async () => {
    chooseHome(0);
    const { desk, engine, suggest, showPage } = setUp(three);
    expect(await desk.table().suggestLabels(Uri.parse('memfs:/inbox'), Uri.file('/references'))).toBe(false);
    expect(texts()).toEqual(['/inbox lies on a virtual file system (memfs); Twinlint reads images from disk only.']);
    engine.on(SuggestRequest, () => {
      throw new CancellationError();
    });
    expect(await suggest()).toBe(false);
    expect(texts()).toHaveLength(1);
    expect(showPage).not.toHaveBeenCalled();
  });
});
