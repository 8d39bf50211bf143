import type * as tf from '@tensorflow/tfjs-core';
import type { InputRangeName } from '../../core/training/backboneOptions';

/** A TensorFlow.js network of either format, cut off where its features are. */
export interface TfjsEncoder {
  /** Where the features come from, by name. */
  readonly output: string;
  readonly inputName: string;
  /** With the batch; null or −1 for any. */
  readonly inputShape: readonly (number | null)[];
  /** What the network itself hints at. */
  readonly preprocessing: InputRangeName;
  /** Plain TensorFlow.js operations: recorded, or run as they are. `images` [N, height, width, channels]. */
  run(images: tf.Tensor4D): tf.Tensor;
  dispose(): void;
}
