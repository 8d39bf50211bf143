import { describe, expect, test } from 'vitest';
import { LEAST_PICTURES, strangerTail } from '../../../src/core/calibration/strangerTail';
import { randomOf } from './findings/support';

/** Quantiles of P(X ≤ d) = (d / 2)^k. */
const powerLaw = (count: number, k: number): number[] =>
  Array.from({ length: count }, (_, i) => 2 * ((i + 1) / count) ** (1 / k));

describe('the tail of strangers', () => {
  test('is recovered from a power law, and extrapolated below the data', () => {
    const tail = strangerTail(powerLaw(1000, 6))!;
    expect(tail.exponent).toBeCloseTo(6, 6);
    // 1,000 pictures, half of those that have a stranger within 0.5: 1000 · (1/4)⁶ / 2.
    expect(tail.expectedAt(0.5)).toBeCloseTo(1000 * 0.25 ** 6 * 0.5, 8);
    expect(tail.expectedAt(0)).toBe(0);
    expect(tail.distanceAt(tail.expectedAt(0.7))).toBeCloseTo(0.7, 8);
  });

  test('hardly moves with a few copies that nothing told of', () => {
    const nearest = powerLaw(1000, 6);
    for (let i = 0; i < 20; i++) nearest[i * 40] = 0.001;
    const tail = strangerTail(nearest)!;
    expect(tail.exponent).toBeGreaterThan(4);
    // They make the estimate more careful, never bolder.
    expect(tail.expectedAt(0.5)).toBeGreaterThan(1000 * 0.25 ** 6 * 0.5);
  });

  test('expects about as many pairs as there are, of random points', () => {
    const random = randomOf(11);
    const points = Array.from({ length: 800 }, () => Array.from({ length: 5 }, () => random()));
    const between = (a: number[], b: number[]): number => Math.hypot(...a.map((x, d) => x - b[d]));
    const nearest = points.map((point, i) => Math.min(...points.map((other, j) => (i === j ? Infinity : between(point, other)))));
    const tail = strangerTail(nearest)!;
    const sorted = nearest.toSorted((a, b) => a - b);
    // The 20th picture in order of its nearest stranger: some ten pairs.
    expect(tail.expectedAt(sorted[19])).toBeGreaterThan(4);
    expect(tail.expectedAt(sorted[19])).toBeLessThan(25);
  });

  test('is not told of too few, or of equal distances', () => {
    expect(strangerTail(powerLaw(LEAST_PICTURES - 1, 6))).toBeUndefined();
    expect(strangerTail(new Array(100).fill(0.5))).toBeUndefined();
    expect(strangerTail(new Array(100).fill(0))).toBeUndefined();
  });
});
