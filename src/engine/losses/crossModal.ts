import * as tf from '@tensorflow/tfjs-core';

/**
 * Which row belongs to which column, both ways: the mean of the cross-entropies of softmax(s / τ) over the columns of each row, and over
 * the rows of each column. Zhang et al., "Contrastive learning of medical visual representations from paired images and text", 2020
 * (ConVIRT), equations 2–4, both directions counting the same; where a row has several partners, they share its weight.
 *
 * @param similarities [N, N], higher = more alike: row i from one branch, column j from the other
 * @param partners [N, N], 1 where i and j belong together, the diagonal included, else 0
 */
export function crossModalLoss(similarities: tf.Tensor2D, partners: tf.Tensor2D, temperature: number): tf.Scalar {
  const logits = tf.div(similarities, temperature);
  const oneWay = (axis: 0 | 1): tf.Scalar => {
    const wanted = tf.div(partners, tf.sum(partners, axis, true));
    const surprise = tf.sub(tf.logSumExp(logits, axis, true), logits);
    return tf.mean(tf.sum(tf.mul(wanted, surprise), axis));
  };
  return tf.mul(tf.add(oneWay(0), oneWay(1)), 0.5);
}
