import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as protocol from '../../../src/protocol/engine';
import { bundleEngine } from './support/engineBundle';
import { allFindings, allPairs, paramsOf, rootOf, Workbench } from './support/engines';
import { picture } from './support/pictures';
import { jpeg, put, smaller } from './support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('questions'));
});
afterEach(() => bench.clear());

describe('questions', () => {
  it('are answered in windows that fit together', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 8; seed++) {
      await put(folder, `${seed}.jpg`, await jpeg(seed));
      await put(folder, `small/${seed}.webp`, await smaller(seed));
    }
    await put(folder, 'small/0-again.jpg', await jpeg(0));
    const client = bench.engine(await bench.folder());
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { labels: 'none' })]));
    const { distances } = await client.request0(protocol.DistancesRequest);
    expect(distances).toBeInstanceOf(Float32Array);
    expect(distances).toHaveLength(summary.pairs);
    expect([...distances]).toEqual([...distances].sort((a, b) => a - b));

    const threshold = summary.defaultThreshold;
    const closest = await client.request(protocol.PairsRequest, { threshold, order: 'closest', offset: 0, limit: 100 });
    expect(closest.total).toBe([...distances].filter(distance => distance <= Math.fround(threshold)).length);
    const borderline = await client.request(protocol.PairsRequest, { threshold, order: 'borderline', offset: 0, limit: 100 });
    expect(borderline.rows).toEqual([...closest.rows].reverse());
    const second = await client.request(protocol.PairsRequest, { threshold, order: 'closest', offset: 3, limit: 2 });
    expect(second.rows).toEqual(closest.rows.slice(3, 5));

    const row = closest.rows[1];
    expect(await client.request(protocol.PairRequest, { findingId: row.findingId })).toEqual(row);
    const paths: [string, string] = [path.join(folder, row.b.path), path.join(folder, row.a.path)];
    expect(await client.request(protocol.PairRequest, { paths })).toEqual(row);
    const strangers: [string, string] = [path.join(folder, '1.jpg'), path.join(folder, '2.jpg')];
    const stranger = await client.request(protocol.PairRequest, { paths: strangers });
    expect(stranger?.distance).toBeGreaterThan(summary.radius);
    expect(stranger).toMatchObject({ kind: null, findingId: '' });

    const groups = await client.request(protocol.GroupsRequest, { threshold, offset: 0, limit: 100 });
    expect(groups.total).toBe(8);
    expect(groups.rows[0]).toMatchObject({ size: 3, keep: { path: '0.jpg' } });
    expect(groups.rows[0].members.every(({ direct }) => direct)).toBe(true);

    const ofOne = await client.request(protocol.FindingsRequest, { path: path.join(folder, '3.jpg'), offset: 0, limit: 10 });
    expect(ofOne.findings.map(({ path: on }) => on)).toEqual(['small/3.webp']);
  });

  it('take verdicts into account at once', async () => {
    const folder = await bench.folder();
    await put(folder, '1.jpg', await jpeg(1));
    await put(folder, '1-small.webp', await smaller(1));
    const client = bench.engine(await bench.folder());
    const { generation, pairs } = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    expect(pairs).toBe(1);
    const [{ a, b }] = await allPairs(client);
    const verdict = { id: '1', relation: 'same-picture', verdict: 'different' as const, images: [a, b] };
    const answer = await client.request(protocol.SetVerdictsRequest, { verdicts: [verdict] });
    expect(answer.generation).toBeGreaterThan(generation);
    expect(await allFindings(client)).toEqual([]);
    // An update keeps to them.
    await client.request(protocol.UpdateRequest, { changed: [await put(folder, '2.jpg', await jpeg(2))] });
    expect(await allFindings(client)).toEqual([]);
    await client.request(protocol.SetVerdictsRequest, { verdicts: [] });
    expect(await allFindings(client)).toHaveLength(1);
  });

  it('find the nearest images of one that is part of the scan, and of one that is not', async () => {
    const [folder, elsewhere] = [await bench.folder(), await bench.folder()];
    for (let seed = 0; seed < 10; seed++) await put(folder, `${seed}.jpg`, await jpeg(seed));
    await put(folder, '4-again.jpg', await jpeg(4));
    await put(folder, '4-small.webp', await smaller(4));
    const scan = paramsOf([rootOf(folder)]);
    const client = bench.engine(await bench.folder());
    const inside = await client.request(protocol.NeighboursRequest, { path: path.join(folder, '4.jpg'), k: 3, scan });
    expect(inside.query.path).toBe('4.jpg');
    expect(inside.neighbours.slice(0, 2).map(({ image }) => image.path)).toEqual(['4-again.jpg', '4-small.webp']);
    expect(inside.neighbours[0].distance).toBe(0);
    expect(inside.neighbours).toHaveLength(3);
    const outside = await put(elsewhere, 'q.png', await picture(6).resize(200).png().toBuffer());
    const answer = await client.request(protocol.NeighboursRequest, { path: outside, k: 2, scan });
    expect(answer.neighbours[0].image.path).toBe('6.jpg');
    const broken = await put(elsewhere, 'broken.png', 'no');
    const none = await client.request(protocol.NeighboursRequest, { path: broken, k: 2, scan });
    expect(none).toMatchObject({ neighbours: [], query: { problem: { reason: 'not-an-image' } } });
  });

  it('are empty, not errors, where there is no scan', async () => {
    const client = bench.engine(await bench.folder());
    expect(await allFindings(client)).toEqual([]);
    expect(await allPairs(client)).toEqual([]);
    expect(await client.request(protocol.PairRequest, { findingId: 'x' })).toBeNull();
    expect((await client.request0(protocol.DistancesRequest)).distances).toHaveLength(0);
  });
});

describe('a search in another folder', () => {
  it('changes nothing of the scan that is held', async () => {
    const [one, two] = [await bench.folder(), await bench.folder()];
    await put(one, '1.jpg', await jpeg(1));
    await put(one, '1-small.webp', await smaller(1));
    await put(two, '2.jpg', await jpeg(2));
    await put(two, '2-small.webp', await smaller(2));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(one)]));
    const before = await client.request(protocol.FindingsRequest, { offset: 0, limit: 10 });
    const search = { path: path.join(two, '2.jpg'), k: 5, scan: paramsOf([rootOf(two)]) };
    const answer = await client.request(protocol.NeighboursRequest, search);
    expect(answer.neighbours.map(({ image }) => image.path)).toEqual(['2-small.webp']);
    expect(await client.request(protocol.FindingsRequest, { offset: 0, limit: 10 })).toEqual(before);
    // What came since is found: an update forgets what was searched.
    const added = await put(two, '2-again.jpg', await jpeg(2));
    await client.request(protocol.UpdateRequest, { changed: [added] });
    const again = await client.request(protocol.NeighboursRequest, search);
    expect(again.neighbours.map(({ image }) => image.path)).toEqual(['2-again.jpg', '2-small.webp']);
  });
});
