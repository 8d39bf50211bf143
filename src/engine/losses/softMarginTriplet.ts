import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';
import { allTriplets, maskedMean } from './triplets';

/**
 * The mean over all triplets of log(1 + exp(d(a, p) − d(a, n))): a margin without an edge. Hermans, Beyer and Leibe, "In defense of the
 * triplet loss for person re-identification", 2017, section 2, "soft margin".
 */
export function softMarginTriplet(): Loss {
  return {
    name: 'soft-margin-triplet',
    compute: pairs => {
      const { gaps, mask } = allTriplets(pairs);
      return maskedMean(tf.softplus(gaps), mask);
    },
  };
}
