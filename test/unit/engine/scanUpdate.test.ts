import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineClient } from '../../../src/client/engineClient';
import * as protocol from '../../../src/protocol/engine';
import { bundleEngine } from './support/engineBundle';
import { allFindings, allPairs, paramsOf, rootOf, Workbench } from './support/engines';
import { jpeg, put, smaller } from './support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('scanUpdate'));
});
afterEach(() => bench.clear());

describe('scan/update', () => {
  it('gives the same pairs and findings as a full scan, whatever changed', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 12; seed++) await put(folder, `train/${seed % 2 ? 'cat' : 'dog'}/${seed}.jpg`, await jpeg(seed));
    await put(folder, 'test/cat/1-small.webp', await smaller(1));
    await put(folder, 'train/dog/2-small.webp', await smaller(2));
    await put(folder, 'train/dog/2-again.jpg', await jpeg(2));
    const params = paramsOf([rootOf(folder)]);
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, params);
    const at = (name: string): string => path.join(folder, name);

    const steps: [string, () => Promise<string[]>][] = [
      ['a new twin', async () => [await put(folder, 'train/cat/3-small.webp', await smaller(3))]],
      [
        'a deleted file',
        async () => {
          await rm(at('train/dog/2-small.webp'));
          return [at('train/dog/2-small.webp')];
        },
      ],
      ['another picture in an old file', async () => [await put(folder, 'train/cat/5.jpg', await smaller(7))]],
      [
        'a file moved to another class',
        async () => {
          await rename(at('train/cat/3.jpg'), at('train/dog/3-moved.jpg'));
          return [at('train/cat/3.jpg'), at('train/dog/3-moved.jpg')];
        },
      ],
      ['a file that broke', async () => [await put(folder, 'train/cat/7.jpg', 'no picture')]],
      [
        'a folder that went',
        async () => {
          await rm(at('test'), { recursive: true });
          return [at('test')];
        },
      ],
      [
        'a folder that came',
        async () => {
          await put(folder, 'val/cat/8-small.webp', await smaller(8));
          await put(folder, 'val/cat/4-again.jpg', await jpeg(4));
          return [at('val')];
        },
      ],
      [
        'a representative that went, with its copy left',
        async () => {
          await rm(at('train/dog/2.jpg'));
          return [at('train/dog/2.jpg')];
        },
      ],
      ['an ignore list', async () => [await put(folder, '.twinlintignore', 'val/\n')]],
      [
        'a touched file',
        async () => {
          await utimes(at('train/dog/4.jpg'), new Date(), new Date());
          return [at('train/dog/4.jpg')];
        },
      ],
    ];
    for (const [name, change] of steps) {
      const changed = await change();
      const summary = await client.request(protocol.UpdateRequest, { changed });
      const fresh = bench.engine(await bench.folder());
      const full = await fresh.request(protocol.ScanRequest, params);
      expect(summary?.counts, name).toEqual(full.counts);
      expect(await allPairs(client), name).toEqual(await allPairs(fresh));
      expect(await allFindings(client), name).toEqual(await allFindings(fresh));
      await fresh.dispose();
    }
  });

  it('reads only what changed', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 5; seed++) await put(folder, `${seed}.jpg`, await jpeg(seed));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    // Behind the engine's back, one file is ruined without a word: an update of another must not see it.
    const stats = { size: (await jpeg(1)).length };
    await writeFile(path.join(folder, '1.jpg'), Buffer.alloc(stats.size));
    const added = await put(folder, '9.jpg', await jpeg(9));
    expect(await client.request(protocol.UpdateRequest, { changed: [added] })).toMatchObject({ images: 6, readable: 6 });
    const named = await client.request(protocol.UpdateRequest, { changed: [path.join(folder, '1.jpg')] });
    expect(named).toMatchObject({ images: 6, readable: 5 });
  });

  it('is null where there is no scan', async () => {
    const client = bench.engine(await bench.folder());
    expect(await client.request(protocol.UpdateRequest, { changed: ['/tmp/x.png'] })).toBeNull();
  });
});

describe('determinism', () => {
  it('threads, caches and a restore change nothing, byte for byte', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 30; seed++) {
      await put(folder, `${seed % 3}/${seed}.jpg`, await jpeg(seed));
      if (seed % 2 === 0) await put(folder, `x/${seed}-small.webp`, await smaller(seed));
      if (seed % 5 === 0) await put(folder, `y/${seed}.jpg`, await jpeg(seed));
    }
    const params = paramsOf([rootOf(folder, { mirrors: true, turns: true })], { keep: true });
    const state = async (client: EngineClient): Promise<string> =>
      JSON.stringify([await allPairs(client), await allFindings(client)]);
    const cache = await bench.folder();
    const results: string[] = [];
    for (const threads of [1, 2, 4]) {
      const client = bench.engine(threads === 4 ? cache : await bench.folder(), threads);
      await client.request(protocol.ScanRequest, params);
      results.push(await state(client));
      await client.dispose();
    }
    const restored = bench.engine(cache, 1);
    expect(await restored.request(protocol.RestoreRequest, params)).toMatchObject({ images: 51 });
    results.push(await state(restored));
    const again = bench.engine(cache, 2);
    await again.request(protocol.ScanRequest, params);
    results.push(await state(again));
    expect(JSON.parse(results[0])[0].length).toBeGreaterThan(15);
    for (const result of results.slice(1)) expect(result).toBe(results[0]);
  });
});
