import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss';
import { FAR, symmetricMask } from './triplets';

/**
 * Normalized temperature-scaled cross-entropy over in-batch pairs: for each image, −log of the share that its positives have in
 * Σ exp(−d / temperature) over all images it is paired with. Chen et al., "A simple framework for contrastive learning of visual
 * representations", ICML 2020, equation 1; with cosine distance −d / τ is sim / τ up to a constant that cancels. With several
 * positives the mean of their logarithms counts (Khosla et al., "Supervised contrastive learning", 2020, equation 2).
 */
export function ntXent(temperature = 0.1): Loss {
  return {
    name: 'nt-xent',
    compute: ({ distances, similar, different }) => {
      const alike = symmetricMask(similar);
      const counts = tf.maximum(alike, symmetricMask(different));
      const logits = tf.div(tf.neg(distances), temperature);
      const denominator = tf.logSumExp(tf.sub(logits, tf.mul(tf.sub(1, counts), FAR)), 1, true);
      const positives = tf.sum(alike, 1);
      const perAnchor = tf.div(
        tf.sum(tf.mul(tf.sub(denominator, logits), alike), 1),
        tf.maximum(positives, tf.onesLike(positives)),
      );
      const anchors = tf.sum(tf.cast(tf.greater(positives, 0), 'float32'));
      return tf.div(tf.sum(perAnchor), tf.maximum(anchors, tf.scalar(1)));
    },
  };
}
