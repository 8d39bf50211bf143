import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { EngineClient } from '../../../src/client/engineClient';
import * as protocol from '../../../src/protocol/engine';
import { isCancelled } from '../../../src/protocol/engineErrors';
import { MapImageRequest, MapKindsRequest, MapRequest, noClass, noKind, SetFilterRequest } from '../../../src/protocol/map';
import type { EmbeddingMap } from '../../../src/protocol/map';
import { bundleEngine } from './support/engineBundle';
import { allPairs, paramsOf, rootOf, Workbench } from './support/engines';
import { jpeg, kinds, put, smaller } from './support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('mapOfScan'));
});
afterEach(() => bench.clear());

/** Twelve pictures in two classes, two pairs of near-duplicates, one pair of equal files, and a file that is none. */
async function smallSet(): Promise<string> {
  const folder = await bench.folder();
  for (let seed = 1; seed <= 12; seed++) await put(folder, `${seed % 2 ? 'cat' : 'dog'}/${seed}.jpg`, await jpeg(seed));
  await put(folder, 'cat/1-small.webp', await smaller(1));
  await put(folder, 'dog/2-small.webp', await smaller(2));
  await put(folder, 'dog/2-again.jpg', await jpeg(2));
  await put(folder, 'cat/empty.jpg', '');
  return folder;
}

async function scanned(folder: string, cacheDir: string): Promise<EngineClient> {
  const client = bench.engine(cacheDir);
  await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)], { keep: true }));
  return client;
}

const mapOf = async (client: EngineClient): Promise<EmbeddingMap> => (await client.request0(MapRequest))!;

/** Each row's image, by its path. */
async function rowsOf(client: EngineClient, { edition, images }: EmbeddingMap): Promise<string[]> {
  const records = await Promise.all(Array.from(images, image => client.request(MapImageRequest, { edition, image })));
  return records.map(record => record!.path);
}

describe('the map of a scan', () => {
  it('has a place for every readable image, its class, and what is found on it; equal files share theirs', async () => {
    const client = await scanned(await smallSet(), await bench.folder());
    const shares: number[] = [];
    client.onDidMapProgress(({ share }) => shares.push(share));
    const map = await mapOf(client);
    expect(map).toMatchObject({ classes: ['cat', 'dog'], splitNames: [], encoder: 'descriptor', laidOut: 14, leftOut: 0 });
    expect(map.contents).toBe(14);
    expect(map.xy).toHaveLength(30);
    expect(shares.at(-1)).toBe(1);
    const rows = await rowsOf(client, map);
    expect(rows.map((name, row) => [name.split('/')[0], map.classes[map.labels[row]]]).every(([a, b]) => a === b)).toBe(true);
    expect([...map.splits].every(split => split === noClass)).toBe(true);
    const [one, other] = [rows.indexOf('dog/2.jpg'), rows.indexOf('dog/2-again.jpg')];
    expect(map.xy.slice(2 * one, 2 * one + 2)).toEqual(map.xy.slice(2 * other, 2 * other + 2));
    const found = await client.request(MapKindsRequest, { edition: map.edition, threshold: 1 });
    expect(rows.filter((_, row) => found!.kinds[row] !== noKind)).toEqual(
      expect.arrayContaining(['cat/1.jpg', 'cat/1-small.webp', 'dog/2.jpg', 'dog/2-small.webp', 'dog/2-again.jpg']),
    );
    const nothing = await client.request(MapKindsRequest, { edition: map.edition, threshold: -1 });
    expect([...nothing!.kinds].every(kind => kind === noKind)).toBe(true);
  });

  it('is the same again, in another process from disk, and drawn anew where the file is damaged', async () => {
    const [folder, cacheDir] = [await smallSet(), await bench.folder()];
    const first = await mapOf(await scanned(folder, cacheDir));
    const [file] = await readdir(path.join(cacheDir, 'maps'));
    const second = await scanned(folder, cacheDir);
    const shares: number[] = [];
    second.onDidMapProgress(({ share }) => shares.push(share));
    expect((await mapOf(second)).xy).toEqual(first.xy);
    expect(shares).toEqual([]);
    await writeFile(path.join(cacheDir, 'maps', file), 'not a map');
    const third = await scanned(folder, cacheDir);
    expect((await mapOf(third)).xy).toEqual(first.xy);
  });

  it.each([0, 1, 3])('of %i images stands', async count => {
    const folder = await bench.folder();
    for (let seed = 1; seed <= count; seed++) await put(folder, `${seed}.jpg`, await jpeg(seed));
    const map = await mapOf(await scanned(folder, await bench.folder()));
    expect(map.images).toHaveLength(count);
    expect([...map.xy].every(Number.isFinite)).toBe(true);
  });

  it('is nothing without a scan, and can be cancelled', async () => {
    const client = bench.engine(await bench.folder());
    expect(await client.request0(MapRequest)).toBeNull();
    await client.request(protocol.ScanRequest, paramsOf([rootOf(await smallSet())]));
    const source = new CancellationTokenSource();
    client.onDidMapProgress(() => source.cancel());
    await expect(client.request0(MapRequest, source.token)).rejects.toSatisfy(isCancelled);
    expect((await mapOf(client)).images).toHaveLength(15);
  });
});

describe('a filter', () => {
  it('leaves the pairs, groups and findings that touch its images, until it is taken away', async () => {
    const folder = await smallSet();
    const client = await scanned(folder, await bench.folder());
    const all = await kinds(client);
    const map = await mapOf(client);
    const rows = await rowsOf(client, map);
    const indexOf = (name: string): number => map.images[rows.indexOf(name)];
    const images = Uint32Array.of(indexOf('cat/1.jpg'), indexOf('cat/3.jpg'));
    const summary = await client.request(SetFilterRequest, { edition: map.edition, images });
    expect(summary).toMatchObject({ filtered: 2, edition: map.edition });
    expect(await kinds(client)).toEqual(['near-duplicate cat/1-small.webp ~ cat/1.jpg']);
    expect((await allPairs(client)).every(({ a, b }) => [a.path, b.path].includes('cat/1.jpg'))).toBe(true);
    const { threshold } = { threshold: summary!.defaultThreshold };
    const groups = await client.request(protocol.GroupsRequest, { threshold, offset: 0, limit: 10 });
    expect(groups).toMatchObject({ total: 1, rows: [{ size: 2 }] });
    const { distances } = await client.request0(protocol.DistancesRequest);
    expect(distances).toHaveLength((await allPairs(client)).length);

    // It outlives a change of a file, whose going moves the indices.
    await rm(path.join(folder, 'cat/11.jpg'));
    const updated = await client.request(protocol.UpdateRequest, { changed: [path.join(folder, 'cat/11.jpg')] });
    expect(updated!.filtered).toBe(2);
    expect(updated!.edition).toBeGreaterThan(map.edition);
    expect(await kinds(client)).toEqual(['near-duplicate cat/1-small.webp ~ cat/1.jpg']);
    // What was chosen on the old map is not taken for the new one's.
    expect(await client.request(SetFilterRequest, { edition: map.edition, images })).toBeNull();
    expect(await client.request(MapImageRequest, { edition: map.edition, image: 0 })).toBeNull();

    const cleared = await client.request(SetFilterRequest, { edition: map.edition, images: null });
    expect(cleared).not.toHaveProperty('filtered');
    expect(await kinds(client)).toEqual(all);
  });

  it('shows a pair by its finding all the same, and is gone with the next scan', async () => {
    const folder = await smallSet();
    const client = await scanned(folder, await bench.folder());
    const pairs = await allPairs(client);
    const map = await mapOf(client);
    const rows = await rowsOf(client, map);
    const images = Uint32Array.of(map.images[rows.indexOf('cat/5.jpg')]);
    expect(await client.request(SetFilterRequest, { edition: map.edition, images })).toMatchObject({ filtered: 1 });
    const { findingId } = pairs[0];
    expect(await client.request(protocol.PairRequest, { findingId })).toMatchObject({ findingId, rank: -1 });
    const again = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)], { keep: true }));
    expect(again).not.toHaveProperty('filtered');
    expect(await allPairs(client)).toHaveLength(pairs.length);
  });
});
