import { describe, expect, it } from 'vitest';
import { SignatureTable } from '../../../../src/engine/descriptor/signatureTable';
import { scanDistance, unitedPairs } from '../../../../src/engine/modelScan/modelPairs';
import type { Neighbourhood } from '../../../../src/engine/modelScan/modelPairs';
import { ContentPairs } from '../../../../src/engine/session/contentPairs';
import type { PairSource } from '../../../../src/engine/session/pairSource';

const COUNT = 400;
/**
 * 400 pictures whose nearest strangers lie at 1/400, 2/400, … 1: the tail's exponent is 1, and 200 · d pairs are expected at or under d.
 * ln of the comparisons (79,800): 11.2873.
 */
const uniform: Neighbourhood = {
  contents: Array.from({ length: COUNT }, (_, i) => String(i).padStart(3, '0')),
  lists: Array.from({ length: COUNT }, (_, i) => [{ other: (i + 1) % COUNT, distance: (i + 1) / COUNT }]),
  family: Uint32Array.from({ length: COUNT }, (_, i) => i),
};

describe('the distance of a pair that a model and the alignment have looked at', () => {
  const { isCandidate, united } = scanDistance(uniform)!;

  it('is the aligned one where strangers are as near in the model’s eyes', () => {
    // 40 strangers expected: too many to add anything, few enough to look at the pair. 60: not even that.
    expect([isCandidate(0.2), isCandidate(0.3)]).toEqual([true, false]);
    for (const aligned of [0.05, 0.4, 1]) for (const near of [0.3, Infinity]) expect(united(near, aligned)).toBe(aligned);
    expect(united(0.2, 0.4)).toBe(0.4);
  });

  it('is nearer where strangers are rarer: 0.4 log-odds for each e-fold under 20, 3.2 at most', () => {
    // 2 strangers, so ln 10 folds: odds −6 + 3 ln 1.5 = −4.7836 become −3.8626.
    expect(united(0.01, 0.4)).toBeCloseTo(0.32905, 4);
    // 0.01 strangers: 7.60 folds, −1.7432. The model alone: −16.8 + 11.2873 + 4.6052 − 2 = −2.9075, which is 0.263.
    expect(united(0.00005, 0.4)).toBeCloseTo(0.19483, 4);
    // What is beyond the radius when aligned is not listed, and counts as little as what cannot be aligned.
    expect(united(0.01, 0.6)).toBe(0.6);
  });

  it('is the model’s own only where it is surer by two log-odds', () => {
    // 0.0002 strangers: −16.8 + 11.2873 + 8.5172 − 2 = 1.0045.
    expect(united(1e-6, 1)).toBeCloseTo(0.08828, 4);
    expect(united(1e-6, 0.4)).toBeCloseTo(0.08828, 4);
    expect(united(1e-6, 0.01)).toBeLessThan(0.01);
    // Half a stranger: −16.8 + 11.2873 + 0.6931 − 2 = −6.8196, beyond the radius.
    expect(united(0.0025, 1)).toBeCloseTo(0.5679, 3);
  });

  it('falls with either, and is not known of too few pictures', () => {
    const distances = [0, 1e-7, 1e-5, 1e-3, 0.01, 0.1, 0.2, 0.3];
    for (const aligned of [0.1, 0.3, 0.5]) {
      const along = distances.map(near => united(near, aligned));
      expect(along).toEqual(along.toSorted((x, y) => x - y));
    }
    for (const near of distances) {
      const along = [0.01, 0.2, 0.49, 0.51, 1].map(aligned => united(near, aligned));
      expect(along).toEqual(along.toSorted((x, y) => x - y));
    }
    const few = {
      ...uniform,
      contents: uniform.contents.slice(0, 39),
      lists: uniform.lists.slice(0, 39),
      family: uniform.family.slice(0, 39),
    };
    expect(scanDistance(few)).toBeUndefined();
  });
});

it('pairs that only the model finds are aligned, once, and listed within the radius', async () => {
  const lists = uniform.lists.map((list, i) => {
    if (i === 0) return [{ other: 399, distance: 0.004 }, ...list];
    return i === 399
      ? [
          { other: 0, distance: 0.004 },
          { other: 7, distance: 1e-6 },
        ]
      : list;
  });
  const asked: (readonly (number | undefined)[])[] = [];
  const source = {
    measurePairs: (_table: unknown, pairs: readonly (readonly [number, number])[]) => {
      asked.push(...pairs);
      return Promise.resolve(
        pairs.map(([a, b]) => (a === 0 && b === 399 ? { distance: 0.25, transform: 1 } : { distance: 1, transform: 0 })),
      );
    },
  } as unknown as PairSource;
  const classical = new ContentPairs();
  classical.add('010', '011', 0.3, 0);
  classical.add('020', '030', 0.45, 2);
  const scale = { isCandidate: (d: number) => d < 0.05, united: (d: number, aligned: number) => (d < 1e-5 ? 0.1 : aligned) };
  const measure = { source, table: new SignatureTable(), rowOf: Number, transforms: { mirrors: true, turns: false } };
  const pairs = await unitedPairs(classical, { ...uniform, lists }, () => 0.5, scale, measure, new AbortController().signal);
  const listed = Array.from({ length: pairs.length }, (_, k) => pairs.at(k));
  // Of the others no alignment is within the radius.
  expect(listed).toEqual([
    { a: '010', b: '011', distance: Math.fround(0.3), transform: 0 },
    { a: '020', b: '030', distance: Math.fround(0.45), transform: 2 },
    { a: '000', b: '399', distance: 0.25, transform: 1 },
    { a: '007', b: '399', distance: Math.fround(0.1), transform: 0 },
  ]);
  const keys = asked.map(([a, b]) => `${Math.min(a!, b!)} ${Math.max(a!, b!)}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).not.toContain('10 11');
});
