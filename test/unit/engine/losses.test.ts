import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossNames } from '../../../src/core/training/names';
import { LOSSES } from '../../../src/engine/losses/losses';
import { penalty } from '../../../src/engine/losses/regularization';
import { MINERS } from '../../../src/engine/miners/miners';

beforeAll(() => void tf.setBackend('cpu'));

/** Four images: 0 and 1 alike, 2 and 3 alike, all others not. */
const D = [
  [0, 0.3, 0.9, 1.4],
  [0.3, 0, 0.2, 0.7],
  [0.9, 0.2, 0, 0.6],
  [1.4, 0.7, 0.6, 0],
];
const alike = (i: number, j: number): boolean => i >> 1 === j >> 1;
const N = 4;
const weights = (kind: boolean, weight: number): number[][] =>
  D.map((row, i) => row.map((_, j) => (i < j && alike(i, j) === kind ? weight : 0)));
const pairs = (): { distances: tf.Tensor2D; similar: tf.Tensor2D; different: tf.Tensor2D } => ({
  distances: tf.tensor2d(D),
  similar: tf.tensor2d(weights(true, 1 / 4)),
  different: tf.tensor2d(weights(false, 1 / 8)),
});
const value = (loss: tf.Tensor): number => loss.dataSync()[0];
/** Sum over the pairs i < j. */
const sum = (f: (d: number, similar: boolean) => number): number => {
  let total = 0;
  for (let i = 0; i < N; i++) for (let j = i + 1; j < N; j++) total += f(D[i][j], alike(i, j));
  return total;
};
/** All (anchor, positive, negative). */
function triplets(): [number, number][] {
  const found: [number, number][] = [];
  for (let a = 0; a < N; a++) {
    for (let p = 0; p < N; p++) {
      for (let n = 0; n < N; n++) if (p !== a && alike(a, p) && !alike(a, n)) found.push([D[a][p], D[a][n]]);
    }
  }
  return found;
}
const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

describe('losses, by loops', () => {
  it('contrastive', () => {
    const expected = sum((d, s) => (s ? (d * d) / 4 : Math.max(0, 1 - d) ** 2 / 8));
    // 0.09/4 + 0.36/4 + (0.01 + 0 + 0.64 + 0.09)/8
    expect(expected).toBeCloseTo(0.205, 9);
    expect(value(LOSSES.contrastive(1).compute(pairs()))).toBeCloseTo(expected, 6);
  });
  it('contrastive: a different pair beyond the margin costs nothing', () => {
    const far = { ...pairs(), similar: tf.zeros<tf.Rank.R2>([N, N]), distances: tf.fill<tf.Rank.R2>([N, N], 1.01) };
    expect(value(LOSSES.contrastive(1).compute(far))).toBe(0);
  });
  it('binary cross-entropy', () => {
    const p = (d: number): number => 1 / (1 + Math.exp(-(0.5 - d) * 10));
    const expected = sum((d, s) => (s ? -Math.log(p(d)) / 4 : -Math.log(1 - p(d)) / 8));
    expect(value(LOSSES['binary-cross-entropy']().compute(pairs()))).toBeCloseTo(expected, 5);
  });
  it('triplet, plain and soft', () => {
    expect(triplets()).toHaveLength(8);
    expect(value(LOSSES.triplet(0.5).compute(pairs()))).toBeCloseTo(
      mean(triplets().map(([p, n]) => Math.max(0, p - n + 0.5))),
      5,
    );
    expect(value(LOSSES['soft-margin-triplet']().compute(pairs()))).toBeCloseTo(
      mean(triplets().map(([p, n]) => Math.log1p(Math.exp(p - n)))),
      5,
    );
  });
  it('batch-hard triplet', () => {
    // Anchors 0…3: furthest positive and nearest negative read off the table.
    const hard = [
      [0.3, 0.9],
      [0.3, 0.2],
      [0.6, 0.2],
      [0.6, 0.7],
    ].map(([p, n]) => Math.max(0, p - n + 0.5));
    expect(value(LOSSES['batch-hard-triplet'](0.5).compute(pairs()))).toBeCloseTo(mean(hard), 5);
  });
  it('batch-hard triplet ignores anchors without a partner', () => {
    const lonely = { ...pairs(), similar: tf.tensor2d(weights(true, 1 / 4).map((row, i) => (i === 2 ? row.map(() => 0) : row))) };
    expect(value(LOSSES['batch-hard-triplet'](0.5).compute(lonely))).toBeCloseTo(mean([0, 0.6]), 5);
  });
  it('ratio triplet: the positive’s share by softmax, squared', () => {
    const expected = mean(triplets().map(([p, n]) => (Math.exp(p) / (Math.exp(p) + Math.exp(n))) ** 2));
    expect(value(LOSSES['ratio-triplet']().compute(pairs()))).toBeCloseTo(expected, 5);
  });
  it('compact triplet: beyond a fifth of the margin a positive costs half of what is too much', () => {
    const expected = mean(triplets().map(([p, n]) => Math.max(0, p - n + 0.5) + 0.5 * Math.max(0, p - 0.1)));
    expect(value(LOSSES['compact-triplet'](0.5).compute(pairs()))).toBeCloseTo(expected, 5);
  });
  it('compact triplet asks more of a class that is already apart from the others, plain does not', () => {
    // Positives 1 apart, negatives 3: every triplet is met, yet the classes are wide.
    const distances = tf.tensor2d(D.map((row, i) => row.map((_, j) => (i === j ? 0 : alike(i, j) ? 1 : 3))));
    expect(value(LOSSES.triplet(0.5).compute({ ...pairs(), distances }))).toBe(0);
    expect(value(LOSSES['compact-triplet'](0.5).compute({ ...pairs(), distances }))).toBeCloseTo(0.45, 6);
  });
  it('NT-Xent', () => {
    const share = (a: number): number => {
      const positive = a ^ 1;
      const all = D[a].map((d, j) => (j === a ? 0 : Math.exp(-d / 0.5))).reduce((x, y) => x + y);
      return -Math.log(Math.exp(-D[a][positive] / 0.5) / all);
    };
    expect(value(LOSSES['nt-xent'](0.5).compute(pairs()))).toBeCloseTo(mean([0, 1, 2, 3].map(share)), 5);
  });
  it.each(lossNames)('%s is 0 or finite where no pair is known', name => {
    const none = { distances: tf.tensor2d(D), similar: tf.zeros<tf.Rank.R2>([N, N]), different: tf.zeros<tf.Rank.R2>([N, N]) };
    expect(value(LOSSES[name]().compute(none))).toBe(0);
  });
  it('regularization: L2 on kernels, L1 on biases, nothing on scales', () => {
    const parameters = { k: tf.tensor2d([[1, -2]]), b: tf.tensor1d([-3, 0.5]), s: tf.tensor1d([9]) };
    const specs = {
      k: { shape: [1, 2], initializer: 'zeros', role: 'kernel' },
      b: { shape: [2], initializer: 'zeros', role: 'bias' },
      s: { shape: [1], initializer: 'ones', role: 'scale' },
    } as const;
    expect(value(penalty(parameters, specs, { kernelL2: 0.1, biasL1: 0.01 })!)).toBeCloseTo(0.1 * 5 + 0.01 * 3.5, 6);
    expect(penalty(parameters, specs, { kernelL2: 0, biasL1: 0 })).toBeUndefined();
  });
});

describe('miners', () => {
  const total = (w: tf.Tensor): number => value(tf.sum(w));
  it('hard keeps the harder half and the weights’ sums', () => {
    const mined = MINERS.hard.select(pairs());
    // Mean of similar distances 0.45: only 0.6 is as far. Mean of different ones 0.8: 0.2 and 0.7 are as near.
    expect(mined.similar.arraySync()[2][3]).toBeCloseTo(0.5, 6);
    expect(mined.similar.arraySync()[0][1]).toBe(0);
    expect(mined.different.arraySync()[1][2]).toBeCloseTo(0.25, 6);
    expect(mined.different.arraySync()[1][3]).toBeCloseTo(0.25, 6);
    expect(total(mined.similar)).toBeCloseTo(0.5, 6);
    expect(total(mined.different)).toBeCloseTo(0.5, 6);
  });
  it('semi-hard keeps different pairs just beyond the similar ones', () => {
    // Between 0.45 and 0.95: 0.9 and 0.7.
    const mined = MINERS['semi-hard'].select(pairs());
    expect(mined.different.arraySync()[0][2]).toBeCloseTo(0.25, 6);
    expect(mined.different.arraySync()[1][3]).toBeCloseTo(0.25, 6);
    expect(mined.different.arraySync()[1][2]).toBe(0);
    expect(mined.similar.arraySync()).toEqual(pairs().similar.arraySync());
  });
});
