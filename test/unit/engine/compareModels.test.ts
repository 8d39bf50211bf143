import { rm } from 'node:fs/promises';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import * as protocol from '../../../src/protocol/engine';
import { ClassesRequest, CompareModelsRequest } from '../../../src/protocol/labeling';
import { bundleEngine } from './support/engineBundle';
import { paramsOf, rootOf, Workbench } from './support/engines';
import { testModel } from './support/models';
import { jpeg, put, smaller } from './support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('compareModels'));
});
afterEach(() => bench.clear());

/** Pictures with a smaller copy each, in two classes, scanned. */
async function scanned() {
  const folder = await bench.folder();
  for (let seed = 0; seed < 4; seed++) {
    await put(folder, `cat/${seed}.jpg`, await jpeg(seed));
    await put(folder, `${seed < 3 ? 'cat' : 'dog'}/small${seed}.webp`, await smaller(seed));
  }
  const client = bench.engine(await bench.folder());
  await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { classFolders: ['cat', 'dog'] })]));
  const pairOf = async (x: string, y: string): Promise<protocol.PairRow> =>
    (await client.request(protocol.PairRequest, { paths: [`${folder}/${x}`, `${folder}/${y}`] }))!;
  const say = async (x: string, y: string, verdict: 'similar' | 'different', probability?: number): Promise<Verdict> => {
    const pair = await pairOf(x, y);
    return {
      id: `${x} ${y}`,
      relation: 'same-picture',
      verdict,
      images: [pair.a, pair.b].map(({ content, path }) => ({ content, path })),
      ...(probability !== undefined && { audit: { probability } }),
    };
  };
  return { folder, client, say };
}

it('two models are judged on the audits alone, and the pairs they differ on are listed', async () => {
  const { client, say } = await scanned();
  const verdicts = [
    await say('cat/0.jpg', 'cat/small0.webp', 'similar', 0.0005),
    await say('cat/1.jpg', 'cat/small1.webp', 'similar', 0.0005),
    await say('cat/0.jpg', 'cat/1.jpg', 'different', 0.00025),
    // Learned from, so not to be judged by.
    await say('cat/0.jpg', 'cat/2.jpg', 'different'),
  ];
  await client.request(protocol.SetVerdictsRequest, { verdicts });
  // One that takes everything for the same picture, at a threshold that no distance reaches.
  const models = await bench.folder();
  const all = `${models}/all.twinlint`;
  await testModel(all, { threshold: 1e9 });
  const found = (await client.request(CompareModelsRequest, { models: [null, all], relation: 'same-picture' }))!;
  expect(found.audits).toBe(3);
  const [builtIn, credulous] = found.accuracies!;
  expect(builtIn.accuracy.value).toBe(1);
  // 2000 + 2000 of 2000 + 2000 + 4000 pairs that the audits stand for.
  expect(credulous.accuracy.value).toBeCloseTo(0.5, 3);
  expect(credulous.recall!.value).toBe(1);
  expect(found.disagreements).toBe(1);
  const [{ pair, similar, said }] = found.differing;
  expect([pair.a.path, pair.b.path].sort()).toEqual(['cat/0.jpg', 'cat/1.jpg']);
  expect({ similar, said }).toEqual({ similar: false, said: [false, true] });

  const other = await client.request(CompareModelsRequest, { models: [null, all], relation: 'same-class' });
  expect(other).toEqual({ audits: 0, disagreements: 0, differing: [] });
  await rm(all);
  await expect(client.request(CompareModelsRequest, { models: [null, all], relation: 'same-picture' })).rejects.toThrow(
    'There is no model',
  );
});

it('the classes of the pairs under a threshold are counted, answers are met or not, and nothing without a scan', async () => {
  const fresh = bench.engine(await bench.folder());
  expect(await fresh.request(ClassesRequest, { relation: 'same-picture', threshold: 0.2 })).toBeNull();
  expect(await fresh.request(CompareModelsRequest, { models: [null, null], relation: 'same-picture' })).toBeNull();

  const { client, say } = await scanned();
  const at = async (threshold: number) => (await client.request(ClassesRequest, { relation: 'same-picture', threshold }))!;
  expect(await at(0.2)).toMatchObject({
    total: 2,
    rows: [
      { label: 'cat', images: 7, within: 3, across: 1, mostWith: { label: 'dog', pairs: 1 }, answered: 0 },
      { label: 'dog', images: 1, within: 0, across: 1, mostWith: { label: 'cat', pairs: 1 }, answered: 0 },
    ],
  });
  const verdicts = [
    await say('cat/0.jpg', 'cat/small0.webp', 'similar'),
    await say('cat/3.jpg', 'dog/small3.webp', 'different'),
    // Never listed: far apart at any threshold.
    await say('cat/0.jpg', 'cat/1.jpg', 'different'),
  ];
  await client.request(protocol.SetVerdictsRequest, { verdicts });
  const { rows } = await at(0.2);
  // The pair that is settled as different is no pair of the panel any more, though its answer counts.
  expect(rows).toMatchObject([
    { label: 'cat', within: 3, across: 0, answered: 3, agreeing: 2 },
    { label: 'dog', within: 0, across: 0, answered: 1, agreeing: 0 },
  ]);
  expect(rows[0].mostWith).toBeUndefined();
});
