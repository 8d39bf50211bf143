import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { TensorSpec } from '../compile/recorder';
import type { PictureSize } from '../decode/header';
import { cellsOf, encodeCells, encoderParameters, FEATURES, STRIDE } from './cropEncoder';

const state: Readonly<Record<string, TensorSpec>> = Object.fromEntries(
  Object.entries(encoderParameters).map(([name, { shape }]) => [name, { shape }]),
);

const fed = ({ width, height }: PictureSize): TensorSpec => ({ shape: [1, height, width, 3] });

/** `picture` [1, h, w, 3] → `cells` [1, rows, columns, FEATURES]. */
export const cellsProgram = (size: PictureSize): Program => ({
  name: `cells of ${size.width}×${size.height}`,
  state,
  inputs: { picture: fed(size) },
  compute: (parameters, { picture }) => ({
    state: {},
    outputs: { cells: encodeCells(parameters, picture as tf.Tensor4D, false).cells },
  }),
});

/**
 * `picture` [1, h, w, 3] and `templates` [kernel height, kernel width, FEATURES, count] → `scores` [1, rows, columns, count]: the
 * cross-correlation of the picture's cells with each template's.
 */
export const searchProgram = (size: PictureSize, kernel: PictureSize, count: number): Program => ({
  name: `search ${size.width}×${size.height} for ${kernel.width}×${kernel.height} cells`,
  state,
  inputs: { picture: fed(size), templates: { shape: [kernel.height, kernel.width, FEATURES, count] } },
  compute: (parameters, { picture, templates }) => {
    const { cells } = encodeCells(parameters, picture as tf.Tensor4D, false);
    return { state: {}, outputs: { scores: tf.conv2d(cells, templates as tf.Tensor4D, 1, 'valid') } };
  },
});

/** Cells of a picture. */
export const gridOf = ({ width, height }: PictureSize): PictureSize => ({ width: cellsOf(width), height: cellsOf(height) });

/** Pictures whose sizes differ by less share a compiled program. */
const SIZE_STEP = 32;

/**
 * What a picture is padded to before it is searched, at the right and below: the kernel is as large as the largest template, and the smallest one must reach the
 * edges too. Whole cells of room, or the last places of a row would be those of the next.
 * @param smallest the smallest template, in cells, as is `kernel`
 */
export function paddedSize(picture: PictureSize, smallest: PictureSize, kernel: PictureSize): PictureSize {
  const padded = (pixels: number, cells: number): number => Math.ceil((pixels + cells * STRIDE) / SIZE_STEP) * SIZE_STEP;
  return {
    width: padded(picture.width, kernel.width - smallest.width),
    height: padded(picture.height, kernel.height - smallest.height),
  };
}
