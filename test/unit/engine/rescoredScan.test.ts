import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EngineClient } from '../../../src/client/engineClient';
import { initialParameters } from '../../../src/engine/model/initialize';
import { decodePairModel, savePairModel } from '../../../src/engine/pairNetworks/pairModelFile';
import { createPairNetwork } from '../../../src/engine/pairNetworks/pairNetworks';
import { PairRescorer, type JudgedPairs } from '../../../src/engine/pairNetworks/rescorePairs';
import { SeededRandom } from '../../../src/engine/samplers/random';
import { ContentPairs } from '../../../src/engine/session/contentPairs';
import * as protocol from '../../../src/protocol/engine';
import { ListModelsRequest } from '../../../src/protocol/training';
import { bundleEngine } from './support/engineBundle';
import { allPairs, paramsOf, refusalOf, rootOf, Workbench } from './support/engines';
import { testModel } from './support/models';
import { jpeg, put, smaller } from './support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('rescoredScan'));
});
afterEach(() => bench.clear());

/** A network that learned nothing, but says something else of each pair. */
async function untaughtRescorer(file: string, seed: number): Promise<string> {
  const input: [number, number, number] = [32, 32, 3];
  const network = createPairNetwork('two-channel', input);
  await savePairModel(file, {
    parameters: initialParameters(network, new SeededRandom(seed)),
    description: {
      name: 'untaught',
      network: 'two-channel',
      input,
      relation: 'same-picture',
      trainedAt: '2026-01-01T00:00:00.000Z',
      trainedOn: { images: 0 },
      trainingLog: [],
      writtenBy: 'a test',
    },
  });
  return file;
}

/** Four pictures, each with a smaller copy. */
async function twins(): Promise<string> {
  const folder = await bench.folder();
  for (let seed = 0; seed < 4; seed++) {
    await put(folder, `${seed}.jpg`, await jpeg(seed));
    await put(folder, `${seed}-small.webp`, await smaller(seed));
  }
  return folder;
}

const distancesOf = async (client: EngineClient): Promise<Record<string, number>> =>
  Object.fromEntries((await allPairs(client)).map(({ a, b, distance }) => [[a.path, b.path].sort().join(' '), distance]));

describe('pairs judged again', () => {
  const contents = ['a', 'b', 'c'];
  /** Every picture is there, of one grey each. */
  const reader = {
    asked: [] as string[][],
    readAll({ candidates, shape }: { candidates: { file: { path: string } }[]; shape: readonly number[] }) {
      const paths = candidates.map(({ file }) => file.path);
      reader.asked.push(paths);
      const size = shape.reduce((product, side) => product * side, 1);
      const bytes = new Uint8Array(paths.length * size);
      paths.forEach((path, i) => bytes.fill(60 * contents.indexOf(path), i * size, (i + 1) * size));
      return Promise.resolve({ bytes, reads: paths.map(content => ({ content })) });
    },
  };
  const listOf = (...pairs: string[]): ContentPairs => {
    const list = new ContentPairs();
    for (const [a, b] of pairs) list.add(a, b, 0.3, 0);
    return list;
  };
  const distances = ({ columns }: ContentPairs): number[] => [...columns.distance];

  test('by the same network are not looked at again: only new ones are', async () => {
    const model = decodePairModel(await readFile(await untaughtRescorer(path.join(await bench.folder(), 'm'), 1)), 'm');
    const rescorer = new PairRescorer(reader as never, 1);
    const rescore = (pairs: ContentPairs, known?: JudgedPairs) =>
      rescorer.rescore({
        model,
        pairs,
        ...(known && { known }),
        fileOf: content => ({ file: { path: content }, width: 32, height: 32 }) as never,
        params: paramsOf([]),
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
    const before = await rescore(listOf('ab', 'ac'));
    const fresh = await rescore(listOf('ac', 'bc'));
    reader.asked.length = 0;
    const after = await rescore(listOf('ac', 'bc'), before.judged);
    expect(reader.asked).toEqual([['b', 'c']]);
    expect(distances(after.rescored)).toEqual(distances(fresh.rescored));
    expect(new Set([0.3, ...distances(fresh.rescored)].map(Math.fround)).size).toBe(3);
    await rescore(listOf('ac'), after.judged);
    expect(reader.asked).toHaveLength(1);
  });
});

describe('a scan whose settings name a network that judges pairs again', () => {
  test('has its distances, also after an update and a restart; a kept scan is judged by the network of today', async () => {
    const folder = await twins();
    const models = await bench.folder();
    const [one, other] = [
      await untaughtRescorer(path.join(models, 'one.twinlint'), 1),
      await untaughtRescorer(path.join(models, 'other.twinlint'), 2),
    ];
    const params = (rescoreModel: string) => paramsOf([rootOf(folder, { rescoreModel })], { keep: true });
    const fresh = async (rescoreModel: string): Promise<Record<string, number>> => {
      const client = bench.engine(await bench.folder());
      await client.request(protocol.ScanRequest, { ...params(rescoreModel), keep: false });
      return distancesOf(client);
    };
    const cache = await bench.folder();
    const client = bench.engine(cache);
    const summary = await client.request(protocol.ScanRequest, params(one));
    expect(summary).toMatchObject({ rescorer: { path: one, network: 'two-channel' }, notes: [] });
    const plain = await fresh('');
    expect(Object.keys(plain).length).toBeGreaterThanOrEqual(4);
    expect(await distancesOf(client)).not.toEqual(plain);

    await put(folder, '3-again.webp', await jpeg(3, 60));
    const changed = [path.join(folder, '3-again.webp')];
    expect(await client.request(protocol.UpdateRequest, { changed })).toMatchObject({ rescorer: { path: one } });
    const ofOne = await fresh(one);
    expect(Object.keys(ofOne).some(key => key.includes('3-again'))).toBe(true);
    expect(await distancesOf(client)).toEqual(ofOne);

    await client.dispose();
    const restarted = bench.engine(cache);
    expect(await restarted.request(protocol.RestoreRequest, params(one))).toMatchObject({ rescorer: { path: one } });
    expect(await distancesOf(restarted)).toEqual(ofOne);
    expect(await restarted.request(protocol.RestoreRequest, params(other))).toMatchObject({ rescorer: { path: other } });
    expect(await distancesOf(restarted)).toEqual(await fresh(other));
    expect(await restarted.request(protocol.RestoreRequest, params(''))).not.toHaveProperty('rescorer');
    expect(await distancesOf(restarted)).toEqual(await fresh(''));
  });

  test('fails with a line where there is none; one that is restored says so and is as without', async () => {
    const folder = await twins();
    const client = bench.engine(await bench.folder());
    const named = (rescoreModel: string) => paramsOf([rootOf(folder, { rescoreModel })], { keep: true });
    expect(await refusalOf(client.request(protocol.ScanRequest, named('gone.twinlint')))).toMatch(
      /^There is no model .*gone\.twinlint to judge the pairs again with\. Train one, or empty the setting/,
    );
    await writeFile(path.join(folder, 'broken.twinlint'), 'no model');
    await testModel(path.join(folder, 'embeds.twinlint'));
    expect(await refusalOf(client.request(protocol.ScanRequest, named('broken.twinlint')))).toContain('broken.twinlint');
    expect(await refusalOf(client.request(protocol.ScanRequest, named('embeds.twinlint')))).toContain('embeds single pictures');

    await client.request(protocol.ScanRequest, named(''));
    const plain = await distancesOf(client);
    const restored = await client.request(protocol.RestoreRequest, named('gone.twinlint'));
    expect(restored?.notes.map(({ message }) => message)).toEqual([expect.stringContaining('to judge the pairs again with')]);
    expect(restored).not.toHaveProperty('rescorer');
    expect(await distancesOf(client)).toEqual(plain);
  });

  test('has one for all folders, and none without trust; both are said', async () => {
    const folders = [await twins(), await bench.folder()];
    const models = await bench.folder();
    const files = await Promise.all([1, 2].map(seed => untaughtRescorer(path.join(models, `${seed}.twinlint`), seed)));
    const roots = folders.map((folder, i) => rootOf(folder, { rescoreModel: files[i] }));
    const client = bench.engine(await bench.folder());
    const several = await client.request(protocol.ScanRequest, paramsOf(roots));
    expect(several.rescorer?.path).toBe(files[0]);
    expect(several.notes).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('different models to judge pairs again') as string }),
    );
    const untrusted = await client.request(protocol.ScanRequest, paramsOf(roots.slice(0, 1), { trusted: false }));
    expect(untrusted).not.toHaveProperty('rescorer');
    expect(untrusted.notes).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('workspace is not trusted') as string }),
    );
  });

  test('lies beside models that embed, and is listed apart from them', async () => {
    const folder = await bench.folder();
    await untaughtRescorer(path.join(folder, 'pairs.twinlint'), 1);
    await testModel(path.join(folder, 'embeds.twinlint'));
    const list = await bench.engine(await bench.folder()).request(ListModelsRequest, { folder });
    expect(list.models.map(each => path.basename(each.path))).toEqual(['embeds.twinlint']);
    expect(list.problems).toEqual([]);
    expect(list.rescorers.map(each => path.basename(each.path))).toEqual(['pairs.twinlint']);
  });
});
