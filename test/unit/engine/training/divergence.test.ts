import { expect, test } from 'vitest';
import { DivergenceGuard } from '../../../../src/engine/training/divergence';

test('what is no number, and a loss a thousand times the lowest, is divergence', () => {
  const guard = new DivergenceGuard();
  expect([2, 1, 0.5, 40].map(loss => guard.isDiverged(loss))).toEqual([false, false, false, false]);
  expect(guard.lowest).toBe(0.5);
  expect(guard.isDiverged(501)).toBe(true);
  for (const loss of [NaN, Infinity, -Infinity]) expect(guard.isDiverged(loss)).toBe(true);
});

test('one bad batch after nearly none is not: it is measured by a loss of a hundredth', () => {
  const guard = new DivergenceGuard();
  expect(guard.isDiverged(0.0008)).toBe(false);
  expect(guard.isDiverged(1.15)).toBe(false);
  expect(guard.isDiverged(10.1)).toBe(true);
});
