import * as tf from '@tensorflow/tfjs-core';
import { exponential } from '../distances/exponential';

/**
 * The squared error of the similarity exp(−‖a − b‖₁) of two sentences, where those that say the same should have 1 and the others 0.
 * Mueller and Thyagarajan, "Siamese recurrent architectures for learning sentence similarity", AAAI 2016 (the chapter's [11]), equation 3,
 * over all pairs of a batch; the few that say the same weigh as much as all the others.
 *
 * @param a [N, D] sentences, @param b [N, D] sentences
 * @param same [N, N], 1 where a's and b's say the same, else 0
 */
export function maLstmLoss(a: tf.Tensor2D, b: tf.Tensor2D, same: tf.Tensor2D): tf.Scalar {
  const similarities = tf.sub(1, exponential.matrix(a, b));
  const errors = tf.square(tf.sub(similarities, same));
  const others = tf.sub(1, same);
  const meanOver = (weights: tf.Tensor): tf.Tensor =>
    tf.div(tf.sum(tf.mul(errors, weights)), tf.maximum(tf.sum(weights), tf.scalar(1)));
  return tf.mul<tf.Scalar>(tf.add(meanOver(same), meanOver(others)), 0.5);
}
