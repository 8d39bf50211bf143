import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance';

/** Under the root of a distance: the gradient of √x at 0 is infinite. The book's ε is Keras's 1e-7; float32 cannot resolve less here. */
export const SMALLEST_SQUARE = 1e-6;

/** ‖a − b‖² = ‖a‖² + ‖b‖² − 2 a·b: one matrix product for all pairs. */
export function squaredDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const squaresA = tf.sum(tf.square(a), 1, true);
  const squaresB = a === b ? tf.transpose(squaresA) : tf.transpose(tf.sum(tf.square(b), 1, true));
  const products = tf.matMul(a, b, false, true);
  // Rounding can take a difference of nearly equal numbers below zero.
  return tf.maximum(tf.sub(tf.add(squaresA, squaresB), tf.mul(products, 2)), tf.fill([a.shape[0], b.shape[0]], SMALLEST_SQUARE));
}

/** Σ (aᵢ − bᵢ)². */
export const squaredEuclidean: Distance = {
  name: 'squared-euclidean',
  largest: Infinity,
  matrix: squaredDistances,
  between: (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
    return sum;
  },
};
