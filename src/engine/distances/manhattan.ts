import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance';

/** Σ |aᵢ − bᵢ|, the L1 norm of the difference; the matrix needs memory for N·M·D numbers. */
export function manhattanDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.abs(tf.sub(tf.expandDims(a, 1), tf.expandDims(b, 0))), 2);
}

export const manhattan: Distance = {
  name: 'manhattan',
  largest: Infinity,
  matrix: manhattanDistances,
  between: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
    return sum;
  },
};
