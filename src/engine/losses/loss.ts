import type * as tf from '@tensorflow/tfjs-core';
import type { LossName } from '../../core/training/names';

export type { LossName };

/**
 * All pairs of a batch of N images at once. Each pair that counts stands once (row < column) or twice, with a weight; weights of the
 * kind `similar` usually add up to ½, those of `different` too. A pair that nobody knows has weight 0 in both.
 */
export interface BatchPairs {
  /** [N, N] distances. */
  readonly distances: tf.Tensor2D;
  /** [N, N] weights ≥ 0 of pairs that are alike. */
  readonly similar: tf.Tensor2D;
  /** [N, N] weights ≥ 0 of pairs that are not. */
  readonly different: tf.Tensor2D;
}

/** What training makes small. */
export interface Loss {
  readonly name: LossName;
  /** A scalar. */
  compute(pairs: BatchPairs): tf.Scalar;
}
