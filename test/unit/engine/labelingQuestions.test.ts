import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import * as protocol from '../../../src/protocol/engine';
import { EstimateRequest, QuestionsRequest, ThresholdForRequest } from '../../../src/protocol/labeling';
import type { EngineQuestion, QuestionsParams } from '../../../src/protocol/labeling';
import { bundleEngine } from './support/engineBundle';
import { paramsOf, rootOf, Workbench } from './support/engines';
import { testModel } from './support/models';
import { jpeg, put, smaller } from './support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('labeling'));
});
afterEach(() => bench.clear());

const asked = (more: Partial<QuestionsParams> = {}): QuestionsParams => ({
  relation: 'same-picture',
  threshold: 0.2,
  count: 8,
  asked: 0,
  except: [],
  settledCycles: [],
  seed: 1,
  ...more,
});
const verdictOn = (pair: protocol.PairRow, verdict: 'similar' | 'different', more: Partial<Verdict> = {}): Verdict => ({
  id: `${verdict} ${pair.a.path} ${pair.b.path}`,
  relation: 'same-picture',
  verdict,
  images: [pair.a, pair.b].map(({ content, path }) => ({ content, path })),
  ...more,
});

describe('questions to the person', () => {
  it('are null without a scan', async () => {
    const client = bench.engine(await bench.folder());
    expect(await client.request(QuestionsRequest, asked())).toBeNull();
    expect(await client.request(EstimateRequest, { relation: 'same-picture', threshold: 0.2 })).toBeNull();
  });

  it('come from the pair table, leave out what is settled, and end', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 6; seed++) {
      await put(folder, `${seed}.jpg`, await jpeg(seed));
      await put(folder, `small/${seed}.webp`, await smaller(seed));
    }
    const client = bench.engine(await bench.folder());
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { labels: 'none' })]));
    const first = (await client.request(QuestionsRequest, asked()))!;
    const window = { threshold: summary.radius, order: 'closest', offset: 0, limit: 100 } as const;
    const { rows } = await client.request(protocol.PairsRequest, window);
    const isNear = ({ distance }: protocol.PairRow): boolean => Math.abs(distance - 0.2) <= 0.05;
    expect(first.open).toBe(rows.filter(isNear).length);
    expect(first.questions.filter(({ reason }) => reason === 'audit').length).toBeGreaterThan(0);
    for (const { reason, probability } of first.questions) expect(reason === 'audit').toBe(probability !== undefined);
    expect(await client.request(QuestionsRequest, asked())).toEqual(first);

    const [question] = first.questions;
    await client.request(protocol.SetVerdictsRequest, { verdicts: [verdictOn(question.pair, 'different')] });
    const second = (await client.request(QuestionsRequest, asked()))!;
    expect(second.open).toBe(first.open! - Number(isNear(question.pair)));
    const isIt = ({ pair, known }: (typeof second.questions)[number]): boolean =>
      pair.b.content === question.pair.b.content && known === undefined;
    expect(second.questions.some(isIt)).toBe(false);
    const skipped = (await client.request(
      QuestionsRequest,
      asked({ except: [[second.questions[0].pair.a.content, second.questions[0].pair.b.content]] }),
    ))!;
    expect(skipped.questions[0].pair).not.toEqual(second.questions[0].pair);
    // An audit may draw what is settled: then its answer is known.
    const all = (await client.request(QuestionsRequest, asked({ count: 60 })))!;
    for (const { pair, known } of all.questions) {
      const isSettled = [pair.a.content, pair.b.content].includes(question.pair.b.content) && pair.verdict === 'different';
      if (isSettled) expect(known).toBe('different');
    }
  });

  it('ask about a circle before anything else, until the person stands by it', async () => {
    const folder = await bench.folder();
    for (const seed of [1, 2, 3]) await put(folder, `${seed}.jpg`, await jpeg(seed));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { labels: 'none' })]));
    const pairOf = async (x: number, y: number): Promise<protocol.PairRow> =>
      (await client.request(protocol.PairRequest, { paths: [`${folder}/${x}.jpg`, `${folder}/${y}.jpg`] }))!;
    const different = verdictOn(await pairOf(1, 3), 'different');
    const verdicts = [verdictOn(await pairOf(1, 2), 'similar'), verdictOn(await pairOf(2, 3), 'similar'), different];
    await client.request(protocol.SetVerdictsRequest, { verdicts });
    const { questions } = (await client.request(QuestionsRequest, asked()))!;
    expect(questions[0]).toMatchObject({ reason: 'cycle', cycle: { id: different.id, paths: ['1.jpg', '2.jpg', '3.jpg'] } });
    const settled = (await client.request(QuestionsRequest, asked({ settledCycles: [different.id] })))!;
    expect(settled.questions.every(({ reason }) => reason !== 'cycle')).toBe(true);
  });

  it('are measured by audits alone', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 6; seed++) {
      await put(folder, `${seed}.jpg`, await jpeg(seed));
      await put(folder, `small/${seed}.webp`, await smaller(seed));
    }
    const client = bench.engine(await bench.folder());
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { labels: 'none' })]));
    const { rows } = await client.request(protocol.PairsRequest, {
      threshold: summary.radius,
      order: 'closest',
      offset: 0,
      limit: 100,
    });
    const query = { relation: 'same-picture', threshold: 0.3 };
    const plain = rows.map(pair => verdictOn(pair, 'similar'));
    await client.request(protocol.SetVerdictsRequest, { verdicts: plain });
    const without = (await client.request(EstimateRequest, query))!;
    expect([without.audits, without.precision, without.similar.length]).toEqual([0, undefined, rows.length]);
    expect(await client.request(ThresholdForRequest, { relation: 'same-picture', aim: 'precision', value: 0.5 })).toBeNull();

    const audited = plain.map(verdict => ({ ...verdict, audit: { probability: 0.1 } }));
    await client.request(protocol.SetVerdictsRequest, { verdicts: audited });
    const estimate = (await client.request(EstimateRequest, query))!;
    expect(estimate.audits).toBe(rows.length);
    expect(estimate.precision!.high).toBeGreaterThan(0.95);
    expect(estimate.precision!.low).toBeGreaterThan(0.4);
    const aimed = (await client.request(ThresholdForRequest, { relation: 'same-picture', aim: 'precision', value: 0.5 }))!;
    expect(aimed.threshold).toBeGreaterThan(0);
  });

  it('measure kinds by audits of all pairs of pictures, listed by the scan or not', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 8; seed++) await put(folder, `${seed}.jpg`, await jpeg(seed));
    const client = bench.engine(await bench.folder());
    const model = `${await bench.folder()}/kinds.twinmodel`;
    const relation = 'same-class';
    await testModel(model, { relation, threshold: 1e9 });
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { labels: 'none', model })]));
    expect(summary.pairs).toBe(0);
    const audits: EngineQuestion[] = [];
    for (const before of [3, 7, 11, 15]) {
      const answer = await client.request(QuestionsRequest, asked({ relation, count: 1, asked: before }));
      audits.push(...answer!.questions);
    }
    expect(audits.map(({ reason }) => reason)).toEqual(Array(4).fill('audit'));
    // 28 pairs, all on one side: strata of 14, 8 and 6 of them with half, 0.3 and 0.2 of the draws.
    for (const { probability } of audits) {
      expect([0.5 / 14, 0.3 / 8, 0.2 / 6].some(each => Math.abs(each - probability!) < 1e-9)).toBe(true);
    }
    const verdicts = audits.map(({ pair, probability }) =>
      verdictOn(pair, 'different', { relation, audit: { probability: probability! } }),
    );
    await client.request(protocol.SetVerdictsRequest, { verdicts });
    const estimate = (await client.request(EstimateRequest, { relation, threshold: 0.2 }))!;
    expect(estimate.audits).toBe(new Set(verdicts.map(({ id }) => id)).size);
    // The model takes all for one kind, at a threshold of its own; the answers say that nothing is.
    expect(estimate.auditsUnder).toBe(estimate.audits);
    expect(estimate.precision).toMatchObject({ low: 0 });
    expect(estimate.precision!.high).toBeLessThan(0.9);
    expect([estimate.similar.length, estimate.different.length]).toEqual([0, estimate.audits]);
    // Of copies they say nothing.
    expect((await client.request(EstimateRequest, { relation: 'same-picture', threshold: 0.2 }))!.audits).toBe(0);
  });
});
