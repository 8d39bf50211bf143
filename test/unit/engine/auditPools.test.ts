import { describe, expect, it } from 'vitest';
import { PicturePairs } from '../../../src/core/labeling/picturePairs';
import { judge, kindTrials } from './support/madeUpKinds';

describe('PicturePairs', () => {
  it('gives every pair a row of its own and finds it again, among equal distances too', () => {
    const pairs = new PicturePairs(9, (one, other) => Math.abs(one - other) / 4);
    expect([...pairs.distances]).toEqual([...pairs.distances].sort((x, y) => x - y));
    const rows = new Set<number>();
    for (let one = 0; one < 9; one++) {
      for (let other = 0; other < one; other++) {
        const row = pairs.rowOf(one, other);
        rows.add(row);
        expect(pairs.pairAt(row)).toEqual([other, one]);
        expect(pairs.distances[row]).toBe((one - other) / 4);
      }
    }
    expect(rows.size).toBe(36);
  });
});

describe('audits of kinds', () => {
  it.each([
    ['all pairs', 120, 2000, 200],
    ['pairs of a sample of pictures', 600, 150, 100],
  ])('measure the model over all pairs without bias, and their intervals hold: %s', (_, pictures, most, trials) => {
    const done = kindTrials(pictures, most, trials);
    // The sampling error of a coverage of 0.9.
    const error = Math.sqrt((0.9 * 0.1) / trials);
    for (const share of ['precision', 'recall'] as const) {
      const { bias, samplingError, held } = judge(done, share);
      expect(Math.abs(bias), share).toBeLessThan(2 * samplingError);
      expect(held, share).toBeGreaterThan(0.9 - 3.5 * error);
      expect(held, share).toBeLessThan(0.9 + 3.5 * error);
    }
  });
});
