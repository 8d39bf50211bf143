import { describe, expect, it } from 'vitest';
import { closedPairs, ClosureSampler } from '../../../src/engine/samplers/closureSampler';
import type { PairList } from '../../../src/engine/samplers/pairSampler';

const list = (...pairs: readonly (readonly [number, number, 0 | 1])[]): PairList => ({
  a: Int32Array.from(pairs, ([a]) => a),
  b: Int32Array.from(pairs, ([, b]) => b),
  similar: Uint8Array.from(pairs, ([, , similar]) => similar),
});
const shown = ({ a, b, similar }: PairList): string[] =>
  [...a].map((image, k) => `${image}${similar[k] ? '=' : '≠'}${b[k]}`).sort();

describe('closedPairs', () => {
  it('adds what follows', () => {
    expect(shown(closedPairs(list([1, 2, 1], [2, 3, 1], [3, 4, 0])))).toEqual(['1=2', '1=3', '1≠4', '2=3', '2≠4', '3≠4']);
  });

  it('lets nothing follow from a group that contradicts itself', () => {
    expect(shown(closedPairs(list([1, 2, 1], [2, 3, 1], [1, 3, 0], [3, 4, 1])))).toEqual(['1=2', '1≠3', '2=3', '3=4']);
  });

  it('says nothing of what nobody knows', () => {
    expect(shown(closedPairs(list([1, 2, 1], [3, 4, 1])))).toEqual(['1=2', '3=4']);
  });
});

describe('ClosureSampler', () => {
  it('gives half of the weight to either kind, each pair once', () => {
    const sampler = new ClosureSampler(list([1, 2, 1], [2, 3, 1], [3, 9, 0], [8, 9, 1]), 64, 1);
    expect([sampler.batchSize, sampler.stepsPerEpoch]).toEqual([5, 1]);
    const { images, similar, different } = sampler.batch(0);
    expect([...images].sort()).toEqual([1, 2, 3, 8, 9]);
    const sum = (weights: Float32Array): number => weights.reduce((a, b) => a + b, 0);
    expect(sum(similar)).toBeCloseTo(0.5, 5);
    expect(sum(different)).toBeCloseTo(0.5, 5);
    // 1=2, 1=3, 2=3, 8=9 and 1, 2, 3 with 8, 9.
    expect(similar.filter(weight => weight > 0)).toHaveLength(4);
    expect(different.filter(weight => weight > 0)).toHaveLength(6);
    for (let i = 0; i < 5; i++) for (let j = 0; j <= i; j++) expect(similar[i * 5 + j] + different[i * 5 + j]).toBe(0);
    // The pair of a group of two weighs more than one of a group of three: 1/√2 beside 1/√3.
    const weights = [...new Set([...similar].filter(weight => weight > 0).map(weight => weight.toFixed(5)))].map(Number);
    expect(Math.max(...weights) / Math.min(...weights)).toBeCloseTo(Math.sqrt(3 / 2), 3);
  });

  it('goes through all images in batches', () => {
    const pairs = list(...Array.from({ length: 10 }, (_, k) => [2 * k, 2 * k + 1, (k % 2) as 0 | 1] as const));
    const sampler = new ClosureSampler(pairs, 8, 1);
    expect([sampler.batchSize, sampler.stepsPerEpoch]).toEqual([8, 3]);
    const seen = new Set([0, 1, 2].flatMap(step => [...sampler.batch(step).images]));
    expect(seen.size).toBe(20);
    expect(sampler.batch(1)).toEqual(new ClosureSampler(pairs, 8, 1).batch(1));
  });

  it('refuses what cannot teach', () => {
    expect(() => new ClosureSampler(list(), 8, 1)).toThrow('no pairs');
    expect(() => new ClosureSampler(list([1, 2, 0]), 8, 1)).toThrow('No pair is marked as similar');
  });
});
