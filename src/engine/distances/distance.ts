import type * as tf from '@tensorflow/tfjs-core';

import type { DistanceName } from '../../core/training/names';

export type { DistanceName };

/**
 * The chapter's energy of a pair: how far two embeddings are apart. Every distance here grows as likeness shrinks, so losses and
 * findings never ask for the direction.
 */
export interface Distance {
  readonly name: DistanceName;
  /** Largest possible value, Infinity if there is none. */
  readonly largest: number;
  /** All distances between the rows of a [N, D] and of b [M, D]: [N, M], differentiable everywhere. */
  matrix(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D;
  /** One distance on the host. */
  between(a: ArrayLike<number>, b: ArrayLike<number>): number;
}
