import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../compile/recorder';
import { relu } from '../model/layers/activation';
import { batchNormalization } from '../model/layers/batchNormalization';
import { convolution } from '../model/layers/convolution';
import type { Layer, ParameterSpec } from '../model/layers/layer';
import { chain } from '../model/network';

/** Pixels from one cell of the features to the next. */
export const STRIDE = 4;
/** Side of what one cell sees, in pixels: cell (x, y) sees the square from (4x, 4y) on. */
export const FIELD = 25;
export const FEATURES = 32;

/** Each convolution takes the place of a pooling or keeps the detail; none is padded, so that a cell looks the same wherever it lies. */
const layers = (): Layer[] => [
  convolution(24, 5, { stride: 2, bias: false }),
  batchNormalization(),
  relu(),
  convolution(32, 3, { stride: 2, bias: false }),
  batchNormalization(),
  relu(),
  convolution(48, 3, { bias: false }),
  batchNormalization(),
  relu(),
  convolution(FEATURES, 3, { bias: false }),
  batchNormalization(),
];
const encoder = chain([FIELD, FIELD, 3], layers());

export const encoderParameters: Readonly<Record<string, ParameterSpec>> = encoder.parameters;

/** Cells along a side of so many pixels, 0 where it is too short. */
export const cellsOf = (pixels: number): number => Math.max(0, Math.floor((pixels - FIELD) / STRIDE) + 1);

/**
 * Features of pictures of any size from {@link FIELD} up: fully convolutional, as in Bertinetto et al., "Fully-convolutional Siamese
 * networks for object tracking", ECCV 2016 workshops, but each cell's features have length 1, so that a correlation is a mean cosine.
 * @param images [N, height, width, 3], numbers in 0…1
 * @returns `cells` [N, cellsOf(height), cellsOf(width), FEATURES]
 */
export function encodeCells(
  parameters: NamedTensors,
  images: tf.Tensor4D,
  training: boolean,
): { readonly cells: tf.Tensor4D; readonly statistics: NamedTensors } {
  const { output, statistics } = encoder.run(parameters, tf.sub(tf.mul(images, 2), 1), { training });
  const length = tf.sqrt(tf.add(tf.sum(tf.square(output), -1, true), 1e-6));
  return { cells: tf.div(output, length), statistics };
}
