import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import type { Note } from '../../../src/core/dataset/note';
import { walkImages } from '../../../src/workspace/walk';
import type { WalkEntry, WalkOptions } from '../../../src/workspace/walk';
import { tempFolder, withoutRoot, write } from './tempFolder';

async function walk(root: string, options: Partial<WalkOptions> = {}): Promise<{ entries: WalkEntry[]; notes: string[] }> {
  const notes: Note[] = [];
  const entries: WalkEntry[] = [];
  for await (const entry of walkImages({ root, onNote: note => notes.push(note), ...options })) entries.push(entry);
  return { entries, notes: notes.map(noteText) };
}
const paths = async (root: string, options: Partial<WalkOptions> = {}): Promise<string[]> =>
  (await walk(root, options)).entries.map(entry => entry.path);

describe('order', () => {
  it('is the byte order of the whole relative paths, across folders', async () => {
    const root = tempFolder();
    const names = [
      'a/z.png',
      'a-b.png',
      'a.png',
      'B.png',
      'a/b/c.jpg',
      'a0.gif',
      'é.png',
      '\u{1F600}.png',
      '\uFF21.png',
      'a/é/1.png',
    ];
    write(root, Object.fromEntries(names.map(name => [name, 'x'])));
    const expected = names.slice().sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    expect(await paths(root)).toEqual(expected);
  });

  it('holds in a folder of more names than one sorted slice', async () => {
    const root = tempFolder();
    const names = Array.from({ length: 9001 }, (_, i) => `${(i * 7919) % 9001}.png`);
    for (const name of names) writeFileSync(path.join(root, name), '');
    expect(await paths(root)).toEqual(names.slice().sort());
  });
});

describe('what is listed', () => {
  it('counts readable and unsupported formats in any case, and nothing else', async () => {
    const root = tempFolder();
    write(root, {
      'a.JPG': '',
      'b.heic': '',
      'c.NEF': '',
      'd.txt': '',
      'e.png.trashed': '',
      '._f.jpg': '',
      '.png': '',
      'g.dcm': '',
    });
    const { entries } = await walk(root);
    expect(entries.map(entry => [entry.path, entry.problem?.kind])).toEqual([
      ['a.JPG', undefined],
      ['b.heic', 'unsupported-format'],
      ['c.NEF', 'unsupported-format'],
      ['g.dcm', 'unsupported-format'],
    ]);
  });

  it('tells size, time and one identity for all names of a file', async () => {
    const root = tempFolder();
    write(root, { 'a.png': '12345', 'other.png': '12345' });
    linkSync(path.join(root, 'a.png'), path.join(root, 'hard.png'));
    symlinkSync('a.png', path.join(root, 'soft.png'));
    const { entries } = await walk(root);
    const by = Object.fromEntries(entries.map(entry => [entry.path, entry]));
    expect(by['a.png'].sizeBytes).toBe(5);
    expect(Math.abs(by['a.png'].modifiedMs - Date.now())).toBeLessThan(60_000);
    expect(by['hard.png'].identity).toBe(by['a.png'].identity);
    expect(by['soft.png']).toMatchObject({ identity: by['a.png'].identity, isLink: true, sizeBytes: 5 });
    expect(by['other.png'].identity).not.toBe(by['a.png'].identity);
  });

  it('takes names with newlines, quotes, backslashes and spaces as they are', async () => {
    const root = tempFolder();
    const names = ['a\nb.png', ' c .png', 'd"\'.png', 'e\\f.png', '..g.png', 'h#?%20.png'];
    write(root, Object.fromEntries(names.map(name => [name, 'x'])));
    expect((await paths(root, { exclude: ['nothing'] })).sort()).toEqual(names.slice().sort());
  });

  it.runIf(process.platform === 'linux')('reports names that are not UTF-8, with their bytes, and goes on', async () => {
    const root = tempFolder();
    const at = (bytes: number[], end: string): Buffer =>
      Buffer.concat([Buffer.from(`${root}/é`), Buffer.from(bytes), Buffer.from(end)]);
    writeFileSync(at([0xe9], '.png'), 'x');
    writeFileSync(at([0xff, 0xfe], '.txt'), 'x');
    mkdirSync(at([0xe8], ''));
    write(root, { 'fine.png': 'x', '\uFFFD.png': 'x' });
    const { entries, notes } = await walk(root);
    expect(entries.map(entry => [entry.path, entry.problem?.reason])).toEqual([
      ['fine.png', undefined],
      ['é\\xE9.png', 'bad-name'],
      ['\uFFFD.png', undefined],
    ]);
    expect(notes).toEqual(['The folder é\\xE8 has a name that is not valid UTF-8; rename it to have its images scanned.']);
  });
});

describe('links to folders', () => {
  it('are not followed into what is walked anyway, so that no image is counted twice', async () => {
    const root = tempFolder();
    write(root, { 'z/1.png': 'x', 'z/2.png': 'x' });
    symlinkSync('z', path.join(root, 'a'));
    expect(await paths(root)).toEqual(['z/1.png', 'z/2.png']);
  });

  it('are followed out of the root, each folder once', async () => {
    const base = tempFolder();
    write(base, { 'store/1.png': 'x', 'store/deep/2.png': 'x', 'root/own.png': 'x' });
    symlinkSync('../store', path.join(base, 'root/link1'));
    symlinkSync('../store', path.join(base, 'root/link2'));
    symlinkSync('../store/deep', path.join(base, 'root/link3'));
    symlinkSync('.', path.join(base, 'store/again'));
    expect(await paths(path.join(base, 'root'))).toEqual(['link1/1.png', 'link1/deep/2.png', 'own.png']);
  });

  it('end in loops: the walk ends and tells of a link to a folder above', async () => {
    const base = tempFolder();
    write(base, { 'root/a/1.png': 'x', 'sibling.png': 'x' });
    symlinkSync('..', path.join(base, 'root/a/up'));
    symlinkSync('../..', path.join(base, 'root/a/out'));
    symlinkSync('self', path.join(base, 'root/self'));
    symlinkSync('self.png', path.join(base, 'root/self.png'));
    const { entries, notes } = await walk(path.join(base, 'root'));
    expect(entries.map(entry => [entry.path, entry.problem?.reason])).toEqual([
      ['a/1.png', undefined],
      ['self.png', 'damaged'],
    ]);
    expect(notes).toEqual(['The link a/out leads to a folder that it lies in itself; it was not followed.']);
  });

  it('are followed where the walk starts at one', async () => {
    const root = tempFolder();
    write(root, { 'z/1.png': 'x' });
    symlinkSync('z', path.join(root, 'a'));
    expect(await paths(root, { only: ['a'] })).toEqual(['a/1.png']);
  });
});

describe('pointers', () => {
  it('stand for pictures that DVC or git-annex have not fetched', async () => {
    const root = tempFolder();
    write(root, { 'x.png.dvc': 'outs:', 'y.png.dvc': 'outs:', 'y.png': 'x', 'images.dvc': 'outs:', 'model.bin.dvc': 'outs:' });
    symlinkSync('../.git/annex/objects/f/3/SHA256E-s9.jpg', path.join(root, 'annexed.jpg'));
    symlinkSync('nowhere.png', path.join(root, 'broken.png'));
    const { entries, notes } = await walk(root);
    expect(entries.map(entry => [entry.path, entry.problem?.kind, entry.problem?.reason])).toEqual([
      ['annexed.jpg', 'not-fetched', 'pointer'],
      ['broken.png', 'unreadable-image', 'gone'],
      ['x.png', 'not-fetched', 'pointer'],
      ['y.png', undefined, undefined],
    ]);
    expect(notes).toEqual([
      'The folder images is kept by DVC and has not been fetched; run "dvc pull" to have its images scanned.',
    ]);
  });
});

describe('what is left out', () => {
  const files = {
    'keep.png': '',
    'a/keep.png': '',
    'a/thumbs/1.png': '',
    'thumbs/2.png': '',
    'a/x_mask.png': '',
    'build/3.png': '',
    '.hidden/4.png': '',
  };

  it('is version control, packages, caches and our own state', async () => {
    const root = tempFolder();
    write(root, { 'a.png': '', '.git/b.png': '', 'x/node_modules/c.png': '', '.twinlint/trash/d.png': '', '.cache/e.png': '' });
    write(root, { 'gone.twinlint-trash/f.png': '', 'my-trash/g.png': '' });
    expect(await paths(root, { skip: [path.join(root, 'my-trash')] })).toEqual(['a.png']);
  });

  it('follows settings.exclude, in any folder where there is no slash', async () => {
    const root = tempFolder();
    write(root, files);
    expect(await paths(root, { exclude: ['thumbs', '*_mask.png', '/build/', '.hidden/**'] })).toEqual(['a/keep.png', 'keep.png']);
  });

  it("follows the editor's files.exclude, whose patterns are held against the whole path", async () => {
    const root = tempFolder();
    write(root, files);
    expect(await paths(root, { filesExclude: ['thumbs', '**/*_mask.png', '**/.hidden'] })).toEqual([
      'a/keep.png',
      'a/thumbs/1.png',
      'build/3.png',
      'keep.png',
    ]);
    expect(await paths(root, { filesExclude: ['{a,build}', '**/[t-u]humbs/**'] })).toEqual(['.hidden/4.png', 'keep.png']);
  });

  it('follows .twinlintignore lists in any folder, a deeper one first', async () => {
    const root = tempFolder();
    write(root, files);
    write(root, {
      '.twinlintignore': '\uFEFF# comment\n*_mask.png\r\n/build/\nthumbs/\n.hidden',
      'a/.twinlintignore': '!x_mask.png\n/keep.png\n',
    });
    expect(await paths(root)).toEqual(['a/x_mask.png', 'keep.png']);
    // Case matters, as for Git on Linux, on every system.
    write(root, { 'A_MASK.png': '' });
    expect(await paths(root)).toContain('A_MASK.png');
  });

  it('reads the lists above a folder that the walk starts at, and says where they exclude it', async () => {
    const root = tempFolder();
    write(root, files);
    write(root, { '.twinlintignore': '*_mask.png\nbuild\n' });
    expect(await paths(root, { only: ['a'] })).toEqual(['a/keep.png', 'a/thumbs/1.png']);
    const { entries, notes } = await walk(root, { only: ['build'] });
    expect(entries).toEqual([]);
    expect(notes).toEqual(['Nothing below build is scanned: build is excluded.']);
  });

  it('walks several starts in order, once each, and single files', async () => {
    const root = tempFolder();
    write(root, files);
    expect(await paths(root, { only: ['a/thumbs', 'a/', 'keep.png', 'gone'] })).toEqual([
      'a/keep.png',
      'a/thumbs/1.png',
      'a/x_mask.png',
      'keep.png',
    ]);
  });
});

describe('trouble', () => {
  it('is an error only at the root', async () => {
    const root = tempFolder();
    write(root, { 'a.png': '' });
    await expect(paths(path.join(root, 'no'))).rejects.toThrow(`The folder ${path.join(root, 'no')} does not exist.`);
    await expect(paths(path.join(root, 'a.png'))).rejects.toThrow(`${path.join(root, 'a.png')} is not a folder.`);
  });

  it('with one folder is told, and the walk goes on', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'twinlint-test-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    write(root, { 'a/1.png': '', 'locked/2.png': '', 'z/3.png': '' });
    chmodSync(root, 0o755);
    chmodSync(path.join(root, 'locked'), 0o000);
    const { entries, notes } = await withoutRoot(() => walk(root));
    expect(entries.map(entry => entry.path)).toEqual(['a/1.png', 'z/3.png']);
    expect(notes).toEqual(['The folder locked could not be read (EACCES); its images are not part of the scan.']);
  });

  it('with files that vanish meanwhile is none', async () => {
    const root = tempFolder();
    write(root, { 'a/1.png': '', 'b/2.png': '', 'c/3.png': '' });
    for (let i = 0; i < 200; i++) write(root, { [`d/${String(i).padStart(3, '0')}.png`]: '' });
    const seen: string[] = [];
    const notes: Note[] = [];
    for await (const entry of walkImages({ root, onNote: note => notes.push(note) })) {
      seen.push(entry.path);
      if (entry.path === 'a/1.png') rmSync(path.join(root, 'c'), { recursive: true });
      if (entry.path === 'd/000.png') unlinkSync(path.join(root, 'd/199.png'));
    }
    expect(seen).toHaveLength(201);
    expect(seen).not.toContain('c/3.png');
    expect(seen).not.toContain('d/199.png');
    expect(notes).toEqual([]);
  });

  it('ends with the reason when cancelled, also inside one large folder', async () => {
    const root = tempFolder();
    for (let i = 0; i < 3000; i++) writeFileSync(path.join(root, `${i}.png`), '');
    expect(readdirSync(root)).toHaveLength(3000);
    const cancel = new AbortController();
    let seen = 0;
    const walking = (async () => {
      for await (const _ of walkImages({ root, signal: cancel.signal })) if (++seen === 10) cancel.abort(new Error('stop'));
    })();
    await expect(walking).rejects.toThrow('stop');
    expect(seen).toBeLessThan(200);
    const already = walkImages({ root, signal: AbortSignal.abort(new Error('before')) }).next();
    await expect(already).rejects.toThrow('before');
  });
});

it('a start outside of the root is told, and nothing else is walked instead', async () => {
  const base = tempFolder();
  write(base, { 'root/1.png': '', 'other/2.png': '' });
  const root = path.join(base, 'root');
  const { entries, notes } = await walk(root, { only: ['../other'] });
  expect(entries).toEqual([]);
  expect(notes).toEqual([`Nothing in ${base}/other is scanned: it lies outside of ${root}.`]);
});
