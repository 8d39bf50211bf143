import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { TensorSpec } from '../compile/recorder';
import type { PictureSize } from '../decode/header';
import { cellsOf, encodeCells, encoderParameters, FEATURES } from './cropEncoder';

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
