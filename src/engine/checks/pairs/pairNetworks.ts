import * as tf from '@tensorflow/tfjs-core';
import { cosine } from '../../distances/cosine';
import { binaryCrossEntropy } from '../../losses/binaryCrossEntropy';
import { dense } from '../../model/layers/dense';
import { unitLength } from '../../model/layers/shape';
import { chain } from '../../model/network';
import type { Branch } from '../branches/branchNetworks';
import { BranchNetworks } from '../branches/branchNetworks';
import { FEATURE_SHAPE, learningLayers } from '../branches/pictureFeatures';

const JOINT_SIZE = 96;
/** Partners are at a cosine distance below this, strangers above; and how steeply it is decided. */
const [BORDER, SHARPNESS] = [0.5, 10];

export type Side = 'first' | 'second';

/**
 * The chapter's pseudo-Siamese network for two kinds of pictures of one place (there optical and radar): two convolutional streams of one
 * architecture that share no weights (beyond the first, fixed layers), binary cross-entropy over all pairs of a batch (Hughes et al., "Identifying corresponding patches in SAR and
 * optical images with a pseudo-Siamese CNN", 2018).
 */
export function pairNetworks(batch: number): BranchNetworks<Side> {
  const stream = (): Branch => ({
    input: { shape: FEATURE_SHAPE },
    chain: chain(FEATURE_SHAPE, [...learningLayers(), dense(JOINT_SIZE), unitLength()]),
  });
  const loss = binaryCrossEntropy(BORDER, SHARPNESS);
  return new BranchNetworks<Side>({
    name: 'pairs',
    branches: { first: stream(), second: stream() },
    batch,
    cost: ({ first, second }, partners) => {
      const strangers = tf.sub<tf.Tensor2D>(1, partners);
      // Few pairs of a batch are partners, so both kinds weigh the same.
      const halved = (weights: tf.Tensor2D): tf.Tensor2D => tf.div(weights, tf.mul(2, tf.maximum(tf.sum(weights), 1)));
      return loss.compute({
        distances: cosine.matrix(first, second),
        similar: halved(partners),
        different: halved(strangers),
      });
    },
  });
}
