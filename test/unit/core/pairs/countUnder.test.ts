import { expect, test } from 'vitest';
import { countUnder } from '../../../../src/core/pairs/countUnder';

test('countUnder counts what a plain loop counts, at every edge', () => {
  const distances = Float32Array.of(0, 0, 0.1, 0.1, 0.25, 0.3, 0.3, 1);
  for (const threshold of [-1, 0, 0.05, 0.1, 0.2, 0.25, 0.3, 0.30001, 0.999, 1, 2]) {
    expect(countUnder(distances, threshold)).toBe(distances.filter(d => d <= Math.fround(threshold)).length);
  }
  expect(countUnder(new Float32Array(0), 1)).toBe(0);
});
