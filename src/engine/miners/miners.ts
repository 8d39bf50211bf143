import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '../compile/withoutGradient';
import type { Miner, MinerName } from './miner';

/** Every pair, as the sampler weighted it. */
export const allPairs: Miner = { name: 'all', select: pairs => pairs };

/** Weights that a choice leaves, scaled to the same sum as before. `keep` says which, as 1 and 0. */
function mined(weights: tf.Tensor2D, distances: tf.Tensor2D, keep: (d: tf.Tensor2D) => tf.Tensor): tf.Tensor2D {
  return withoutGradient(d => {
    const kept = tf.mul(weights, tf.cast(keep(d as tf.Tensor2D), 'float32'));
    return tf.mul<tf.Tensor2D>(kept, tf.divNoNan(tf.sum(weights), tf.sum(kept)));
  }, distances);
}

/** Mean of the distances where `weights` count. */
const meanDistance = (distances: tf.Tensor2D, weights: tf.Tensor2D): tf.Scalar =>
  tf.divNoNan(tf.sum(tf.mul(distances, weights)), tf.sum(weights));

/**
 * Similar pairs further apart than similar pairs are on average, different pairs nearer than different pairs are on average: the harder
 * half of each, in the spirit of Hermans et al. 2017, without giving all weight to what may be wrong labels.
 */
export const hardPairs: Miner = {
  name: 'hard',
  select: ({ distances, similar, different }) => ({
    distances,
    similar: mined(similar, distances, d => tf.greaterEqual(d, meanDistance(d, similar))),
    different: mined(different, distances, d => tf.lessEqual(d, meanDistance(d, different))),
  }),
};

/**
 * All similar pairs; different pairs that are further apart than similar ones are on average, but inside a margin of that: FaceNet's
 * semi-hard negatives (Schroff et al. 2015, section 3.2), relative to the batch instead of one anchor.
 */
export const semiHardPairs = (margin = 0.5): Miner => ({
  name: 'semi-hard',
  select: ({ distances, similar, different }) => {
    const inside = mined(different, distances, d => {
      const reference = meanDistance(d, similar);
      return tf.logicalAnd(tf.greater(d, reference), tf.less(d, tf.add(reference, margin)));
    });
    return { distances, similar, different: inside };
  },
});

/** Miners by name. */
export const MINERS: Readonly<Record<MinerName, Miner>> = { all: allPairs, hard: hardPairs, 'semi-hard': semiHardPairs() };
