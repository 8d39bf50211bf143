import { describe, expect, test } from 'vitest';
import { twoGroups } from '../../../../src/core/checks/twoGroups';

/** Evenly spread ranks of misfits, and fits that nearly always win. */
const mixture = (misfits: number, fits: number): number[] => [
  ...Array.from({ length: misfits }, (_, i) => (i + 0.5) / misfits),
  ...Array.from({ length: fits }, (_, i) => 1 - 0.02 * ((i + 0.5) / fits)),
];

describe('two groups of ranks', () => {
  test('finds the share of misfits, and who they are', () => {
    const { share, chances, auc } = twoGroups(mixture(100, 900));
    expect(share).toBeCloseTo(0.1, 2);
    expect(auc).toBeGreaterThan(0.9);
    expect(chances[10]).toBeGreaterThan(0.9);
    expect(chances[500]).toBeLessThan(0.1);
    // A chance means what it says: together they are as many as there are misfits.
    expect(chances.reduce((a, b) => a + b)).toBeCloseTo(100, -1);
  });

  test('finds three misfits among a hundred, and none where none is', () => {
    const fits = Array.from({ length: 97 }, (_, i) => 1 - 0.1 * ((i + 0.5) / 97));
    const some = twoGroups([0.1, 0.3, 0.55, ...fits]);
    expect([...some.chances.keys()].filter(i => some.chances[i] >= 0.5)).toEqual([0, 1, 2]);
    expect(some.share).toBeGreaterThan(0.015);
    expect(some.share).toBeLessThan(0.06);
    const none = twoGroups(fits);
    expect(Math.max(...none.chances)).toBeLessThan(0.5);
    expect(none.share).toBeLessThan(0.04);
  });

  test('never falls with the rank', () => {
    const ranks = mixture(30, 70).sort((a, b) => a - b);
    const { chances } = twoGroups(ranks);
    for (let i = 1; i < chances.length; i++) expect(chances[i]).toBeLessThanOrEqual(chances[i - 1]);
  });

  test('where nothing was learned all may be misfits; nothing at all is no error', () => {
    const { share, auc } = twoGroups(mixture(500, 0));
    expect(share).toBeCloseTo(1, 1);
    expect(auc).toBeCloseTo(0.5, 2);
    expect(twoGroups([])).toEqual({ chances: new Float64Array(0), share: 0, auc: 0.5 });
    expect(Math.max(...twoGroups([1, 1, 1]).chances)).toBeLessThan(0.5);
  });
});
