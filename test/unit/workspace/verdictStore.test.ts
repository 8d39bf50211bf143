import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import { VerdictStore } from '../../../src/workspace/verdicts/verdictStore';
import type { VerdictDraft } from '../../../src/workspace/verdicts/verdictStore';
import { tempFolder, withoutRoot, write } from './tempFolder';

const hex = (digit: string): string => digit.repeat(64);
const different = (a: string, b: string): VerdictDraft => ({
  relation: 'same-picture',
  verdict: 'different',
  images: [
    { content: hex(a), path: `${a}.png` },
    { content: hex(b), path: `${b}.png` },
  ],
});
const files = (root: string): string[] =>
  readdirSync(path.join(root, '.twinlint/verdicts')).map(name => path.join(root, '.twinlint/verdicts', name));
const pairs = async (root: string): Promise<string[]> =>
  (await new VerdictStore(root).read()).verdicts.map(
    ({ verdict, images }) => `${verdict} ${images.map(({ content }) => content[0]).join('')}`,
  );

describe('verdicts', () => {
  it('are one line each, and hold for every later reader', async () => {
    const root = tempFolder();
    const store = new VerdictStore(root);
    expect(await store.read()).toEqual({ verdicts: [], notes: [] });
    expect(existsSync(path.join(root, '.twinlint'))).toBe(false);
    const [first] = await store.add([different('a', 'b'), different('c', 'd')]);
    await store.add([{ relation: 'same-picture', verdict: 'ignore', images: [{ content: hex('e'), path: 'line\nbreak.png' }] }]);
    expect(await pairs(root)).toEqual(['different ab', 'different cd', 'ignore e']);
    expect(readFileSync(files(root)[0], 'utf8').split('\n')).toHaveLength(4);
    await store.retract([first.id]);
    expect(await pairs(root)).toEqual(['different cd', 'ignore e']);
  });

  it('win over all that was known when they were given, whatever the clocks say', async () => {
    const root = tempFolder();
    const [ahead] = await new VerdictStore(root, () => Date.parse('2099-01-01T00:00:00Z')).add([different('a', 'b')]);
    const behind = new VerdictStore(root, () => 0);
    const [now] = await behind.add([{ ...different('a', 'b'), verdict: 'similar' }]);
    expect(await pairs(root)).toEqual(['similar ab']);
    expect(now.id > ahead.id).toBe(true);
    await behind.retract([now.id]);
    expect(await pairs(root)).toEqual(['different ab']);
  });

  it('stay whole when two windows and many calls write at once', async () => {
    const root = tempFolder();
    const stores = [new VerdictStore(root), new VerdictStore(root)];
    const digits = [...'0123456789abcdef'];
    await Promise.all(digits.flatMap((x, i) => stores.map((store, j) => store.add([different(x, digits[(i + j + 1) % 16])]))));
    const { verdicts, notes } = await new VerdictStore(root).read();
    expect(notes).toEqual([]);
    expect(verdicts).toHaveLength(32);
    expect(files(root)).toHaveLength(1);
  });

  it('are read around broken lines, which are told by number and kept', async () => {
    const root = tempFolder();
    await new VerdictStore(root).add([different('a', 'b')]);
    const [file] = files(root);
    appendFileSync(file, '<<<<<<< HEAD\r\n\n{"id":"x"}\n');
    appendFileSync(file, '{"id":"cut off by a cr');
    const store = new VerdictStore(root);
    await store.add([different('c', 'd')]);
    const { verdicts, notes } = await store.read();
    expect(verdicts).toHaveLength(2);
    const shown = `.twinlint/verdicts/${path.basename(file)}`;
    expect(notes.map(noteText)).toEqual([
      `${shown}, line 2: not a verdict (no JSON). The line was left out and is kept.`,
      `${shown}, line 4: not a verdict (no time). The line was left out and is kept.`,
      `${shown}, line 5: not a verdict (no JSON). The line was left out and is kept.`,
    ]);
    expect(readFileSync(file, 'utf8')).toMatch(/<<<<<<< HEAD\r\n\n\{"id":"x"\}\n\{"id":"cut off by a cr\n\{"id":/);
  });

  it('without a last newline are used', async () => {
    const root = tempFolder();
    await new VerdictStore(root).add([different('a', 'b')]);
    const [file] = files(root);
    writeFileSync(file, readFileSync(file, 'utf8').trimEnd());
    expect(await pairs(root)).toEqual(['different ab']);
    await new VerdictStore(root).add([different('c', 'd')]);
    expect(await pairs(root)).toEqual(['different ab', 'different cd']);
  });

  it('survive pieces: a file longer than one read, with characters of several bytes', async () => {
    const root = tempFolder();
    const drafts = Array.from({ length: 3000 }, (_, i) => {
      const content = i.toString(16).padStart(64, '0');
      return { relation: 'same-picture', verdict: 'ignore' as const, images: [{ content, path: `猫🐈${i}.png` }] };
    });
    await new VerdictStore(root).add(drafts);
    const { verdicts, notes } = await new VerdictStore(root).read();
    expect(notes).toEqual([]);
    expect(verdicts.map(({ images }) => images[0].path)).toEqual(drafts.map(({ images }) => images[0].path));
  });

  it('that cannot be saved say so, hold meanwhile, and are saved with the next', async () => {
    const root = tempFolder();
    chmodSync(root, 0o755);
    const store = new VerdictStore(root);
    await withoutRoot(async () => {
      if (process.getuid?.() !== 0) chmodSync(root, 0o555);
      const failing = store.add([different('a', 'b')]);
      await expect(failing).rejects.toThrow(
        `The verdict could not be saved: ${path.join(root, '.twinlint')} is read-only (EACCES). It holds until this window is closed`,
      );
      expect((await store.read()).verdicts).toHaveLength(1);
      expect(await pairs(root)).toEqual([]);
    });
    chmodSync(root, 0o755);
    await store.add([different('c', 'd')]);
    expect(await pairs(root)).toEqual(['different ab', 'different cd']);
  });

  it('are not lost where a file stands in the way', async () => {
    const root = tempFolder();
    write(root, { '.twinlint': 'a file' });
    await expect(new VerdictStore(root).add([different('a', 'b')])).rejects.toThrow(
      /could not be saved in .*\.twinlint \((EEXIST|ENOTDIR)\)/,
    );
    expect(readFileSync(path.join(root, '.twinlint'), 'utf8')).toBe('a file');
  });
});

describe('the writer', () => {
  const writers = (root: string): string[] => files(root).map(file => path.basename(file));

  it('is another for a copied folder, and the same after a rename', async () => {
    const base = tempFolder();
    const root = path.join(base, 'one');
    mkdirSync(root);
    await new VerdictStore(root).add([different('a', 'b')]);
    cpSync(root, path.join(base, 'copy'), { recursive: true });
    await new VerdictStore(path.join(base, 'copy')).add([different('c', 'd')]);
    expect(writers(path.join(base, 'copy'))).toHaveLength(2);
    renameSync(root, path.join(base, 'moved'));
    await new VerdictStore(path.join(base, 'moved')).add([different('c', 'd')]);
    expect(writers(path.join(base, 'moved'))).toHaveLength(1);
  });

  it('is made anew where its file is damaged or gone', async () => {
    const root = tempFolder();
    await new VerdictStore(root).add([different('a', 'b')]);
    writeFileSync(path.join(root, '.twinlint/.local/writer'), '{"id":');
    await new VerdictStore(root).add([different('c', 'd')]);
    rmSync(path.join(root, '.twinlint/.local'), { recursive: true });
    await new VerdictStore(root).add([different('e', 'f')]);
    expect(writers(root)).toHaveLength(3);
    expect(await pairs(root)).toEqual(['different ab', 'different cd', 'different ef']);
    expect(readdirSync(path.join(root, '.twinlint/.local'))).toEqual(['writer']);
  });
});

describe('with Git', () => {
  const git = (folder: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('two clones that both add verdicts merge without a conflict, into the union', async () => {
    const base = tempFolder();
    const one = path.join(base, 'one');
    mkdirSync(one);
    git(one, 'init', '-q', '-b', 'main');
    await new VerdictStore(one).add([different('a', 'b')]);
    git(one, 'add', '-A');
    git(one, 'commit', '-qm', 'start');
    git(base, 'clone', '-q', 'one', 'two');
    const two = path.join(base, 'two');

    git(two, 'checkout', '-qb', 'theirs');
    await new VerdictStore(one).add([different('c', 'd'), { ...different('a', 'b'), verdict: 'similar' }]);
    await new VerdictStore(two).add([different('e', 'f')]);
    for (const clone of [one, two]) {
      git(clone, 'add', '-A');
      git(clone, 'commit', '-qm', 'more');
    }
    git(one, 'fetch', '-q', two, 'theirs');
    git(one, 'merge', '-q', '--no-edit', 'FETCH_HEAD');
    expect((await pairs(one)).sort()).toEqual(['different cd', 'different ef', 'similar ab']);

    const tracked = git(one, 'ls-files').trim().split('\n');
    expect(tracked.filter(file => !file.endsWith('.jsonl'))).toEqual(['.twinlint/.gitattributes', '.twinlint/.gitignore']);
    expect(tracked.filter(file => file.endsWith('.jsonl'))).toHaveLength(2);
    expect(git(one, 'status', '--porcelain')).toBe('');
  });

  it('keeps the lines of both where two clones share a file after all', async () => {
    const base = tempFolder();
    const one = path.join(base, 'one');
    mkdirSync(one);
    git(one, 'init', '-q', '-b', 'main');
    await new VerdictStore(one).add([different('a', 'b')]);
    git(one, 'add', '-A');
    git(one, 'commit', '-qm', 'start');
    git(one, 'checkout', '-qb', 'theirs');
    await new VerdictStore(one).add([different('c', 'd')]);
    git(one, 'commit', '-qam', 'theirs');
    git(one, 'checkout', '-q', 'main');
    await new VerdictStore(one).add([different('e', 'f')]);
    git(one, 'commit', '-qam', 'ours');
    git(one, 'merge', '-q', '--no-edit', 'theirs');
    expect((await pairs(one)).sort()).toEqual(['different ab', 'different cd', 'different ef']);
    expect((await new VerdictStore(one).read()).notes).toEqual([]);
  });
});

it('the documentation describes the lines that are written', async () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../../docs/VERDICTS.md'), 'utf8');
  const schema = JSON.parse(/```json\n([^]*?)```/.exec(page)![1]) as {
    required: string[];
    properties: { verdict: { enum: string[] }; images: { items: { properties: object } }; [key: string]: object };
  };
  const root = tempFolder();
  const store = new VerdictStore(root);
  const [line] = await store.add([different('a', 'b')]);
  const [undo] = await store.retract([line.id]);
  const [audit] = await store.add([{ ...different('a', 'c'), audit: { probability: 0.01 } }]);
  expect(Object.keys(line).sort()).toEqual(schema.required.slice().sort());
  const [relabel] = await store.add([
    { relation: 'same-class', verdict: 'relabel', label: 'coat', images: [{ content: hex('a'), path: 'shirt/1.png' }] },
  ]);
  expect((await store.read()).verdicts.at(-1)).toMatchObject({ verdict: 'relabel', label: 'coat' });
  const all = new Set([undo, audit, relabel].flatMap(each => Object.keys(each)));
  expect([...all].sort()).toEqual(Object.keys(schema.properties).sort());
  expect(Object.keys(line.images[0])).toEqual(Object.keys(schema.properties.images.items.properties));
  expect(schema.properties.verdict.enum).toEqual(['similar', 'different', 'ignore', 'relabel', 'retract']);
});
