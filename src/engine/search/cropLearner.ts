import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../compile/recorder';
import type { ParameterSpec } from '../model/layers/layer';
import type { Learner } from '../training/learner';
import { cellsOf, encodeCells, encoderParameters } from './cropEncoder';

export type MapLossName = 'logistic' | 'triplet';

export interface CropLearnerOptions {
  readonly loss: MapLossName;
  /** Crops of a batch, and as many windows: window i shows crop i, altered, and no other. */
  readonly batch: number;
  /** Sides in pixels. */
  readonly cropSide: number;
  readonly windowSide: number;
}

/** Cells around the true place that count as a hit. */
export const HITS = 4;

/** Positions of a crop in a window, along a side. */
export const placesOf = ({ cropSide, windowSide }: CropLearnerOptions): number => cellsOf(windowSide) - cellsOf(cropSide) + 1;

const scalar = { shape: [], role: 'bias' } as const;
/** What scores are multiplied by before the loss, and what is added; learned. */
const joint: Readonly<Record<MapLossName, Readonly<Record<string, ParameterSpec>>>> = {
  logistic: { logGain: { ...scalar, initializer: 'ones' }, bias: { ...scalar, initializer: 'zeros' } },
  triplet: { logGain: { ...scalar, initializer: 'ones' } },
};

/**
 * Learns the encoder by where crops lie in windows. Inputs: `crops` [B, c, c, 3], `windows` [B, w, w, 3], `hits` [B, HITS, B·P] one-hot
 * rows over the places of all windows, `misses` [B, B·P] weights of the places that are none, of sum 1 a crop; P places a window, row by row.
 *
 * `logistic`: mean of log(1 + exp(−yv)) with hits and misses weighing the same, Bertinetto et al. 2016, equations 2 and 4.
 * `triplet`: mean of log(1 + exp(v⁻ − v⁺)) over all hits and misses, Dong and Shen, "Triplet loss in Siamese network for object
 * tracking", ECCV 2018, equations 4 and 5. v is the score times a learned gain (and, for `logistic`, plus a bias).
 */
export function cropLearner(options: CropLearnerOptions): Learner {
  const { loss, batch, cropSide, windowSide } = options;
  const places = placesOf(options) ** 2;
  return {
    name: `crop search, ${loss} loss`,
    parameters: { ...encoderParameters, ...joint[loss] },
    inputs: {
      crops: { shape: [batch, cropSide, cropSide, 3] },
      windows: { shape: [batch, windowSide, windowSide, 3] },
      hits: { shape: [batch, HITS, batch * places] },
      misses: { shape: [batch, batch * places] },
    },
    cost: (parameters, { crops, windows, hits, misses }) => {
      const small = encodeCells(parameters, crops as tf.Tensor4D, true);
      const large = encodeCells(parameters, windows as tf.Tensor4D, true);
      const scores = correlateAll(small.cells, large.cells);
      const gain = tf.mul(tf.exp(parameters.logGain), GAIN);
      const cost = losses[loss](tf.mul(scores, gain), hits as tf.Tensor3D, misses as tf.Tensor2D, parameters);
      const hitScore = tf.mean(tf.matMul(hits as tf.Tensor3D, tf.expandDims(scores, 2)));
      return { cost, outputs: { hitScore }, statistics: large.statistics };
    },
  };
}

const GAIN = 4;
/** Where v is 0 without a learned bias: half-way to a perfect score. */
const OFFSET = 0.5;

/** Mean cosine of every crop at every place of every window: [B crops, B windows · places]. */
function correlateAll(crops: tf.Tensor4D, windows: tf.Tensor4D): tf.Tensor2D {
  const [count, rows, columns] = crops.shape;
  const filters = tf.div<tf.Tensor4D>(tf.transpose(crops, [1, 2, 3, 0]), rows * columns);
  const maps = tf.conv2d(windows, filters, 1, 'valid');
  return tf.reshape(tf.transpose(maps, [3, 0, 1, 2]), [count, -1]);
}

type MapLoss = (v: tf.Tensor, hits: tf.Tensor3D, misses: tf.Tensor2D, parameters: NamedTensors) => tf.Scalar;

const perCrop = (sums: tf.Tensor, batch: number): tf.Scalar => tf.div(tf.sum(sums), batch);

const losses: Readonly<Record<MapLossName, MapLoss>> = {
  logistic: (v, hits, misses, { bias, logGain }) => {
    const centre = tf.mul(tf.exp(logGain), GAIN * OFFSET);
    const shifted = tf.add(tf.sub(v, centre), bias);
    const hit = tf.mean(tf.softplus(tf.neg(tf.matMul(hits, tf.expandDims(shifted, 2)))));
    const miss = perCrop(tf.mul(tf.softplus(shifted), misses), misses.shape[0]);
    return tf.mul(tf.add(hit, miss), 0.5);
  },
  triplet: (v, hits, misses) => {
    const [batch] = hits.shape;
    const hit = tf.matMul(hits, tf.expandDims(v, 2));
    const gaps = tf.softplus(tf.sub(tf.expandDims(v, 1), hit));
    return perCrop(tf.mul(gaps, tf.div(tf.expandDims(misses, 1), HITS)), batch);
  },
};
