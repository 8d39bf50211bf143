import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';

/**
 * −Σ w⁺ · log p − Σ w⁻ · log(1 − p) where p = sigmoid((threshold − d) · sharpness) is the probability that a pair is alike. Binary
 * cross-entropy as in Bishop, "Pattern Recognition and Machine Learning", equation 4.90, in its stable form: −log sigmoid(z) = softplus(−z).
 */
export function binaryCrossEntropy(threshold = 0.5, sharpness = 10): Loss {
  return {
    name: 'binary-cross-entropy',
    compute: ({ distances, similar, different }) => {
      const logit = tf.mul(tf.sub(threshold, distances), sharpness);
      return tf.add(tf.sum(tf.mul(similar, tf.softplus(tf.neg(logit)))), tf.sum(tf.mul(different, tf.softplus(logit))));
    },
  };
}
