import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noteOfError } from '../../../../src/protocol/engineErrors';
import * as protocol from '../../../../src/protocol/engine';
import { bundleEngine } from '../support/engineBundle';
import { allFindings, allPairs, paramsOf, rootOf, Workbench } from '../support/engines';
import { testModel } from '../support/models';
import { noisePatch } from '../support/pictures';
import { darkAndLight, jpeg, put } from '../support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('modelScan'));
});
afterEach(() => bench.clear());

const classes = async (): Promise<string> => darkAndLight(await bench.folder());

describe('a scan with a model', () => {
  test('of classes doubts labels, and finds the same pairs as without', async () => {
    const folder = await classes();
    const model = path.join(await bench.folder(), 'classes.twinmodel');
    await testModel(model, { relation: 'same-class', labels: ['dark', 'light'] });
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    const plain = { pairs: await allPairs(client), findings: await allFindings(client) };
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { model })]));
    expect(summary).toMatchObject({ model: { path: model, relation: 'same-class' }, notes: [] });
    const strip = (pairs: typeof plain.pairs) =>
      pairs.map(({ a, b, distance, transform }) => [a.path, b.path, distance, transform]);
    expect(strip(await allPairs(client))).toEqual(strip(plain.pairs));
    const findings = await allFindings(client);
    const doubtful = findings.filter(({ kind }) => kind === 'mislabeled');
    const labels = doubtful.map(({ path: on, details }) => [on, details.labels]);
    expect(labels).toContainEqual(['light/wrong.png', ['light', 'dark']]);
    const wrong = doubtful.find(({ path: on }) => on === 'light/wrong.png')!;
    expect(wrong.details.votes).toEqual({ suggested: 10, asked: 10 });
    expect(wrong.score).toBeGreaterThan(0.9);
    expect(findings.filter(({ kind }) => kind !== 'mislabeled')).toEqual(plain.findings);
    expect(plain.findings.map(({ path: on }) => on)).toEqual(['light/scene-small.webp']);
  });

  test('of pictures doubts no label; one of a relation of the user’s finds nothing, but answers Find Similar', async () => {
    const folder = await classes();
    const models = await bench.folder();
    const [pictures, own] = [path.join(models, 'pictures.twinmodel'), path.join(models, 'own.twinmodel')];
    await testModel(pictures);
    await testModel(own, { relation: 'brightness' });
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { model: pictures })]));
    expect((await allFindings(client)).map(({ kind }) => kind)).not.toContain('mislabeled');
    const scan = paramsOf([rootOf(folder, { model: own })]);
    const summary = await client.request(protocol.ScanRequest, scan);
    expect(summary.counts).toEqual({ 'near-duplicate': 1 });
    const query = { path: path.join(folder, 'light/wrong.png'), k: 15, scan };
    const { neighbours } = await client.request(protocol.NeighboursRequest, query);
    expect(neighbours.map(({ image }) => path.posix.dirname(image.path))).toEqual(new Array(15).fill('dark'));
    const distances = neighbours.map(({ distance }) => distance);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    // A picture that is not part of the scan is embedded as those in it are.
    const outside = path.join(models, 'outside.png');
    await writeFile(outside, await noisePatch(500, 60));
    const found = await client.request(protocol.NeighboursRequest, { ...query, path: outside, k: 16 });
    expect(found.neighbours[0]).toMatchObject({ image: { path: 'light/wrong.png' }, distance: 0 });
    expect(found.neighbours.slice(1).map(({ image }) => image.path)).toEqual(neighbours.map(({ image }) => image.path));
  });

  test('is the same byte for byte at any number of threads, with a cache and without, and after an update', async () => {
    const folder = await classes();
    const model = path.join(await bench.folder(), 'm.twinmodel');
    await testModel(model, { relation: 'same-class' });
    const params = paramsOf([rootOf(folder, { model })]);
    const cache = await bench.folder();
    const results: string[] = [];
    for (const [threads, folderOfCache] of [
      [1, cache],
      [3, cache],
      [4, await bench.folder()],
    ] as const) {
      const client = bench.engine(folderOfCache, threads);
      await client.request(protocol.ScanRequest, params);
      results.push(JSON.stringify([await allFindings(client), await allPairs(client)]));
      if (threads !== 4) continue;
      await put(folder, 'dark/new.png', await noisePatch(900, 60));
      await client.request(protocol.UpdateRequest, { changed: [path.join(folder, 'dark/new.png')] });
      const updated = JSON.stringify(await allFindings(client));
      const fresh = bench.engine(await bench.folder(), 2);
      await fresh.request(protocol.ScanRequest, params);
      expect(updated).toBe(JSON.stringify(await allFindings(fresh)));
    }
    expect(results[1]).toBe(results[0]);
    expect(results[2]).toBe(results[0]);
  });

  test('fails with a line where there is no such model', async () => {
    const folder = await bench.folder();
    await put(folder, '1.jpg', await jpeg(1));
    const client = bench.engine(await bench.folder());
    const failure = client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { model: 'gone.twinmodel' })]));
    const error = await failure.then(
      () => undefined,
      (each: unknown) => each,
    );
    expect(noteOfError(error)?.message).toMatch(/There is no model/);
  });
});
