import { describe, expect, test } from 'vitest';
import { coverageOf, farthestFirst, type UnitVectors } from '../../../../src/core/selection/farthestFirst';
import { equalQuotas } from '../../../../src/core/selection/quotas';

/** Vectors on the unit circle, by their angles in degrees. */
const circle = (...degrees: number[]): UnitVectors => ({
  data: Float32Array.from(degrees.flatMap(d => [Math.cos((d * Math.PI) / 180), Math.sin((d * Math.PI) / 180)])),
  count: degrees.length,
  size: 2,
});

describe('farthest first', () => {
  test('starts in the middle, then goes from end to end', () => {
    // The mean of 0 … 80 points to 40; then 0 and 80 are equally far, the lower row first.
    expect([...farthestFirst(circle(0, 20, 40, 60, 80), 3)]).toEqual([2, 0, 4]);
  });

  test('takes none of two copies before all others are taken', () => {
    const order = [...farthestFirst(circle(0, 0, 0, 30, 60, 90), 6)];
    expect(order).toHaveLength(6);
    expect(new Set(order.slice(0, 4).map(row => [0, 0, 0, 30, 60, 90][row])).size).toBe(4);
    expect(new Set(order).size).toBe(6);
  });

  test('ends with all there are; of nothing, takes nothing', () => {
    expect([...farthestFirst(circle(0, 90), 10)]).toHaveLength(2);
    expect([...farthestFirst(circle(), 3)]).toEqual([]);
    expect([...farthestFirst(circle(5), 0)]).toEqual([]);
  });

  test('its largest distance is at most twice the best possible', () => {
    // Twelve at each hour: three chosen can reach 60° at best (1 − cos 60° = 0.5); Gonzalez promises angles up to twice that.
    const hours = circle(...Array.from({ length: 12 }, (_, i) => 30 * i));
    expect(coverageOf(hours, farthestFirst(hours, 3)).largest).toBeLessThanOrEqual(1.5);
  });
});

test('coverage is the mean and the largest distance to the nearest chosen one', () => {
  const { mean, largest } = coverageOf(circle(0, 60, 90), [0]);
  expect(largest).toBeCloseTo(1, 6);
  expect(mean).toBeCloseTo((0 + 0.5 + 1) / 3, 6);
  expect(coverageOf(circle(0, 60, 90), [0, 1, 2])).toEqual({ mean: 0, largest: 0 });
  expect(coverageOf(circle(0, 60), [])).toEqual({ mean: 0, largest: 0 });
});

test.each([
  [[10, 10, 10], 9, [3, 3, 3]],
  [[10, 10, 10], 10, [4, 3, 3]],
  [[1, 10, 10], 9, [1, 4, 4]],
  [[2, 3, 1], 100, [2, 3, 1]],
  [[5, 5, 5], 2, [1, 1, 0]],
  [[], 3, []],
])('quotas of %j for %i: %j', (sizes, wanted, expected) => expect(equalQuotas(sizes, wanted)).toEqual(expected));
