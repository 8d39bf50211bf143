import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';
import { FAR, maskedMean, symmetricMask } from './triplets';

/**
 * For each anchor its furthest positive and its nearest negative: the mean of max(0, d⁺ − d⁻ + margin) over anchors that have both.
 * Hermans, Beyer and Leibe 2017, equation 5.
 */
export function batchHardTriplet(margin = 0.5): Loss {
  return {
    name: 'batch-hard-triplet',
    compute: ({ distances, similar, different }) => {
      const [alike, unlike] = [symmetricMask(similar), symmetricMask(different)];
      const furthest = tf.max(tf.sub(distances, tf.mul(tf.sub(1, alike), FAR)), 1);
      const nearest = tf.min(tf.add(distances, tf.mul(tf.sub(1, unlike), FAR)), 1);
      const hasBoth = tf.mul(tf.max(alike, 1), tf.max(unlike, 1));
      const cost = tf.relu(tf.add(tf.sub(furthest, nearest), margin));
      // An anchor without a partner has a cost of about FAR, which the mask must not multiply: choose instead.
      return maskedMean(tf.where(tf.greater(hasBoth, 0), cost, tf.zerosLike(cost)), hasBoth);
    },
  };
}
