import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/labeling/random';
import { PAIR_SPACE } from '../../../../src/engine/model/pairHead';
import { largestEigen, symmetricEigen } from '../../../../src/engine/training/linearAlgebra';
import { inSpace, pairSpace } from '../../../../src/engine/training/pairSpace';

describe('eigenvalues', () => {
  // [[2, 1], [1, 2]] has 3 along (1, 1) and 1 along (1, −1); beside it a 5 of its own.
  const matrix = Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 5);

  it('are all found, with their vectors', () => {
    const { values, vectors } = symmetricEigen(matrix, 3);
    expect([...values].sort().map(value => Math.round(value * 1e9) / 1e9)).toEqual([1, 3, 5]);
    const of3 = values.findIndex(value => Math.abs(value - 3) < 1e-9);
    const [x, y, z] = [0, 1, 2].map(row => vectors[row * 3 + of3]);
    expect(x / y).toBeCloseTo(1, 9);
    expect(z).toBeCloseTo(0, 9);
  });

  it('are found from the largest on', () => {
    const { values, rows } = largestEigen(matrix, 3, 2, seededRandom(1), 60);
    expect(values[0]).toBeCloseTo(5, 9);
    expect(values[1]).toBeCloseTo(3, 9);
    expect(Math.abs(rows[0][2])).toBeCloseTo(1, 6);
  });
});

describe('pairSpace', () => {
  const random = seededRandom(2);
  const count = 120;
  const size = 40;
  // Three kinds far apart along the first two features; all else is noise of the same variance, much larger in the second level.
  const kinds = Int32Array.from({ length: count }, (_, i) => i % 3);
  const features = new Float32Array(count * size);
  kinds.forEach((kind, i) => {
    for (let f = 0; f < size; f++) features[i * size + f] = (random() - 0.5) * (f < 20 ? 1 : 1000);
    features[i * size] += 6 * kind;
    features[i * size + 1] += kind === 1 ? 6 : 0;
  });
  const space = pairSpace(features, count, [0, 20], 1);
  const points = inSpace(features, count, space);
  const away = (vectors: Float32Array, width: number, i: number, j: number): number =>
    Math.hypot(...Array.from({ length: width }, (_, c) => vectors[i * width + c] - vectors[j * width + c]));
  /** Chance that a pair of one kind is nearer than one of two. */
  const aucOf = (vectors: Float32Array, width: number): number => {
    const [same, other]: [number[], number[]] = [[], []];
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) (kinds[i] === kinds[j] ? same : other).push(away(vectors, width, i, j));
    }
    const wins = same.reduce((sum, d) => sum + other.filter(each => each > d).length, 0);
    return wins / same.length / other.length;
  };

  it('finds the kinds that nobody named', () => {
    expect(aucOf(features, size)).toBeLessThan(0.65);
    expect(aucOf(points, PAIR_SPACE)).toBeGreaterThan(0.85);
  });

  it('is centred, and of finite size', () => {
    const means = Array.from({ length: PAIR_SPACE }, (_, c) => kinds.reduce((sum, _k, i) => sum + points[i * PAIR_SPACE + c], 0));
    for (const mean of means) expect(Math.abs(mean / count)).toBeLessThan(1e-3);
    const square = points.reduce((sum, value) => sum + value * value, 0) / count;
    expect(square).toBeCloseTo(1, 1);
  });

  it('copes with fewer pictures than directions, and with a level that never changes', () => {
    const few = pairSpace(
      features.subarray(0, 5 * size).map((value, i) => (i % size < 20 ? 3 : value)),
      5,
      [0, 20],
      1,
    );
    expect(few.kernel.every(Number.isFinite)).toBe(true);
    expect(few.bias.every(Number.isFinite)).toBe(true);
  });
});
