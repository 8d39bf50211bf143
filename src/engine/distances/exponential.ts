import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance';
import { manhattan, manhattanDistances } from './manhattan';

/**
 * 1 − exp(−‖a − b‖₁), in 0…1. Mueller and Thyagarajan, "Siamese recurrent architectures for learning sentence similarity", AAAI 2016
 * (the chapter's [11]), use exp(−‖a − b‖₁) as a similarity; this is its complement, so that smaller is more alike here too.
 */
export const exponential: Distance = {
  name: 'exponential',
  largest: 1,
  matrix: (a, b) => tf.sub(1, tf.exp(tf.neg(manhattanDistances(a, b)))),
  between: (a, b) => 1 - Math.exp(-manhattan.between(a, b)),
};
