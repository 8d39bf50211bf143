import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineClient } from '../../../src/client/engineClient';
import { open } from 'node:fs/promises';
import * as protocol from '../../../src/protocol/engine';
import { BlockWriter, readBlockAt, readBlocks } from '../../../src/engine/store/blockFile';
import type { Block } from '../../../src/engine/store/blockFile';
import { PreviewStore } from '../../../src/engine/store/previews';
import { SignaturePack, writePackNews, writeSignaturePack } from '../../../src/engine/store/signaturePack';
import type { KnownFile, PackContents } from '../../../src/engine/store/signaturePack';
import { bundleEngine } from './support/engineBundle';
import { allFindings, allPairs, paramsOf, rootOf, Workbench } from './support/engines';
import { picture } from './support/pictures';

let bench: Workbench;
let folder: string;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('store'));
});
beforeEach(async () => {
  folder = await bench.folder();
});
afterEach(() => bench.clear());

async function blocksOf(file: string): Promise<Block[]> {
  const handle = await open(file, 'r');
  try {
    const blocks: Block[] = [];
    for await (const block of readBlocks(handle)) blocks.push(block);
    return blocks;
  } finally {
    await handle.close();
  }
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at < 0 ? bytes.length + at : at] ^= 0x40;
  await writeFile(file, bytes);
}

describe('block files', () => {
  const write = async (): Promise<string> => {
    const file = path.join(folder, 'deep/er/file');
    const writer = await BlockWriter.create(file);
    await writer.write({ n: 1 }, Buffer.from('first'));
    await writer.write({ n: 2 }, Buffer.alloc(0));
    await writer.write({ n: 3 }, Buffer.from('third'));
    await writer.finish();
    return file;
  };
  const numbers = (blocks: readonly Block[]): unknown[] => blocks.map(({ head }) => (head as { n: number }).n);

  it('give back what was written, and leave nothing beside it', async () => {
    const file = await write();
    const blocks = await blocksOf(file);
    expect(blocks.map(({ head, body }) => [head, body.toString()])).toEqual([
      [{ n: 1 }, 'first'],
      [{ n: 2 }, ''],
      [{ n: 3 }, 'third'],
    ]);
    expect(await readdir(path.dirname(file))).toEqual(['file']);
    const handle = await open(file, 'r');
    expect((await readBlockAt(handle, blocks[2].at))?.body.toString()).toBe('third');
    await handle.close();
  });

  it('lose only the block in which a byte changed', async () => {
    const file = await write();
    const [, second, third] = await blocksOf(file);
    // In the body of the first, just before the second starts.
    await flip(file, second.at - 1);
    expect(numbers(await blocksOf(file))).toEqual([2, 3]);
    await flip(file, third.at + 44);
    expect(numbers(await blocksOf(file))).toEqual([2]);
  });

  it('never give a wrong block, whichever byte changed and wherever the file was cut', async () => {
    const file = await write();
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at++) {
      await writeFile(file, whole);
      await flip(file, at);
      const changed = await blocksOf(file);
      expect(changed.length).toBeLessThan(3);
      for (const { head, body } of changed) {
        expect(body.toString()).toBe({ 1: 'first', 2: '', 3: 'third' }[(head as { n: number }).n]);
      }
      await writeFile(file, whole.subarray(0, at));
      expect((await blocksOf(file)).length).toBeLessThan(3);
    }
  });
});

describe('signature packs', () => {
  const file = (name: string, content: string): KnownFile => ({
    path: name,
    sizeBytes: 10,
    modifiedMs: 1.5,
    identity: '1:2',
    content,
    width: 3,
    height: 4,
    format: 'png',
  });
  const contents = (files: readonly KnownFile[]): PackContents => ({
    root: '/root',
    version: 'v1',
    signatureBytes: 2,
    files,
    signatureOf: content => Uint8Array.of(Number(content[1]), 7),
  });

  it('know files that are unchanged, and contents wherever they are', async () => {
    const files = [file('a', 'c1'), file('b', 'c2'), file('again', 'c1')];
    await writeSignaturePack(folder, contents(files));
    const pack = await SignaturePack.open(folder, '/root', 'v1', 2);
    expect(pack.unchanged(files[0])).toEqual(files[0]);
    for (const change of [{ sizeBytes: 11 }, { modifiedMs: 1.6 }, { identity: '1:3' }, { path: 'other' }]) {
      expect(pack.unchanged({ ...files[0], ...change })).toBeUndefined();
    }
    expect(pack.ofContent('c2')?.path).toBe('b');
    expect(await pack.signature('c1')).toEqual(Uint8Array.of(1, 7));
    expect(await pack.signature('c9')).toBeUndefined();
    await pack.close();
  });

  it('take the last word from the news beside them, until they are written whole again', async () => {
    const old = [file('a', 'c1'), file('b', 'c2'), file('c', 'c3')];
    await writeSignaturePack(folder, contents(old));
    const changed = { ...file('b', 'c4'), modifiedMs: 2 };
    await writePackNews(folder, contents([changed, file('d', 'c5')]));
    const blocks: string[][] = [];
    const pack = await SignaturePack.open(folder, '/root', 'v1', 2, ({ files, signatures, signature }) => {
      blocks.push(files.map(({ path: name }) => name));
      signatures.forEach((content, slot) => expect(signature(slot)).toEqual(Buffer.of(Number(content[1]), 7)));
    });
    expect(blocks).toEqual([
      ['a', 'b', 'c'],
      ['b', 'd'],
    ]);
    expect(pack.unchanged(old[1])).toBeUndefined();
    expect(pack.unchanged(changed)).toEqual(changed);
    // In either order, though only one block is held at a time.
    for (const content of ['c1', 'c5', 'c2', 'c4']) {
      expect(await pack.signature(content)).toEqual(Uint8Array.of(Number(content[1]), 7));
    }
    expect([old[0], changed, file('d', 'c5')].map(each => pack.hasLong(each, each))).toEqual([true, false, false]);
    expect(pack.hasLong(old[0], { content: 'c9' })).toBe(false);
    await pack.close();

    await writeSignaturePack(folder, contents([old[0]]));
    const whole = await SignaturePack.open(folder, '/root', 'v1', 2);
    expect([...whole.files]).toEqual([old[0]]);
    await whole.close();
  });

  it('are of no use to another version, root or length', async () => {
    await writeSignaturePack(folder, contents([file('a', 'c1')]));
    await writePackNews(folder, contents([file('b', 'c2')]));
    for (const [root, version, length] of [
      ['/root', 'v2', 2],
      ['/other', 'v1', 2],
      ['/root', 'v1', 3],
    ] as const) {
      const pack = await SignaturePack.open(folder, root, version, length);
      expect([...pack.files]).toEqual([]);
      await pack.close();
    }
  });
});

describe('the cache of an engine', () => {
  it('spares reading, and is never trusted where a byte changed', async () => {
    const pictures = path.join(folder, 'pictures');
    await mkdir(pictures);
    for (let seed = 0; seed < 6; seed++) {
      await writeFile(path.join(pictures, `${seed}.png`), await picture(seed).png().toBuffer());
      await writeFile(path.join(pictures, `${seed}.webp`), await picture(seed).resize(150).webp().toBuffer());
    }
    await writeFile(path.join(pictures, 'broken.png'), 'no picture');
    const cache = path.join(folder, 'cache');
    const params = paramsOf([rootOf(pictures)], { keep: true });
    const client = bench.engine(cache);
    await client.request(protocol.ScanRequest, params);
    const expected = [await allPairs(client), await allFindings(client)];
    expect(expected[1]).toHaveLength(7);
    await client.dispose();

    const names = (await readdir(cache, { recursive: true })).filter(name => /\.(pack|scan)$/.test(name));
    expect(names).toHaveLength(2);
    for (const name of names) {
      const file = path.join(cache, name);
      const whole = await readFile(file);
      for (const at of [0, 5, 20, 60, Math.floor(whole.length / 2), -1]) {
        await flip(file, at);
        const other = bench.engine(cache);
        // A kept scan that is damaged is as good as none.
        const restored = await other.request(protocol.RestoreRequest, params);
        if (restored === null) await other.request(protocol.ScanRequest, params);
        expect([await allPairs(other), await allFindings(other)], `${name} at ${at}`).toEqual(expected);
        await other.dispose();
        await writeFile(file, whole);
      }
    }
  });

  it('a restore takes in what changed since', async () => {
    const pictures = path.join(folder, 'pictures');
    await mkdir(pictures);
    for (let seed = 0; seed < 6; seed++) {
      await writeFile(path.join(pictures, `${seed}.png`), await picture(seed).png().toBuffer());
    }
    await writeFile(path.join(pictures, '1.webp'), await picture(1).resize(150).webp().toBuffer());
    const cache = path.join(folder, 'cache');
    const params = paramsOf([rootOf(pictures)], { keep: true });
    const before = bench.engine(cache);
    expect(await before.request(protocol.RestoreRequest, params)).toBeNull();
    await before.request(protocol.ScanRequest, params);
    await before.dispose();
    await rm(path.join(pictures, '1.webp'));
    await writeFile(path.join(pictures, '3.png'), 'ruined');
    await writeFile(path.join(pictures, '2.webp'), await picture(2).resize(150).webp().toBuffer());

    const restored = bench.engine(cache);
    expect(await restored.request(protocol.RestoreRequest, params)).toMatchObject({ images: 7, readable: 6 });
    const fresh = bench.engine(path.join(folder, 'cache2'));
    await fresh.request(protocol.ScanRequest, params);
    expect(await allPairs(restored)).toEqual(await allPairs(fresh));
    expect((await allFindings(restored)).map(({ kind, path: on }) => `${kind} ${on}`)).toEqual([
      'unreadable-image 3.png',
      'near-duplicate 2.webp',
    ]);
    expect(await restored.request(protocol.RestoreRequest, paramsOf([rootOf(pictures, { mirrors: true })]))).toBeNull();
  });

  it('keeps few news beside the pack, never trusts them where a byte changed, and puts many into it', async () => {
    const pictures = path.join(folder, 'pictures');
    await mkdir(pictures);
    const small = (seed: number): Promise<Buffer> => picture(seed).resize(96).png().toBuffer();
    for (let seed = 0; seed < 50; seed++) await writeFile(path.join(pictures, `${seed}.png`), await small(seed));
    const cache = path.join(folder, 'cache');
    const params = paramsOf([rootOf(pictures)], { keep: true });
    const stateOf = async (client: EngineClient): Promise<unknown> => [await allPairs(client), await allFindings(client)];
    const first = bench.engine(cache);
    await first.request(protocol.ScanRequest, params);
    await first.dispose();
    const packFolder = path.join(cache, 'signatures');
    const [packName] = await readdir(packFolder);
    const pack = await readFile(path.join(packFolder, packName));
    const news = path.join(packFolder, packName.replace(/pack$/, 'news.pack'));
    let fresh = 0;
    const restoredEqualsFresh = async (): Promise<void> => {
      const restored = bench.engine(cache);
      await restored.request(protocol.RestoreRequest, params);
      const other = bench.engine(path.join(folder, `fresh${fresh++}`));
      await other.request(protocol.ScanRequest, params);
      expect(await stateOf(restored)).toEqual(await stateOf(other));
      await Promise.all([restored.dispose(), other.dispose()]);
    };

    // Twice, so that the second news must hold the first.
    await writeFile(path.join(pictures, '1.webp'), await picture(1).resize(80).webp().toBuffer());
    await rename(path.join(pictures, '2.png'), path.join(pictures, 'two.png'));
    await rm(path.join(pictures, '4.png'));
    await restoredEqualsFresh();
    const one = await readFile(news);
    await writeFile(path.join(pictures, '3.png'), await small(60));
    await restoredEqualsFresh();
    const two = await readFile(news);
    expect(two.length).toBeGreaterThan(one.length);
    expect((await readFile(path.join(packFolder, packName))).equals(pack)).toBe(true);
    const engine = bench.engine(cache);
    await engine.request(protocol.RestoreRequest, params);
    const expected = await stateOf(engine);
    await engine.dispose();
    // Nothing was new, so nothing was written.
    expect((await readFile(news)).equals(two)).toBe(true);

    for (const at of [0, 5, 20, 60, Math.floor(two.length / 2), -1]) {
      await flip(news, at);
      const other = bench.engine(cache);
      await other.request(protocol.RestoreRequest, params);
      expect(await stateOf(other), `news at ${at}`).toEqual(expected);
      await other.dispose();
      await writeFile(news, two);
    }

    for (let seed = 10; seed < 14; seed++) await writeFile(path.join(pictures, `${seed}.png`), await small(100 + seed));
    await restoredEqualsFresh();
    expect(await readdir(packFolder)).toEqual([packName]);
  });

  it('that can not be written costs nothing but time', async () => {
    await writeFile(path.join(folder, '1.png'), await picture(1).png().toBuffer());
    await writeFile(path.join(folder, 'file'), '');
    const client = bench.engine(path.join(folder, 'file'));
    expect(await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)], { keep: true }))).toMatchObject({ images: 1 });
  });
});

describe('previews', () => {
  it('are made once, found by content, and made again where damaged', async () => {
    const file = path.join(folder, 'a.png');
    await writeFile(file, await picture(1, 400, 300).png().toBuffer());
    const cacheDir = path.join(folder, 'cache');
    const client = bench.engine(cacheDir);
    const first = await client.request(protocol.PreviewRequest, { path: file, side: 100 });
    if (first.file === undefined) throw new Error(first.problem);
    expect(await sharp(first.file).metadata()).toMatchObject({ format: 'webp', width: 100, height: 75 });
    const { mtimeMs } = await stat(first.file);
    const copy = path.join(folder, 'b.png');
    await writeFile(copy, await readFile(file));
    expect(await client.request(protocol.PreviewRequest, { path: copy, side: 100 })).toEqual(first);
    expect(await client.request(protocol.PreviewRequest, { path: copy, side: 50 })).not.toEqual(first);

    const sound = await readFile(first.file);
    for (const at of [10, 200, -1]) {
      await flip(first.file, at);
      expect(await client.request(protocol.PreviewRequest, { path: file, side: 100 })).toEqual(first);
      expect(await readFile(first.file)).toEqual(sound);
    }
    expect(mtimeMs).toBeGreaterThan(0);
  });

  it('say in words why there is none', async () => {
    const client = bench.engine(path.join(folder, 'cache'));
    await writeFile(path.join(folder, 'empty.png'), '');
    expect(await client.request(protocol.PreviewRequest, { path: path.join(folder, 'empty.png'), side: 64 })).toEqual({
      problem: 'The file is empty.',
    });
    expect(await client.request(protocol.PreviewRequest, { path: path.join(folder, 'none.png'), side: 64 })).toEqual({
      problem: 'The file is no longer there.',
    });
  });

  it('make room: those used longest ago go first', async () => {
    const store = new PreviewStore(folder, 5000);
    const files: string[] = [];
    for (let i = 0; i < 10; i++) {
      const file = await store.add(String(i).repeat(64), 64, Buffer.alloc(1000 - 40));
      await utimes(file, 1_000_000 + i, 1_000_000 + i);
      files.push(file);
    }
    // Used just now, so it stays.
    await store.find('0'.repeat(64), 64);
    await store.cleanUp();
    const left = await Promise.all(
      files.map(file =>
        stat(file).then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(left).toEqual([true, false, false, false, false, false, false, true, true, true]);
  });
});
