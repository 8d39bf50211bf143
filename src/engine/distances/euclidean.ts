import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance';
import { squaredDistances, squaredEuclidean } from './squaredEuclidean';

/** √ max(Σ (aᵢ − bᵢ)², ε): the chapter's E_w, with the case study's ε against a root of 0. */
export const euclidean: Distance = {
  name: 'euclidean',
  largest: Infinity,
  matrix: (a, b) => tf.sqrt(squaredDistances(a, b)),
  between: (a, b) => Math.sqrt(squaredEuclidean.between(a, b)),
};
