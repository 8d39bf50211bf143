import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '../compile/withoutGradient';
import type { BatchPairs } from './loss';

/** Pairs that count, both ways round, as 1 and 0; weights that a miner made depend on the distances, but not for the gradient. */
export function symmetricMask(weights: tf.Tensor2D): tf.Tensor2D {
  return withoutGradient(w => tf.cast<tf.Tensor2D>(tf.greater(tf.add(w, tf.transpose(w)), 0), 'float32'), weights);
}

/** Further than any distance that matters: added where a pair does not count. */
export const FAR = 1e6;

/** For every (anchor a, positive p, negative n) of the batch: d(a, p) − d(a, n) [N, N, N], and 1 where it is a triplet. */
export function allTriplets({ distances, similar, different }: BatchPairs): {
  readonly gaps: tf.Tensor3D;
  readonly mask: tf.Tensor3D;
} {
  const gaps = tf.sub(tf.expandDims(distances, 2), tf.expandDims(distances, 1));
  const mask = tf.mul(tf.expandDims(symmetricMask(similar), 2), tf.expandDims(symmetricMask(different), 1));
  return { gaps: gaps as tf.Tensor3D, mask: mask as tf.Tensor3D };
}

/** Σ values where mask is 1, divided by how many; 0 where there are none. */
export function maskedMean(values: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(values, mask)), tf.maximum(tf.sum(mask), tf.scalar(1)));
}
