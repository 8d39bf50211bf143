import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance';

/** Against a length of 0. */
const SMALLEST_LENGTH = 1e-8;

const unit = (x: tf.Tensor2D): tf.Tensor2D => tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), SMALLEST_LENGTH)));

/** 1 − cos of the angle between a and b: 0 same direction, 1 at right angles, 2 opposite. */
export const cosine: Distance = {
  name: 'cosine',
  largest: 2,
  matrix: (a, b) => tf.sub(1, tf.matMul(unit(a), unit(b), false, true)),
  between: (a, b) => {
    let [product, squaresA, squaresB] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
    }
    return 1 - product / Math.sqrt((squaresA + SMALLEST_LENGTH) * (squaresB + SMALLEST_LENGTH));
  },
};
