import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';

/**
 * Σ w⁺ · d² + Σ w⁻ · max(0, margin − d)². Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR
 * 2006, equation 4; the chapter's loss is this with weights 1/(2N). A different pair beyond the margin costs nothing.
 */
export function contrastive(margin = 1): Loss {
  return {
    name: 'contrastive',
    compute: ({ distances, similar, different }) => {
      const missing = tf.relu(tf.sub(margin, distances));
      return tf.add(tf.sum(tf.mul(similar, tf.square(distances))), tf.sum(tf.mul(different, tf.square(missing))));
    },
  };
}
