import { describe, expect, it } from 'vitest';
import { assign } from '../../../../src/core/metrics/assignment';
import { SeededRandom } from '../../../../src/engine/samplers/random';

/** The least cost of all permutations, tried one by one. */
function leastByTrying(costs: readonly number[], rows: number, columns: number): number {
  const tryFrom = (row: number, free: readonly number[]): number =>
    row === rows
      ? 0
      : Math.min(
          ...free.map(
            column =>
              costs[row * columns + column] +
              tryFrom(
                row + 1,
                free.filter(each => each !== column),
              ),
          ),
        );
  return tryFrom(
    0,
    Array.from({ length: columns }, (_, i) => i),
  );
}

describe('assign', () => {
  it('gives each row a column of its own at the least total cost', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 60; round++) {
      const rows = 1 + random.integer(5);
      const columns = rows + random.integer(3);
      const costs = Array.from({ length: rows * columns }, () => random.normal());
      const chosen = [...assign(costs, rows, columns)];
      expect(new Set(chosen).size).toBe(rows);
      const total = chosen.reduce((sum, column, row) => sum + costs[row * columns + column], 0);
      expect(total).toBeCloseTo(leastByTrying(costs, rows, columns), 9);
    }
  });

  it('may have no rows, and refuses more rows than columns', () => {
    expect([...assign([], 0, 3)]).toEqual([]);
    expect(() => assign([1, 2], 2, 1)).toThrow(RangeError);
  });
});
