import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knownEmbeddings, saveEmbeddings } from '../../../../src/engine/modelScan/embeddingCache';
import { Embeddings, PictureEmbedder } from '../../../../src/engine/modelScan/embeddings';
import { loadScanModel, ScanModels } from '../../../../src/engine/modelScan/scanModel';
import type { ScanModel } from '../../../../src/engine/modelScan/scanModel';
import { paramsOf, rootOf } from '../support/engines';
import { testModel } from '../support/models';

const never = new AbortController().signal;
let folder: string;
let model: ScanModel;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-embed-'));
  await testModel(path.join(folder, 'a.twinmodel'), { relation: 'same-class' });
  model = await loadScanModel(path.join(folder, 'a.twinmodel'));
});
afterAll(async () => {
  await model.dispose();
  await rm(folder, { recursive: true, force: true });
});

const raster = (seed: number) => ({
  width: 28,
  height: 28,
  data: Uint8Array.from({ length: 28 * 28 * 3 }, (_, i) => (i * 31 + seed * 977) % 256),
});
const embedAll = async (seeds: readonly number[]): Promise<Embeddings> => {
  const embeddings = new Embeddings(model.hash, model.embeddingSize);
  const embedder = new PictureEmbedder(model, embeddings, never);
  await Promise.all(seeds.map(seed => embedder.add(`c${seed}`, raster(seed))));
  await embedder.finish();
  expect(embedder.added).toBe(new Set(seeds).size);
  return embeddings;
};

describe('embeddings', () => {
  test('of a picture are the same bytes in any company and any place', async () => {
    const many = await embedAll(Array.from({ length: 150 }, (_, i) => i));
    const turned = await embedAll(Array.from({ length: 150 }, (_, i) => 149 - i));
    for (const seed of [0, 1, 63, 64, 100, 149]) {
      const alone = (await embedAll([seed])).get(`c${seed}`)!;
      expect(Buffer.from(alone.buffer).equals(Buffer.from(many.get(`c${seed}`)!.buffer)), `c${seed}`).toBe(true);
      expect(turned.get(`c${seed}`)).toEqual(alone);
    }
    expect(many.get('c0')).not.toEqual(many.get('c1'));
  });

  test('are made once for a content', async () => {
    await embedAll([1, 2, 1, 1]);
  });

  test('stop when cancelled', async () => {
    const controller = new AbortController();
    const embedder = new PictureEmbedder(model, new Embeddings(model.hash, model.embeddingSize), controller.signal);
    await embedder.add('c1', raster(1));
    controller.abort(new Error('enough'));
    await expect(embedder.finish()).rejects.toThrow('enough');
  });

  test('are kept, for this model and root alone; what is damaged is made anew', async () => {
    const cache = path.join(folder, 'cache');
    const made = await embedAll([1, 2, 3]);
    await saveEmbeddings(cache, '/root', model, 'v', made, new Set(['c1', 'c2']));
    // A later scan of another part forgets nothing.
    await saveEmbeddings(cache, '/root', model, 'v', made, new Set(['c3']));
    const known = await knownEmbeddings(cache, ['/root'], model, 'v');
    expect(known.count).toBe(3);
    for (const content of ['c1', 'c2', 'c3']) expect(known.get(content)).toEqual(made.get(content));
    expect((await knownEmbeddings(cache, ['/other'], model, 'v')).count).toBe(0);
    expect((await knownEmbeddings(cache, ['/root'], model, 'w')).count).toBe(0);
    expect((await knownEmbeddings(cache, ['/root'], { ...model, hash: 'x' }, 'v')).count).toBe(0);
    const [name] = await readdir(cache);
    const bytes = await readFile(path.join(cache, name));
    bytes[bytes.length - 5] ^= 1;
    await writeFile(path.join(cache, name), bytes);
    expect((await knownEmbeddings(cache, ['/root'], model, 'v')).count).toBe(0);
    await writeFile(path.join(cache, name), 'nonsense');
    expect((await knownEmbeddings(cache, ['/root'], model, 'v')).count).toBe(0);
  });
});

describe('the model of a scan', () => {
  const params = (setting: string, more = {}) => paramsOf([rootOf(folder, { model: setting })], more);

  test('is the one that the settings name, below the root, and stays loaded', async () => {
    const models = new ScanModels();
    const { model: first, notes } = await models.forScan(params('a.twinmodel'), true);
    expect(notes).toEqual([]);
    expect(first!.hash).toBe(model.hash);
    expect((await models.forScan(params('a.twinmodel'), true)).model).toBe(first);
    expect(await models.forScan(params('auto'), true)).toEqual({ notes: [] });
    expect(await models.forScan(params('none'), true)).toEqual({ notes: [] });
  });

  test('that is missing, damaged, foreign or newer is told in one line', async () => {
    const whole = await readFile(path.join(folder, 'a.twinmodel'));
    const put = async (name: string, bytes: Uint8Array | string): Promise<string> => {
      await writeFile(path.join(folder, name), bytes);
      return name;
    };
    const damaged = Buffer.from(whole);
    damaged[whole.length >> 1] ^= 1;
    const newer = Buffer.from(whole);
    newer.writeUInt32LE(999, 'TWINLINT-MODEL\n'.length);
    const models = new ScanModels();
    const failure = async (name: string): Promise<string> =>
      models.forScan(params(name), true).then(
        () => 'no failure',
        (error: Error) => error.message.replace(folder, ''),
      );
    expect(await failure('gone.twinmodel')).toMatch(/There is no model \/gone\.twinmodel\. Train one/);
    expect(await failure(await put('d.twinmodel', damaged))).toMatch(/d\.twinmodel is damaged/);
    expect(await failure(await put('f.twinmodel', 'PK'))).toMatch(/f\.twinmodel is no Twinlint model/);
    expect(await failure(await put('n.twinmodel', newer))).toMatch(/newer Twinlint/);
    // After a reload of the window the scan goes on without it, and says so.
    const { model: none, notes } = await models.forScan(params('gone.twinmodel'), false);
    expect(none).toBeUndefined();
    expect(notes).toHaveLength(1);
  });

  test('is not read in a workspace that is not trusted', async () => {
    const { model: none, notes } = await new ScanModels().forScan(params('a.twinmodel', { trusted: false }), true);
    expect(none).toBeUndefined();
    expect(notes[0].message).toMatch(/not trusted/);
  });
});
