import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';
import { allTriplets, maskedMean } from './triplets';

/**
 * The mean over all triplets of max(0, d(a, p) − d(a, n) + margin). Schroff, Kalenichenko and Philbin, "FaceNet", CVPR 2015, equation 3
 * (there with squared distances: choose that distance for it).
 */
export function triplet(margin = 0.5): Loss {
  return {
    name: 'triplet',
    compute: pairs => {
      const { gaps, mask } = allTriplets(pairs);
      return maskedMean(tf.relu(tf.add(gaps, margin)), mask);
    },
  };
}
