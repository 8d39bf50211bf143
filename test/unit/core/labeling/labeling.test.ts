import { describe, expect, it } from 'vitest';
import { auditStrata, copiesDesign, countByStratum, drawAudit, surestShares } from '../../../../src/core/labeling/auditDesign';
import { verdictCycles } from '../../../../src/core/labeling/cycles';
import { estimateFromAudits } from '../../../../src/core/labeling/estimate';
import type { AuditedPair } from '../../../../src/core/labeling/estimate';
import { nextQuestions } from '../../../../src/core/labeling/questions';
import { exponential, gamma, seededRandom } from '../../../../src/core/labeling/random';
import { chooseUncertain, countNear } from '../../../../src/core/labeling/uncertain';
import type { Verdict } from '../../../../src/core/verdicts/verdict';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('random draws', () => {
  it('come out the same for a seed', () => {
    const [one, two, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
    const of = (random: () => number): number[] => Array.from({ length: 5 }, random);
    const first = of(one);
    expect(of(two)).toEqual(first);
    expect(of(other)).not.toEqual(first);
  });

  it.each([0.05, 0.5, 3])('gamma(%d) has that mean and variance', shape => {
    const random = seededRandom(1);
    const values = Array.from({ length: 40_000 }, () => gamma(random, shape));
    const middle = mean(values);
    expect(Math.abs(middle - shape)).toBeLessThan(5 * Math.sqrt(shape / values.length));
    expect(mean(values.map(v => (v - middle) ** 2)) / shape).toBeCloseTo(1, 0);
  });

  it('exponential has mean 1', () => {
    const random = seededRandom(2);
    expect(mean(Array.from({ length: 40_000 }, () => exponential(random)))).toBeCloseTo(1, 1);
  });
});

describe('auditStrata', () => {
  it('cuts densely under the threshold and covers every row once', () => {
    const strata = auditStrata(1000, 100);
    expect(strata.map(({ from, to }) => [from, to])).toEqual([
      [0, 50],
      [50, 80],
      [80, 100],
      [100, 150],
      [150, 300],
      [300, 1000],
    ]);
    expect(strata.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it.each([
    [0, 0],
    [1, 1],
    [1, 0],
    [5, 2],
    [30, 30],
  ])('copes with %i rows, %i of them under the threshold', (pairs, within) => {
    const strata = auditStrata(pairs, within);
    const ends = strata.flatMap(({ from, to }) => [from, to]);
    expect(strata.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(pairs);
    expect([...ends].sort((a, b) => a - b)).toEqual(ends);
    if (pairs > 0) expect(strata.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});

describe('surestShares', () => {
  it('asks most where rows are many and answers disagree, and keeps what is spent beyond the threshold', () => {
    const strata = auditStrata(1000, 100);
    // Rows 50, 30, 20 under the threshold; the second has as many of either.
    const shares = surestShares(strata, [10, 10, 10, 4, 4, 2], [10, 5, 10, 0, 0, 0], 100);
    const planned = strata.map(({ share }) => share);
    const under = (list: readonly number[]): number => list[0] + list[1] + list[2];
    expect(under(shares)).toBeCloseTo(under(planned), 12);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    // Standard deviations 0.069, 0.4998, 0.208 with the priors; 30 · 0.4998 of 22.6 in all; after 40 audits
    // 15/55 · 0.2 + 40/55 · 0.75 · 0.664.
    expect(shares[1]).toBeCloseTo(0.417, 2);
    expect(shares[2]).toBeLessThan(planned[2]);
    expect(shares[2]).toBeGreaterThan((15 / 55) * planned[2]);
    // Before any audit there is only the plan.
    surestShares(strata, [], [], 100).forEach((share, k) => expect(share).toBeCloseTo(planned[k], 12));
  });
});

describe('drawAudit', () => {
  it('draws a row as often as is logged, whatever the shares', () => {
    const strata = auditStrata(1000, 100);
    const random = seededRandom(3);
    const shares = [0.3, 0.1, 0.2, 0.1, 0.1, 0.2];
    const draws = 60_000;
    const rows: number[] = [];
    for (let i = 0; i < draws; i++) {
      const draw = drawAudit(strata, random, shares)!;
      rows.push(draw.row);
      if (i % 1000 > 0) continue;
      const k = strata.findIndex(({ from, to }) => draw.row >= from && draw.row < to);
      expect(draw.probability).toBeCloseTo(shares[k] / (strata[k].to - strata[k].from), 12);
    }
    countByStratum(strata, rows).forEach((count, k) => {
      expect(Math.abs(count / draws - shares[k])).toBeLessThan(4 * Math.sqrt((shares[k] * (1 - shares[k])) / draws));
    });
    // Of 1,000 rows: the first of the first stratum.
    expect(rows.filter(row => row === 0).length / draws).toBeCloseTo(0.3 / 50, 2);
  });

  it('has nothing to draw from an empty table', () => {
    expect(drawAudit([], seededRandom(1))).toBeUndefined();
  });
});

/** Pairs at the given distances; the answers are drawn with these probabilities of "similar". */
const ramp = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => (0.5 * (i + 0.5)) / count);

describe('estimateFromAudits', () => {
  const population = { distances: ramp(1000), design: copiesDesign };
  const auditsOf = (rows: readonly number[], isSimilar: (row: number) => boolean): AuditedPair[] => {
    const strata = auditStrata(1000, 200);
    return rows.map((row, group) => {
      const { from, to, share } = strata.find(each => row >= each.from && row < each.to)!;
      return { row, similar: isSimilar(row), probability: share / (to - from), group };
    });
  };
  const everyTenth = Array.from({ length: 100 }, (_, i) => i * 10);

  it('weights the strata by their rows', () => {
    // Half of the rows under 200 are similar from row 160 on, all before, none beyond: (160 + 20) / 200.
    const { precision, recall, under, audits } = estimateFromAudits(
      auditsOf([...everyTenth, 165, 175, 185, 195], row => row < 160 || (row < 200 && row % 10 === 0)),
      population,
      0.1,
    );
    expect([under, audits]).toEqual([24, 104]);
    expect(precision!.value).toBeGreaterThan(0.85);
    expect(precision!.value).toBeLessThan(0.93);
    expect(precision!.low).toBeLessThan(0.9);
    expect(precision!.high).toBeGreaterThan(0.9);
    expect(recall!.high).toBeGreaterThan(0.9);
  });

  it('stays open at the end where all answers agree', () => {
    const { precision } = estimateFromAudits(
      auditsOf(everyTenth, () => true),
      population,
      0.1,
    );
    expect(precision!.high).toBeGreaterThan(0.98);
    expect(precision!.low).toBeLessThan(0.97);
    expect(precision!.low).toBeGreaterThan(0.8);
  });

  it('reaches the end that no answer speaks against, and is open to the other', () => {
    const of = (isSimilar: (row: number) => boolean) => estimateFromAudits(auditsOf(everyTenth, isSimilar), population, 0.1);
    expect(of(() => true).precision!.high).toBe(1);
    expect(of(row => row < 200).recall!.high).toBe(1);
    expect(of(row => row !== 190).precision!.high).toBeLessThan(1);
    const none = of(() => false).precision!;
    expect(none.low).toBe(0);
    expect(none.high).toBeLessThan(0.2);
  });

  it('is sure of what was looked at: with every row audited nothing is left to guess', () => {
    const all = auditsOf(
      Array.from({ length: 1000 }, (_, i) => i),
      row => row < 150,
    );
    const { precision, recall } = estimateFromAudits(all, population, 0.1);
    expect([precision!.low, precision!.value, precision!.high]).toEqual([0.75, 0.75, 0.75]);
    expect(recall!.value).toBe(1);
  });

  it('takes many pairs of one group for one opinion', () => {
    const single = auditsOf(everyTenth, row => row % 40 !== 0);
    const burst = single.map(audit => ({ ...audit, group: audit.similar ? 1 : 2 }));
    const width = (audits: readonly AuditedPair[]): number => {
      const { precision } = estimateFromAudits(audits, population, 0.1);
      return precision!.high - precision!.low;
    };
    expect(width(burst)).toBeGreaterThan(1.5 * width(single));
  });

  it('says nothing without audits', () => {
    expect(estimateFromAudits([], population, 0.1)).toEqual({ under: 0, audits: 0 });
  });

  it('gives the same interval for the same seed', () => {
    const audits = auditsOf(everyTenth, row => row % 3 > 0);
    expect(estimateFromAudits(audits, population, 0.1)).toEqual(estimateFromAudits(audits, population, 0.1));
  });

  it('holds the true precision about nine times in ten, with audits drawn as the product draws them', () => {
    const random = seededRandom(11);
    let covered = 0;
    const trials = 100;
    for (let trial = 0; trial < trials; trial++) {
      const similar = Array.from(population.distances, d => random() < 1 / (1 + Math.exp((d - 0.12) / 0.02)));
      const truth = similar.slice(0, 200).filter(Boolean).length / 200;
      const strata = auditStrata(1000, 200);
      const audits: AuditedPair[] = [];
      for (let i = 0; i < 60; i++) {
        const { row, probability } = drawAudit(strata, random)!;
        audits.push({ row, similar: similar[row], probability, group: row });
      }
      const { precision } = estimateFromAudits(audits, population, 0.1, trial);
      if (precision!.low <= truth && truth <= precision!.high) covered++;
    }
    expect(covered / trials).toBeGreaterThanOrEqual(0.82);
  });
});

describe('chooseUncertain', () => {
  const distances = Float32Array.from({ length: 21 }, (_, i) => i / 20);
  const own = (row: number): readonly [number, number] => [2 * row, 2 * row + 1];
  const base = { distances, threshold: 0.51, isOpen: () => true, groupsOf: own, asked: new Map<number, number>() };

  it('asks nearest to the threshold first', () => {
    expect(chooseUncertain(base, 3).map(({ row }) => row)).toEqual([10, 11, 9]);
  });

  it('never asks about settled pairs', () => {
    const isOpen = (row: number): boolean => row !== 10 && row !== 11;
    expect(chooseUncertain({ ...base, isOpen }, 2).map(({ row }) => row)).toEqual([9, 12]);
  });

  it('never asks about one group twice in a row while there are others', () => {
    const groupsOf = (row: number): readonly [number, number] => (row < 15 ? [1, 1] : own(row));
    const rows = chooseUncertain({ ...base, groupsOf }, 4);
    const groups = rows.map(({ row }) => groupsOf(row));
    for (let i = 1; i < groups.length; i++) expect(groups[i].some(group => groups[i - 1].includes(group))).toBe(false);
    expect(chooseUncertain({ ...base, groupsOf }, 1, [1])[0].row).toBe(15);
  });

  it('goes on with the only group there is', () => {
    expect(chooseUncertain({ ...base, groupsOf: () => [1, 1] }, 3)).toHaveLength(3);
  });

  it('prefers a group that nobody was asked about, and says so', () => {
    const asked = new Map(Array.from({ length: 24 }, (_, group) => [group, 500]));
    expect(chooseUncertain({ ...base, asked }, 1)).toEqual([{ row: 12, reason: 'new-region' }]);
  });

  it('says that a pair is near the threshold only where it is', () => {
    // 0.007 at a threshold of 0.265, since the nearer pairs are settled.
    const few = { ...base, distances: Float32Array.from([0.007, 0.21, 0.26, 0.33, 0.4]), threshold: 0.265 };
    const reasons = chooseUncertain(few, 5).map(({ row, reason }) => `${row} ${reason}`);
    expect(reasons).toEqual(['2 near-threshold', '1 near-threshold', '3 near-threshold', '4 farther', '0 farther']);
    expect(chooseUncertain({ ...few, isOpen: row => row === 0 }, 1)).toEqual([{ row: 0, reason: 'farther' }]);
    expect(countNear(few.distances, few.threshold)).toBe(3);
    expect(countNear(few.distances, 0)).toBe(0);
  });

  it('ends where the pairs do', () => {
    expect(chooseUncertain(base, 100)).toHaveLength(21);
    expect(chooseUncertain({ ...base, distances: new Float32Array(0) }, 5)).toEqual([]);
  });
});

describe('nextQuestions', () => {
  const distances = ramp(400);
  const state = {
    distances,
    design: copiesDesign,
    threshold: 0.1,
    isOpen: () => true,
    groupsOf: (row: number): readonly [number, number] => [row, row + 1000],
    asked: new Map<number, number>(),
    count: 0,
    audited: [],
    auditedSimilar: [],
    last: [],
  };

  it('makes every fourth an audit with its probability', () => {
    const questions = nextQuestions(state, 12, seededRandom(1));
    expect(questions.map(({ reason }) => reason === 'audit')).toEqual(Array.from({ length: 12 }, (_, i) => i % 4 === 3));
    expect(questions.filter(({ probability }) => probability !== undefined)).toHaveLength(3);
  });

  it('keeps the rhythm from one call to the next', () => {
    const questions = nextQuestions({ ...state, count: 2 }, 3, seededRandom(1));
    expect(questions.map(({ reason }) => reason === 'audit')).toEqual([false, true, false]);
  });
});

describe('verdictCycles', () => {
  const verdict = (kind: 'similar' | 'different', a: string, b: string, relation = 'same-picture'): Verdict => ({
    id: `${kind} ${a}${b}`,
    relation,
    verdict: kind,
    images: [a, b].map(content => ({ content, path: `${content}.png` })),
  });

  it('finds the shortest chain between two that are said to differ', () => {
    const cycles = verdictCycles(
      [
        verdict('similar', 'a', 'b'),
        verdict('similar', 'c', 'b'),
        verdict('similar', 'c', 'd'),
        verdict('similar', 'd', 'a'),
        verdict('different', 'a', 'c'),
      ],
      'same-picture',
    );
    expect(cycles).toHaveLength(1);
    expect(cycles[0].different.id).toBe('different ac');
    expect(cycles[0].similar).toHaveLength(2);
  });

  it('keeps relations apart, and is content with what agrees', () => {
    expect(
      verdictCycles(
        [
          verdict('similar', 'a', 'b'),
          verdict('similar', 'b', 'c', 'same-class'),
          verdict('different', 'a', 'c'),
          verdict('different', 'a', 'd'),
        ],
        'same-picture',
      ),
    ).toEqual([]);
  });
});
