import { describe, expect, test } from 'vitest';
import { quotientInterval, wilson } from '../../../../src/core/metrics/interval';
import { dyadicVariance } from '../../../../src/core/metrics/pairSample';
import { randomOf } from '../findings/support';

describe('Wilson’s interval', () => {
  // Table I of Newcombe, Statistics in Medicine 17 (1998), method 3, 95 %.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i', (count, n, low, high) => {
    const interval = wilson(count / n, n, 1.959963984540054);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('is all there is without a draw', () => {
    expect(wilson(0.5, 0)).toEqual({ value: 0.5, low: 0, high: 1 });
  });
});

describe('the interval of a quotient', () => {
  const top = { value: 0.02, low: 0.012, high: 0.033 };
  const bottom = { value: 0.8, low: 0.74, high: 0.85 };

  test('recovers the variances of both parts at its ends', () => {
    // What defines it: (p − x·q)² = (the distance of p to its near end)² + x² (the distance of q to its far end)².
    const { value, low, high } = quotientInterval(top, bottom);
    expect(value).toBeCloseTo(0.025, 12);
    expect((0.02 - low * 0.8) ** 2).toBeCloseTo(0.008 ** 2 + low ** 2 * 0.05 ** 2, 12);
    expect((0.02 - high * 0.8) ** 2).toBeCloseTo(0.013 ** 2 + high ** 2 * 0.06 ** 2, 12);
    expect(low).toBeLessThan(0.025);
    expect(high).toBeGreaterThan(0.025);
  });

  test('has no end where the divisor may be nothing', () => {
    expect(quotientInterval(top, { value: 0.1, low: 0, high: 0.4 }).high).toBe(Infinity);
    expect(quotientInterval(top, { value: 0.1, low: 0, high: 0.4 }).low).toBeCloseTo(0.03, 12);
  });
});

describe('the variance of pairs that share images', () => {
  test('is the sum over all pairs of pairs with an image in common', () => {
    const random = randomOf(5);
    const count = 60;
    const a = Array.from({ length: count }, () => Math.floor(random() * 12));
    const b = a.map(image => (image + 1 + Math.floor(random() * 11)) % 12);
    // Influences that agree within an image, so that the sum is larger than for independent pairs.
    const influence = a.map((image, k) => image - 5.5 + (b[k] - 5.5) + random() - 0.5);
    let expected = 0;
    for (let k = 0; k < count; k++) {
      for (let l = 0; l < count; l++) {
        const shared = [a[l], b[l]].filter(image => image === a[k] || image === b[k]).length;
        // A pair and its double (the same two images) meet at both.
        if (k === l) expected += influence[k] ** 2;
        else expected += shared * influence[k] * influence[l];
      }
    }
    expect(dyadicVariance({ a, b }, influence)).toBeCloseTo(expected, 6);
  });

  test('is that of independent pairs where none share any', () => {
    expect(dyadicVariance({ a: [0, 2, 4], b: [1, 3, 5] }, [1, -2, 1])).toBe(6);
  });
});
