import * as tf from '@tensorflow/tfjs-core';
import { crossModalLoss } from '../../losses/crossModal';
import { dense } from '../../model/layers/dense';
import { textLstm } from '../../model/layers/lstm';
import { unitLength } from '../../model/layers/shape';
import { chain } from '../../model/network';
import { BranchNetworks } from '../branches/branchNetworks';
import { FEATURE_SHAPE, learningLayers } from '../branches/pictureFeatures';

/** Numbers of the space that both branches map into. */
const JOINT_SIZE = 96;
const WORD_SIZE = 64;
const TEXT_UNITS = 128;
const TEMPERATURE = 0.3;

export interface CaptionShape {
  readonly vocabulary: number;
  /** Pieces of a caption. */
  readonly length: number;
  /** Pairs in a step. */
  readonly batch: number;
}

export type CaptionBranch = 'image' | 'text';

/** Branches of different architecture: a convolutional one for pictures' features and an LSTM for captions. */
export function captionNetworks({ vocabulary, length, batch }: CaptionShape): BranchNetworks<CaptionBranch> {
  return new BranchNetworks<CaptionBranch>({
    name: 'captions',
    branches: {
      image: {
        input: { shape: FEATURE_SHAPE },
        chain: chain(FEATURE_SHAPE, [...learningLayers(), dense(JOINT_SIZE), unitLength()]),
      },
      text: {
        input: { shape: [length], dtype: 'int32' },
        chain: chain(
          [length],
          [textLstm({ vocabulary, embedding: WORD_SIZE, units: TEXT_UNITS, take: 'mean' }), dense(JOINT_SIZE), unitLength()],
        ),
      },
    },
    batch,
    cost: ({ image, text }, partners) => crossModalLoss(tf.matMul<tf.Tensor2D>(image, text, false, true), partners, TEMPERATURE),
  });
}
