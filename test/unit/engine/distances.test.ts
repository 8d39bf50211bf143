import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { distanceNames } from '../../../src/core/training/names';
import { DISTANCES } from '../../../src/engine/distances/distances';

beforeAll(() => void tf.setBackend('cpu'));

/** Directions at known angles from the first: 0°, 60°, 90°, 180°, lengths 1, 2, 3, 4. */
const angles = [0, 60, 90, 180];
const rows = angles.map((degrees, i) => [
  (i + 1) * Math.cos((degrees * Math.PI) / 180),
  (i + 1) * Math.sin((degrees * Math.PI) / 180),
  0,
]);

describe('distances', () => {
  it('cosine is 1 − cos of the angle, whatever the lengths', () => {
    expect(DISTANCES.cosine.between(rows[0], rows[1])).toBeCloseTo(0.5, 6);
    expect(DISTANCES.cosine.between(rows[0], rows[2])).toBeCloseTo(1, 6);
    expect(DISTANCES.cosine.between(rows[0], rows[3])).toBeCloseTo(2, 6);
    expect(DISTANCES.cosine.between([0, 0], [1, 0])).toBe(1);
  });
  it('euclidean follows the law of cosines', () => {
    // Sides 1 and 2 at 60°: √(1 + 4 − 2·1·2·½) = √3.
    expect(DISTANCES.euclidean.between(rows[0], rows[1])).toBeCloseTo(Math.sqrt(3), 6);
    expect(DISTANCES['squared-euclidean'].between(rows[0], rows[2])).toBeCloseTo(10, 6);
  });
  it('manhattan adds up, exponential is its complement in e', () => {
    expect(DISTANCES.manhattan.between([1, -2, 3], [0, 2, 3])).toBe(5);
    expect(DISTANCES.exponential.between([0.5, 0], [0, 0.5])).toBeCloseTo(1 - 1 / Math.E, 9);
    expect(DISTANCES.exponential.between([3], [3])).toBe(0);
  });

  it.each(distanceNames)('%s: the matrix holds every pair, by loops', async name => {
    const distance = DISTANCES[name];
    const others = [
      [0.3, -0.2, 0.9],
      [-1, 0.5, 0.25],
    ];
    const matrix = await distance.matrix(tf.tensor2d(rows), tf.tensor2d(others)).array();
    rows.forEach((a, i) => others.forEach((b, j) => expect(matrix[i][j]).toBeCloseTo(distance.between(a, b), 4)));
  });
  it.each(distanceNames)('%s: smaller is more alike, never negative, finite gradient at 0', async name => {
    const distance = DISTANCES[name];
    const x = tf.tensor2d([
      [0.6, 0.8],
      [0.6, 0.8],
      [0.8, 0.6],
      [-0.6, 0.8],
    ]);
    const d = await distance.matrix(x, x).array();
    expect(d[0][1]).toBeLessThan(d[0][2]);
    expect(d[0][2]).toBeLessThan(d[0][3]);
    for (const row of d) for (const v of row) expect(v).toBeGreaterThan(-1e-6);
    const gradient = await tf
      .grad((v: tf.Tensor) => tf.sum(distance.matrix(v as tf.Tensor2D, v as tf.Tensor2D)))(x)
      .data();
    for (const v of gradient) expect(Number.isFinite(v)).toBe(true);
  });
});
