import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';
import { allTriplets, maskedMean } from './triplets';

/**
 * The mean over all triplets of (e^d(a,p) / (e^d(a,p) + e^d(a,n)))²: the share that the positive has in both distances, by softmax, squared
 * so that hard triplets weigh most. Hoffer and Ailon, "Deep metric learning using triplet network", SIMBAD 2015, section 3 (their
 * ‖(d₊, d₋ − 1)‖₂² but for the factor 2): the network that also learns MNIST without labels.
 */
export function ratioTriplet(): Loss {
  return {
    name: 'ratio-triplet',
    compute: pairs => {
      const { gaps, mask } = allTriplets(pairs);
      return maskedMean(tf.square(tf.sigmoid(gaps)), mask);
    },
  };
}
