import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { hashBytes } from '../../../src/workspace/identity';
import { listTrash, recoverTrash } from '../../../src/workspace/trash/listTrash';
import { moveToTrash } from '../../../src/workspace/trash/moveToTrash';
import type { TrashEntry, TrashOutcome } from '../../../src/workspace/trash/moveToTrash';
import { restoreFromTrash } from '../../../src/workspace/trash/restore';
import { trashFoldersOf } from '../../../src/workspace/trash/trashFolder';
import { walkImages } from '../../../src/workspace/walk';
import { tempFolder, withoutRoot, write } from './tempFolder';

/** Labels are off, so that the roots here, with folders a and b, are no class roots. */
const settings = { ...defaultScanSettings, labels: 'none' };
const hash = (text: string): string => hashBytes(Buffer.from(text));

interface Options {
  readonly keep?: string;
  readonly trashFolder?: string;
  readonly labels?: string;
  readonly contents?: Readonly<Record<string, string>>;
}
/** Trashes files as if they had been scanned just now. */
async function trash(root: string, files: readonly string[], options: Options = {}): Promise<TrashOutcome> {
  const scanned = (relative: string): { path: string; content?: string } => {
    const file = path.join(root, relative);
    const known =
      options.contents?.[relative] ?? (existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined);
    return { path: relative, ...(known !== undefined && { content: hash(known) }) };
  };
  return moveToTrash({
    root,
    settings: { ...settings, trashFolder: options.trashFolder ?? 'auto', labels: options.labels ?? 'none' },
    keep: { root, ...scanned(options.keep ?? 'keep.png') },
    files: files.map(scanned),
  });
}
const refusals = (outcome: TrashOutcome): string[] => outcome.refused.map(({ note }) => noteText(note));
const twins = (): string => {
  const root = tempFolder();
  write(root, { 'keep.png': 'picture', 'a/twin.png': 'picture', 'b/twin.png': 'other' });
  return root;
};
const only = async (root: string, from = settings): Promise<TrashEntry> => {
  const entries = await listTrash(root, from);
  expect(entries).toHaveLength(1);
  return entries[0];
};

describe('moving to the trash', () => {
  it('takes files out of the data set, and undo puts them back as they were', async () => {
    const root = twins();
    const then = new Date('2020-02-03T04:05:06Z');
    utimesSync(path.join(root, 'a/twin.png'), then, then);
    const { entry, refused, notes } = await trash(root, ['a/twin.png', 'b/twin.png', 'a/twin.png']);
    expect([refused, notes]).toEqual([[], []]);
    expect(existsSync(path.join(root, 'a/twin.png'))).toBe(false);
    expect(entry!.files.map(file => [file.path, file.content])).toEqual([
      ['a/twin.png', hash('picture')],
      ['b/twin.png', hash('other')],
    ]);
    for (const { stored } of entry!.files) expect(stored).toMatch(/\.png\.trashed$/);
    const scanned: string[] = [];
    for await (const image of walkImages({ root, skip: trashFoldersOf(root, settings) })) scanned.push(image.path);
    expect(scanned).toEqual(['keep.png']);
    expect(await only(root)).toEqual(entry);

    expect(await restoreFromTrash(entry!)).toEqual({
      restored: [
        { path: 'a/twin.png', from: 'a/twin.png' },
        { path: 'b/twin.png', from: 'b/twin.png' },
      ],
      conflicts: [],
      notes: [],
    });
    expect(readFileSync(path.join(root, 'a/twin.png'), 'utf8')).toBe('picture');
    expect(statSync(path.join(root, 'a/twin.png')).mtimeMs).toBe(then.getTime());
    expect(await listTrash(root, settings)).toEqual([]);
    expect(readdirSync(path.join(root, '.twinlint/trash'))).toEqual(['.gitignore']);
    await expect(restoreFromTrash(entry!)).rejects.toThrow('Nothing was restored: this move is no longer in the trash.');
  });

  it('leaves a manifest that leads back, outside of Git', async () => {
    const root = twins();
    await trash(root, ['a/twin.png']);
    const { folder } = await only(root);
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      version: 1,
      complete: true,
      kept: { path: 'keep.png', content: hash('picture') },
      files: [{ path: 'a/twin.png', content: hash('picture'), sizeBytes: 7 }],
    });
    const readable = readFileSync(path.join(root, '.twinlint/.gitignore'), 'utf8');
    expect(readable).toContain('/trash/');
    expect(readable).not.toMatch(/^\/?(verdicts|models|config)/m);
  });

  it('never overwrites: files of one name, many times, and names at the limit', async () => {
    const root = tempFolder();
    const long = `${'é'.repeat(125)}.png`;
    write(root, { 'keep.png': 'k', [long]: 'long', 'new\nline.png': 'n' });
    for (let i = 0; i < 5; i++) {
      write(root, { 'a/x.png': `a${i}`, 'b/x.png': `b${i}` });
      expect(refusals(await trash(root, ['a/x.png', 'b/x.png']))).toEqual([]);
    }
    expect(refusals(await trash(root, [long, 'new\nline.png']))).toEqual([]);
    const entries = await listTrash(root, settings);
    expect(entries.map(({ files }) => files.length)).toEqual([2, 2, 2, 2, 2, 2]);
    const contents = entries
      .slice(1)
      .flatMap(({ folder, files }) => files.map(({ stored }) => readFileSync(path.join(folder, stored), 'utf8')));
    expect(contents.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3', 'b4']);
    await restoreFromTrash(entries[0]);
    expect(readFileSync(path.join(root, long), 'utf8')).toBe('long');
    expect(readFileSync(path.join(root, 'new\nline.png'), 'utf8')).toBe('n');
  });

  it('works for two at once on the same files: each file moves once, nothing is lost', async () => {
    const root = tempFolder();
    const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
    write(root, { 'keep.png': 'k', ...Object.fromEntries(names.map(name => [name, name])) });
    const outcomes = await Promise.all([trash(root, names), trash(root, names.slice().reverse())]);
    expect(outcomes.flatMap(({ entry }) => entry?.files ?? [])).toHaveLength(30);
    for (const entry of await listTrash(root, settings)) await restoreFromTrash(entry);
    expect(names.map(name => readFileSync(path.join(root, name), 'utf8'))).toEqual(names);
  });
});

describe('nothing moves', () => {
  const untouched = (root: string): void => {
    expect(readFileSync(path.join(root, 'a/twin.png'), 'utf8')).toBe('picture');
    expect(existsSync(path.join(root, '.twinlint'))).toBe(false);
  };

  it('where the file to keep is gone, changed, unreadable or a folder', async () => {
    const root = twins();
    chmodSync(root, 0o755);
    await expect(trash(root, ['a/twin.png'], { keep: 'gone.png' })).rejects.toThrow(
      'Nothing was moved: gone.png, the file to keep, does not exist.',
    );
    await expect(trash(root, ['a/twin.png'], { keep: 'b' })).rejects.toThrow('does not exist');
    await expect(trash(root, ['a/twin.png'], { contents: { 'keep.png': 'older' } })).rejects.toThrow(
      'Nothing was moved: keep.png, the file to keep, has changed since the scan. Scan again first.',
    );
    chmodSync(path.join(root, 'keep.png'), 0o000);
    await withoutRoot(async () => {
      const unknown = moveToTrash({ root, settings, keep: { root, path: 'keep.png' }, files: [{ path: 'a/twin.png' }] });
      await expect(unknown).rejects.toThrow('Nothing was moved: keep.png, the file to keep, cannot be read (EACCES).');
    });
    untouched(root);
  });

  it('that has changed since the scan, is gone, is a folder, or lies outside', async () => {
    const root = twins();
    const outcome = await trash(root, ['a/twin.png', 'gone.png', 'b', '../x.png', ''], { contents: { 'a/twin.png': 'older' } });
    expect(refusals(outcome)).toEqual([
      'a/twin.png was not moved: it has changed since the scan. Scan again first.',
      'gone.png was not moved: it does not exist.',
      'b was not moved: it is not a file.',
      `../x.png was not moved: it lies outside of ${root}.`,
      ` was not moved: it lies outside of ${root}.`,
    ]);
    expect(outcome.entry).toBeUndefined();
    await expect(trash(root, [])).rejects.toThrow('Nothing was moved: no file was named.');
    untouched(root);
  });

  it('but what can: one refused file does not stop the others', async () => {
    const root = twins();
    const outcome = await trash(root, ['a/twin.png', 'gone.png', 'b/twin.png']);
    expect(refusals(outcome)).toEqual(['gone.png was not moved: it does not exist.']);
    expect(outcome.entry!.files.map(file => file.path)).toEqual(['a/twin.png', 'b/twin.png']);
  });

  it('where the trash folder cannot be made, or is the data set itself', async () => {
    const root = twins();
    write(root, { file: 'x' });
    await expect(trash(root, ['a/twin.png'], { trashFolder: 'file/below' })).rejects.toThrow(
      `Nothing was moved: the trash folder ${path.join(root, 'file/below')} cannot be made (ENOTDIR). Name another in the setting twinlint.trashFolder.`,
    );
    for (const trashFolder of ['.', '..']) {
      await expect(trash(root, ['a/twin.png'], { trashFolder })).rejects.toThrow('which holds the files to scan');
    }
    untouched(root);
  });

  it('out of a read-only folder', async () => {
    const root = twins();
    chmodSync(root, 0o777);
    mkdirSync(path.join(root, '.twinlint'));
    chmodSync(path.join(root, '.twinlint'), 0o777);
    chmodSync(path.join(root, 'a'), 0o555);
    const outcome = await withoutRoot(() => trash(root, ['a/twin.png']));
    expect(refusals(outcome)).toEqual([`a/twin.png was not moved: ${path.join(root, 'a')} is read-only (EACCES).`]);
    expect(existsSync(path.join(root, 'a/twin.png'))).toBe(true);
    expect(await listTrash(root, settings)).toEqual([]);
  });
});

it.runIf(existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync('/tmp').dev)(
  'a trash on another disk takes copies that were compared, and gives them back with their times',
  async () => {
    const root = twins();
    const other = `/dev/shm/twinlint-test-${process.pid}`;
    onTestFinished(() => rmSync(other, { recursive: true, force: true }));
    const then = new Date('2020-02-03T04:05:06Z');
    utimesSync(path.join(root, 'a/twin.png'), then, then);
    symlinkSync('../keep.png', path.join(root, 'a/link.png'));
    const { entry, refused } = await trash(root, ['a/twin.png', 'a/link.png'], { trashFolder: other });
    expect(refused).toEqual([]);
    expect(readdirSync(path.join(root, 'a'))).toEqual([]);
    expect(readFileSync(path.join(entry!.folder, entry!.files[0].stored), 'utf8')).toBe('picture');
    expect(readdirSync(entry!.folder)).toHaveLength(3);
    await restoreFromTrash(entry!);
    expect(readFileSync(path.join(root, 'a/twin.png'), 'utf8')).toBe('picture');
    expect(statSync(path.join(root, 'a/twin.png')).mtimeMs).toBe(then.getTime());
    expect(readlinkSync(path.join(root, 'a/link.png'))).toBe('../keep.png');
    expect(readdirSync(other)).toEqual(['.gitignore']);
  },
);

describe('links', () => {
  it('are moved themselves; their target stays', async () => {
    const root = twins();
    symlinkSync('../keep.png', path.join(root, 'a/link.png'));
    const { entry } = await trash(root, ['a/link.png']);
    expect(entry!.files[0].link).toBe('../keep.png');
    expect(readFileSync(path.join(root, 'keep.png'), 'utf8')).toBe('picture');
    await restoreFromTrash(entry!);
    expect(readlinkSync(path.join(root, 'a/link.png'))).toBe('../keep.png');
    expect(readFileSync(path.join(root, 'a/link.png'), 'utf8')).toBe('picture');
  });

  it('to the file never are what is kept of it', async () => {
    const root = twins();
    symlinkSync('a/twin.png', path.join(root, 'soft.png'));
    symlinkSync('soft.png', path.join(root, 'soft2.png'));
    symlinkSync('a', path.join(root, 'folder'));
    expect(refusals(await trash(root, ['a/twin.png'], { keep: 'soft.png' }))).toEqual([
      'a/twin.png was not moved: soft.png, the file to keep, is a link to it.',
    ]);
    expect(refusals(await trash(root, ['a/twin.png'], { keep: 'folder/twin.png' }))).toEqual([
      'a/twin.png was not moved: folder/twin.png, the file to keep, is the same file by another path.',
    ]);
    expect(refusals(await trash(root, ['a/twin.png'], { keep: 'a/twin.png' }))).toEqual([
      'a/twin.png was not moved: a/twin.png, the file to keep, is the same file by another path.',
    ]);
    expect(refusals(await trash(root, ['folder/twin.png']))).toEqual([
      'folder/twin.png was not moved: it lies behind a linked folder, and what a link leads to is never moved.',
    ]);
    // The kept link leads through the one that moves.
    await expect(trash(root, ['soft.png'], { keep: 'soft2.png' })).rejects.toThrow(
      'Nothing was moved: soft2.png, the file to keep, could not be read without soft.png.',
    );
    expect(readlinkSync(path.join(root, 'soft.png'))).toBe('a/twin.png');
    expect(readFileSync(path.join(root, 'soft2.png'), 'utf8')).toBe('picture');
    expect(await listTrash(root, settings)).toEqual([]);
  });

  it('of the hard kind are told, and may be kept', async () => {
    const root = twins();
    linkSync(path.join(root, 'a/twin.png'), path.join(root, 'hard.png'));
    const { entry, notes } = await trash(root, ['a/twin.png'], { keep: 'hard.png' });
    expect(notes.map(noteText)).toEqual(['a/twin.png has 1 more names (hard links); they stay where they are.']);
    expect(readFileSync(path.join(root, 'hard.png'), 'utf8')).toBe('picture');
    await restoreFromTrash(entry!);
    expect(statSync(path.join(root, 'a/twin.png')).ino).toBe(statSync(path.join(root, 'hard.png')).ino);
  });
});

describe('the place', () => {
  it('is beside a root whose own folders are classes, which is said once', async () => {
    const base = tempFolder();
    const root = path.join(base, 'pets');
    write(root, { 'cat/1.png': 'x', 'dog/2.png': 'x', 'dog/3.png': 'x' });
    const first = await trash(root, ['dog/2.png'], { keep: 'cat/1.png', labels: 'folders' });
    expect(first.notes.map(noteText)).toEqual([
      `Trashed files go to ${base}/pets.twinlint-trash, beside the folder: each folder in here is a class to most loaders. The setting twinlint.trashFolder changes that.`,
    ]);
    expect((await trash(root, ['dog/3.png'], { keep: 'cat/1.png', labels: 'folders' })).notes).toEqual([]);
    expect(readdirSync(root)).toEqual(['cat', 'dog']);
    expect(readFileSync(path.join(base, 'pets.twinlint-trash/.gitignore'), 'utf8')).toBe('*\n');
    expect(await listTrash(root, settings)).toHaveLength(2);
    // Without labels nothing is a class: then it lies inside, and both places are listed.
    write(root, { 'dog/4.png': 'x' });
    expect((await trash(root, ['dog/4.png'], { keep: 'cat/1.png' })).notes).toEqual([]);
    expect(readdirSync(path.join(root, '.twinlint/trash'))).toHaveLength(2);
    expect(await listTrash(root, settings)).toHaveLength(3);
  });

  it('is what the setting says, and what lies in other places is still found', async () => {
    const base = tempFolder();
    const root = path.join(base, 'root');
    write(root, { 'keep.png': 'x', '1.png': 'x', '2.png': 'x', '3.png': 'x' });
    write(base, { 'other/keep.png': 'x', 'other/1.png': 'x' });
    await trash(root, ['1.png']);
    await trash(root, ['2.png'], { trashFolder: 'bin' });
    await trash(root, ['3.png'], { trashFolder: '../shared' });
    await trash(path.join(base, 'other'), ['1.png'], { trashFolder: '../shared' });
    const found = async (trashFolder: string): Promise<string[]> =>
      (await listTrash(root, { trashFolder })).flatMap(({ files }) => files.map(file => file.path));
    expect(await found('auto')).toEqual(['1.png']);
    expect(await found('bin')).toEqual(['2.png', '1.png']);
    expect(await found('../shared')).toEqual(['3.png', '1.png']);
    const images: string[] = [];
    for await (const image of walkImages({ root, skip: trashFoldersOf(root, { trashFolder: 'bin' }) })) images.push(image.path);
    expect(images).toEqual(['keep.png']);
  });

  it("of the user's own gets no list that would hide other files from Git", async () => {
    const root = twins();
    write(root, { 'bin/notes.txt': 'mine' });
    await trash(root, ['a/twin.png'], { trashFolder: 'bin' });
    expect(existsSync(path.join(root, 'bin/.gitignore'))).toBe(false);
  });

  it('moves along when the root is renamed', async () => {
    const base = tempFolder();
    write(base, { 'one/keep.png': 'x', 'one/1.png': 'y' });
    await trash(path.join(base, 'one'), ['1.png']);
    renameSync(path.join(base, 'one'), path.join(base, 'two'));
    await restoreFromTrash(await only(path.join(base, 'two')));
    expect(readFileSync(path.join(base, 'two/1.png'), 'utf8')).toBe('y');
    expect(existsSync(path.join(base, 'one'))).toBe(false);
  });
});

describe('undo', () => {
  it('never overwrites, and asks', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png', 'b/twin.png']);
    write(root, { 'a/twin.png': 'newer', 'a/twin (restored).png': 'also there' });
    const asked = await restoreFromTrash(entry!);
    expect(asked.restored.map(file => file.path)).toEqual(['b/twin.png']);
    expect(asked.conflicts).toEqual(['a/twin.png']);
    expect(asked.notes.map(noteText)).toEqual(['a/twin.png was not restored: another file stands there.']);
    expect(readFileSync(path.join(root, 'a/twin.png'), 'utf8')).toBe('newer');
    const left = await only(root);
    expect(left.files.map(file => file.path)).toEqual(['a/twin.png']);

    const beside = await restoreFromTrash(left, 'rename');
    expect(beside.restored).toEqual([{ path: 'a/twin (restored 2).png', from: 'a/twin.png' }]);
    expect(readFileSync(path.join(root, 'a/twin (restored 2).png'), 'utf8')).toBe('picture');
    expect(readFileSync(path.join(root, 'a/twin.png'), 'utf8')).toBe('newer');
  });

  it('makes folders that are gone, and tells of files that are', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png', 'b/twin.png']);
    rmSync(path.join(root, 'a'), { recursive: true });
    rmSync(path.join(entry!.folder, entry!.files[1].stored));
    const { restored, notes } = await restoreFromTrash(entry!);
    expect(restored.map(file => file.path)).toEqual(['a/twin.png']);
    expect(notes.map(noteText)).toEqual(['b/twin.png was not restored: it is no longer in the trash.']);
  });

  it('keeps in the trash what cannot go back', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png']);
    rmSync(path.join(root, 'a'), { recursive: true });
    write(root, { a: 'a file where the folder was' });
    const { restored, notes } = await restoreFromTrash(entry!);
    expect(restored).toEqual([]);
    expect(notes.map(noteText)[0]).toMatch(/^a\/twin\.png was not restored \((EEXIST|ENOTDIR)\)\.$/);
    expect((await only(root)).files).toHaveLength(1);
  });

  it('does not follow a manifest out of the root', async () => {
    const root = path.join(tempFolder(), 'root');
    write(root, { 'keep.png': 'x', '1.png': 'y' });
    const { entry } = await trash(root, ['1.png']);
    const file = path.join(entry!.folder, 'manifest.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"1.png"', '"../out.png"'));
    expect((await restoreFromTrash(entry!)).restored).toEqual([]);
    expect(existsSync(path.join(root, '../out.png'))).toBe(false);
  });
});

describe('after a crash', () => {
  /** Rewrites an entry as a process that died left it. */
  const interrupt = (entry: TrashEntry, changes: Record<string, unknown>): void => {
    const file = path.join(entry.folder, 'manifest.json');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), complete: false, ...changes }));
  };
  const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

  it('amid a move, what was moved can be restored and the rest stands where it was', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png', 'b/twin.png']);
    renameSync(path.join(entry!.folder, entry!.files[1].stored), path.join(root, 'b/twin.png'));
    interrupt(entry!, { pid: deadPid() });
    expect((await only(root)).files.map(file => file.path)).toEqual(['a/twin.png']);
    expect((await recoverTrash(root, settings)).map(noteText)).toEqual([
      'A move to the trash was interrupted: 1 of 2 files were moved and can be restored.',
    ]);
    expect(await recoverTrash(root, settings)).toEqual([]);
    const { restored, notes } = await restoreFromTrash(await only(root));
    expect([restored.length, notes.length]).toEqual([1, 0]);
  });

  it('before the first file moved, the entry goes away', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png']);
    renameSync(path.join(entry!.folder, entry!.files[0].stored), path.join(root, 'a/twin.png'));
    interrupt(entry!, { pid: deadPid() });
    expect(await recoverTrash(root, settings)).toEqual([]);
    expect(existsSync(entry!.folder)).toBe(false);
    expect(readFileSync(path.join(root, 'a/twin.png'), 'utf8')).toBe('picture');
  });

  it('of nobody, because it still runs, nothing is touched', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png']);
    interrupt(entry!, { pid: process.pid });
    const before = readFileSync(path.join(entry!.folder, 'manifest.json'), 'utf8');
    expect(await recoverTrash(root, settings)).toEqual([]);
    expect(readFileSync(path.join(entry!.folder, 'manifest.json'), 'utf8')).toBe(before);
  });

  it('amid an undo, the file ends up once, in its place', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png']);
    linkSync(path.join(entry!.folder, entry!.files[0].stored), path.join(root, 'a/twin.png'));
    expect(await recoverTrash(root, settings)).toEqual([]);
    expect(existsSync(entry!.folder)).toBe(false);
    expect(lstatSync(path.join(root, 'a/twin.png')).nlink).toBe(1);
    expect(readFileSync(path.join(root, 'a/twin.png'), 'utf8')).toBe('picture');
  });

  it('that damaged a manifest, the files are kept and told', async () => {
    const root = twins();
    const { entry } = await trash(root, ['a/twin.png']);
    writeFileSync(path.join(entry!.folder, 'manifest.json'), '{"version": 1');
    expect((await recoverTrash(root, settings)).map(noteText)).toEqual([
      `The trash entry ${entry!.folder} has no readable manifest; the 1 files in it are kept.`,
    ]);
    expect(readFileSync(path.join(entry!.folder, entry!.files[0].stored), 'utf8')).toBe('picture');
    expect(await listTrash(root, settings)).toEqual([]);
  });
});

it('the journal is newest first', async () => {
  const root = twins();
  await trash(root, ['a/twin.png']);
  await new Promise(resolve => setTimeout(resolve, 3));
  await trash(root, ['b/twin.png']);
  expect((await listTrash(root, settings)).map(({ files }) => files[0].path)).toEqual(['b/twin.png', 'a/twin.png']);
});
