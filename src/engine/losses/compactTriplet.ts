import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';
import { allTriplets, maskedMean, symmetricMask } from './triplets';

/** How far apart images that are alike may stay, as a share of the margin, and how much it weighs if they are further. */
const BOUND_SHARE = 0.2;
const COMPACTNESS_WEIGHT = 0.5;

/**
 * The plain triplet loss, and beside it what keeps a class together: the mean over all triplets of max(0, d(a, p) − d(a, n) + margin) plus
 * weight · max(0, d(a, p) − bound). A plain triplet is content with a wide class as long as the others are wider still; this one is not.
 * Cheng, Gong, Zhou, Wang and Zheng, "Person re-identification by multi-channel parts-based CNN with improved triplet loss function",
 * CVPR 2016 (theirs are squared distances, and the constants of its two maxima are left out here); bound and weight are ours.
 */
export function compactTriplet(margin = 0.5): Loss {
  return {
    name: 'compact-triplet',
    compute: pairs => {
      const { gaps, mask } = allTriplets(pairs);
      const between = maskedMean(tf.relu(tf.add(gaps, margin)), mask);
      const tooWide = tf.relu(tf.sub(pairs.distances, BOUND_SHARE * margin));
      // A positive pair counts once for each of its triplets.
      const triplets = tf.mul(symmetricMask(pairs.similar), tf.sum(symmetricMask(pairs.different), 1, true));
      return tf.add(between, tf.mul(maskedMean(tooWide, triplets), COMPACTNESS_WEIGHT));
    },
  };
}
