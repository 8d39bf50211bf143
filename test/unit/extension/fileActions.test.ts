import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageRecord } from '../../../src/core/dataset/image';
import { english } from '../../../src/core/l10n';
import { defaultScanSettings, type ScanSettings } from '../../../src/core/settings/scanSettings';
import { FileActions } from '../../../src/extension/actions/fileActions';
import { parseShares } from '../../../src/extension/actions/groupActions';
import { placeWithLabel } from '../../../src/extension/actions/relabel';
import { WorkspaceTrash } from '../../../src/extension/actions/trash';
import { Session } from '../../../src/extension/session/session';
import { Messenger } from '../../../src/extension/util/messages';
import { ScannedImagesRequest } from '../../../src/protocol/curation';
import { FindingsRequest } from '../../../src/protocol/engine';
import { hashBytes } from '../../../src/workspace/identity';
import { tempFolder, write } from '../workspace/tempFolder';
import { FakeEngine, summaryOf } from './fakeEngine';
import { Position, resetShown, settings as vscodeSettings, shown, silentLog, Uri, window, workspace } from './fakeVscode';

type Files = Readonly<
  Record<string, { readonly text: string; readonly label?: string; readonly split?: string; readonly width?: number }>
>;

/** A real folder, scanned: all images of one group unless told otherwise. */
function setUp(
  files: Files,
  changes: { settings?: Partial<ScanSettings>; more?: Record<string, string>; groups?: number[][] } = {},
) {
  const root = tempFolder();
  write(root, Object.fromEntries(Object.entries(files).map(([name, { text }]) => [name, text])));
  write(root, changes.more ?? {});
  const settings = { ...defaultScanSettings, ...changes.settings };
  const images: ImageRecord[] = Object.entries(files).map(([name, { text, width, ...rest }], index) => {
    const { size, mtimeMs } = statSync(path.join(root, name));
    const size2 = { width: width ?? 10, height: 10, format: 'png' };
    const content = hashBytes(Buffer.from(text));
    return { index, root: 0, path: name, content, sizeBytes: size, modifiedMs: Math.trunc(mtimeMs), ...size2, ...rest };
  });
  const groups = changes.groups ?? [images.map(({ index }) => index)];
  const pairs = groups.flatMap(group => group.flatMap(a => group.filter(b => b > a).flatMap(b => [a, b])));
  const engine = new FakeEngine();
  engine.on(ScannedImagesRequest, () => ({
    generation: 1,
    threshold: 0.2,
    images,
    groups,
    pairs: Uint32Array.from(pairs),
    distances: new Float32Array(pairs.length / 2),
    sharpness: new Float32Array(images.length).fill(NaN),
    centrality: new Float32Array(images.length).fill(NaN),
  }));
  engine.on(FindingsRequest, () => ({ generation: 1, total: 0, counts: {}, findings: [] }));
  const session = new Session();
  const roots = [{ path: root, name: 'data', only: [], settings, filesExclude: [] }];
  const classes = [...new Set(images.flatMap(image => image.label ?? []))];
  session.set({
    params: { roots, verdicts: [], keep: true, trusted: true },
    summary: { ...summaryOf({ roots }), classes },
    threshold: 0.2,
  });
  const updated: string[] = [];
  const drafts: unknown[] = [];
  const settingsOf = () => Promise.resolve(settings);
  const actions = new FileActions({
    engine,
    session,
    scans: {
      update: (paths: readonly string[]) => Promise.resolve(void updated.push(...paths.map(each => path.relative(root, each)))),
      refreshVerdicts: () => Promise.resolve([]),
      ready: () => Promise.resolve(true),
      specs: () => roots,
    } as never,
    verdicts: {
      add: (_root: string, own: readonly unknown[]) => Promise.resolve((drafts.push(...own), { ids: ['v'], notes: [] })),
    } as never,
    trash: new WorkspaceTrash(settingsOf),
    messenger: new Messenger(silentLog as never, english),
    settingsOf,
    changed: () => undefined,
  });
  const read = (name: string): string | undefined => {
    const file = path.join(root, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  return { root, images, table: actions.table(), read, updated, drafts, uri: (name: string) => Uri.file(path.join(root, name)) };
}
const texts = () => shown.messages.map(({ text }) => text);
const pick = (choose: (items: readonly Record<string, unknown>[]) => unknown) =>
  vi.spyOn(window, 'showQuickPick').mockImplementation(items => Promise.resolve(choose(items as Record<string, unknown>[])));

beforeEach(() => {
  resetShown();
  vi.restoreAllMocks();
});

describe('Relabel', () => {
  const files = {
    'train/cat/1.png': { text: 'a', label: 'cat', split: 'train' },
    'train/dog/1.png': { text: 'b', label: 'dog', split: 'train' },
  };

  test('moves the image with its caption and row, under a free name; the last action is undone and done again', async () => {
    const more = { 'train/cat/1.txt': 'caption', 'labels.csv': 'path,label\ntrain/cat/1.png,cat\n' };
    const { table, read, updated, uri } = setUp(files, { more });
    pick(items => items.find(item => item.label === 'dog'));
    expect(await table.relabel(uri('train/cat/1.png'))).toBe(true);
    expect([read('train/dog/1_2.png'), read('train/dog/1_2.txt'), read('train/cat/1.png')]).toEqual(['a', 'caption', undefined]);
    expect(read('labels.csv')).toBe('path,label\ntrain/dog/1_2.png,dog\n');
    expect(updated).toContain('train/dog/1_2.png');
    expect(texts()).toEqual(['Done: 1.png relabeled as dog.']);
    expect(await table.undoAction()).toBe(true);
    expect([read('train/cat/1.png'), read('labels.csv')]).toEqual(['a', more['labels.csv']]);
    expect(await table.redoAction()).toBe(true);
    expect(read('train/dog/1_2.png')).toBe('a');
    expect(texts().slice(1)).toEqual(['Undone: 1.png relabeled as dog.', 'Done again: 1.png relabeled as dog.']);
  });

  test('finds the class folder in another branch of the tree', () => {
    const image = (name: string, label: string): ImageRecord => ({ path: name, label, root: 0 }) as ImageRecord;
    const all = [image('animal/cat/1.png', 'cat'), image('vehicle/car/2.png', 'car')];
    expect(placeWithLabel(all[0], 'car', all)).toBe('vehicle/car/1.png');
    expect(placeWithLabel(all[0], 'bird', all)).toBe('animal/bird/1.png');
    expect(placeWithLabel({ ...all[0], label: 'fox' }, 'car', all)).toBeUndefined();
  });

  const labelled = { 'a.png': { text: 'a', label: 'cat' }, 'b.png': { text: 'b', label: 'dog' } };
  const csv = 'path,label\na.png,cat\nb.png,dog\n';

  test('edits the row where labels come from a file; nothing moves', async () => {
    const { table, read, root } = setUp(labelled, { settings: { labels: 'labels.csv' }, more: { 'labels.csv': csv } });
    expect(await table.relabel(path.join(root, 'a.png'), 'bird')).toBe(true);
    expect([read('labels.csv'), read('a.png')]).toEqual(['path,label\na.png,bird\nb.png,dog\n', 'a']);
    await table.undoAction();
    expect(read('labels.csv')).toBe(csv);
  });

  test('edits it in the editor where it is open and not saved; the file stays', async () => {
    const { table, read, root, uri } = setUp(labelled, { settings: { labels: 'labels.csv' }, more: { 'labels.csv': csv } });
    const typed = `${csv}c.png,new\n`;
    const positionAt = (offset: number): Position => new Position(0, offset);
    workspace.textDocuments = [
      { uri: uri('labels.csv'), isDirty: true, getText: () => typed, positionAt, save: () => Promise.resolve(true) },
    ];
    expect(await table.relabel(path.join(root, 'a.png'), 'bird')).toBe(true);
    expect(read('labels.csv')).toBe(csv);
    const [{ replacements }] = shown.edits;
    expect(replacements.map(({ range, text }) => [typed.slice(range.start.character, range.end.character), text])).toEqual([
      ['cat', 'bird'],
    ]);
  });

  test('a list with rows of the image that is not saved is not edited behind its back', async () => {
    const { table, read, uri } = setUp(files, { more: { 'list.txt': 'train/cat/1.png\ntrain/dog/1.png\n' } });
    workspace.textDocuments = [
      {
        uri: uri('list.txt'),
        isDirty: true,
        getText: () => '',
        positionAt: () => new Position(0, 0),
        save: () => Promise.resolve(true),
      },
    ];
    expect(await table.relabel(uri('train/cat/1.png'), 'dog')).toBe(false);
    expect(read('train/cat/1.png')).toBe('a');
    expect(texts()[0]).toMatch(/list\.txt has rows of these images and is not saved/);
  });
});

test('The Label Is Right is a verdict on that content at that path', async () => {
  const { table, drafts, uri, images } = setUp({ 'cat/1.png': { text: 'a', label: 'cat' } });
  expect(await table.labelIsRight(uri('cat/1.png'))).toBe(true);
  expect(drafts).toEqual([
    { relation: 'same-class', verdict: 'ignore', images: [{ content: images[0].content, path: 'cat/1.png' }] },
  ]);
});

describe('Move the Whole Group to Train', () => {
  const files = {
    'train/cat/1.png': { text: 'a', split: 'train' },
    'test/cat/1.png': { text: 'b', split: 'test' },
    'val/cat/2.png': { text: 'c', split: 'val' },
    'test/cat/9.png': { text: 'z', split: 'test' },
  };
  const groups = [[0, 1, 2]];

  test('shows where to, moves the members that are elsewhere, and no others', async () => {
    const { table, read, uri } = setUp(files, { groups });
    shown.answers.push('Move to train');
    expect(await table.moveGroupToTrain(uri('test/cat/1.png'))).toBe(true);
    expect([read('train/cat/1_2.png'), read('train/cat/2.png'), read('test/cat/9.png')]).toEqual(['b', 'c', 'z']);
    expect(texts()).toEqual(['Move 2 images of this group to train?', 'Done: 2 images moved to train.']);
  });

  test('does nothing without a yes, and leaves protected folders alone', async () => {
    const { table, read, uri } = setUp(files, { groups });
    shown.answers.push(undefined);
    expect(await table.moveGroupToTrain(uri('test/cat/1.png'))).toBe(false);
    vscodeSettings.user['twinlint.curate.protectedFolders'] = ['test', 'val/**'];
    expect(await table.moveGroupToTrain(uri('test/cat/1.png'))).toBe(false);
    expect([read('test/cat/1.png'), read('val/cat/2.png')]).toEqual(['b', 'c']);
  });
});

describe('Trash All but the Best of Each Group', () => {
  const files = {
    'a1.png': { text: 'a1', width: 20 },
    'a2.png': { text: 'a2' },
    'b1.png': { text: 'b1' },
    'b2.png': { text: 'b2', width: 20 },
    'gold/c1.png': { text: 'c1' },
    'c2.png': { text: 'c2', width: 20 },
  };
  const groups = [
    [0, 1],
    [2, 3],
    [4, 5],
  ];

  test('shows each group, leaves out those taken out, and one undo brings all back', async () => {
    vscodeSettings.user['twinlint.curate.protectedFolders'] = ['gold'];
    const { table, read } = setUp(files, { groups, settings: { labels: 'none' } });
    let seen: unknown[] = [];
    pick(items => {
      seen = items.map(({ label, detail }) => [label, detail]);
      return items;
    });
    expect(await table.trashGroups()).toBe(true);
    expect(seen).toEqual([
      ['Keep a1.png', 'a2.png'],
      ['Keep b2.png', 'b1.png'],
    ]);
    const left = ['a1.png', 'a2.png', 'b1.png', 'b2.png', 'gold/c1.png', 'c2.png'];
    expect(left.filter(name => read(name) !== undefined)).toEqual(['a1.png', 'b2.png', 'gold/c1.png', 'c2.png']);
    expect(await table.undoAction()).toBe(true);
    expect(left.filter(name => read(name) !== undefined)).toEqual(left);
  });

  test('by the policies of the settings', async () => {
    vscodeSettings.user['twinlint.curate.keep'] = ['protected', 'no such policy'];
    vscodeSettings.user['twinlint.curate.protectedFolders'] = ['gold'];
    const { table, read } = setUp(files, { groups, settings: { labels: 'none' } });
    pick(items => items.filter(({ label }) => label === 'Keep gold/c1.png'));
    expect(await table.trashGroups()).toBe(true);
    expect([read('c2.png'), read('a2.png')]).toEqual([undefined, 'a2']);
  });
});

test('Restore from Trash gives back the row, too; under new names only the file', async () => {
  const root = tempFolder();
  write(root, { 'a.png': 'a', 'b.png': 'b', 'labels.csv': 'path,label\na.png,cat\nb.png,cat\n' });
  const trash = new WorkspaceTrash(() => Promise.resolve({ ...defaultScanSettings, labels: 'none' }));
  const scanRoot = { path: root, name: 'data', only: [], settings: defaultScanSettings, filesExclude: [] };
  const image = (name: string): ImageRecord => ({ path: name, content: hashBytes(Buffer.from(name[0])), root: 0 }) as ImageRecord;
  const move = async () => (await trash.move(scanRoot, { root: scanRoot, image: image('a.png') }, [image('b.png')])).move!;
  const rows = () => readFileSync(path.join(root, 'labels.csv'), 'utf8').split('\n').length;
  const first = await move();
  expect(rows()).toBe(3);
  expect(await trash.restore(first)).toEqual({ paths: ['b.png'], conflicts: [], notes: [] });
  expect(rows()).toBe(4);
  const second = await move();
  write(root, { 'b.png': 'another' });
  expect(await trash.restore(second)).toMatchObject({ paths: [], conflicts: ['b.png'] });
  expect((await trash.restore(second, true)).paths).toEqual(['b (restored).png']);
  expect(readFileSync(path.join(root, 'b.png'), 'utf8')).toBe('another');
});

test('the history undoes an action that is not the last, and does it again', async () => {
  const files = { 'cat/1.png': { text: 'a', label: 'cat' }, 'cat/2.png': { text: 'b', label: 'cat' } };
  const { table, read, uri } = setUp(files);
  await table.relabel(uri('cat/1.png'), 'dog');
  await table.relabel(uri('cat/2.png'), 'dog');
  const labels: string[] = [];
  pick(items => {
    labels.push(...items.map(({ label }) => String(label)));
    return items[1];
  });
  await table.showHistory();
  expect(labels).toEqual(['$(check) 2.png relabeled as dog', '$(check) 1.png relabeled as dog']);
  expect([read('cat/1.png'), read('dog/2.png')]).toEqual(['a', 'b']);
  pick(items => items.find(({ label }) => String(label).startsWith('$(circle-slash)')));
  await table.showHistory();
  expect(read('dog/1.png')).toBe('a');
});

test('dealing to splits shows the table first, and moves on a yes', async () => {
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`cat/${i}.png`, { text: String(i), label: 'cat' }]));
  const { table, read } = setUp(files, { groups: [[0, 1]] });
  vi.spyOn(window, 'showInputBox').mockResolvedValue('0.5 0 0.5 3');
  let row = '';
  pick(items => {
    row = String(items[2].description);
    return items[0];
  });
  expect(await table.resplit()).toBe(true);
  expect(row).toBe('train 0 → 5   test 0 → 5   – 10 → 0');
  expect(read('train/cat/0.png') === undefined).toBe(read('train/cat/1.png') === undefined);
  expect(parseShares('0.8 0.1 0.2 1')).toBeUndefined();
});

test('an untrusted workspace is not written to', async () => {
  workspace.isTrusted = false;
  const { table, read, uri } = setUp({ 'cat/1.png': { text: 'a', label: 'cat' } });
  expect(await table.relabel(uri('cat/1.png'), 'dog')).toBe(false);
  expect(read('cat/1.png')).toBe('a');
});
