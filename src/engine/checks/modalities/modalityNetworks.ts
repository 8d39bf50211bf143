import * as tf from '@tensorflow/tfjs-core';
import type { Modality } from '../../../core/checks/modalityNames';
import type { Program } from '../../compile/program';
import { crossModalLoss } from '../../losses/crossModal';
import { relu } from '../../model/layers/activation';
import { batchNormalization } from '../../model/layers/batchNormalization';
import { dense } from '../../model/layers/dense';
import { fork } from '../../model/layers/fork';
import type { Layer } from '../../model/layers/layer';
import { parts } from '../../model/layers/parts';
import { flatten, unitLength } from '../../model/layers/shape';
import { timeConvolution } from '../../model/layers/timeConvolution';
import { chain } from '../../model/network';
import { halving } from '../../model/networks';
import { BranchNetworks } from '../branches/branchNetworks';
import type { Branch } from '../branches/branchNetworks';
import { FEATURE_SHAPE, learningLayers } from '../branches/pictureFeatures';
import { crossModalLikeness } from './crossModalAttention';
import { COURSE_POINTS } from './sensorCourse';
import { SOUND_SHAPE } from './soundPictures';

/** The pairs of modalities that are compared. */
export const modalityPairs = [
  ['image', 'sound'],
  ['image', 'sensors'],
  ['sound', 'sensors'],
] as const satisfies readonly (readonly [Modality, Modality])[];

/** Numbers of the space that all branches map into. */
const JOINT_SIZE = 64;
const HIDDEN = 128;
const TEMPERATURE = 0.15;
/** A sixteenth of the picture's sides; eighths of a sound's and of a record's time. */
const PARTS: Readonly<Record<Modality, number>> = { image: 16, sound: 8, sensors: 8 };
/** Of the starter's layers that learn on, the convolution and what belongs to it. */
const CONVOLUTION_LAYERS = 3;

/** A question from all of the input, and its parts as answers. */
const asking = (count: number): Layer =>
  fork([flatten(), dense(HIDDEN), batchNormalization(), relu(), dense(JOINT_SIZE), unitLength()], [parts(count, JOINT_SIZE)]);

const overTime = (filters: number, size: number): Layer[] => [timeConvolution(filters, size, 2), batchNormalization(), relu()];

/**
 * The chapter's triplet pseudo-Siamese network (after Li Guangzheng et al., on images, sounds and currents of welding): three convolutional
 * branches that share no weights, and cross-modal attention between each two of them. Each pair of modalities has the cross-entropy of
 * telling own partners from the strangers of the batch.
 * @param sensors columns of a record, means and deviations together
 */
export function modalityNetworks(batch: number, sensors: number): BranchNetworks<Modality> {
  const branch = (shape: readonly number[], modality: Modality, layers: readonly Layer[]): Branch => ({
    input: { shape },
    chain: chain(shape, [...layers, asking(PARTS[modality])]),
  });
  return new BranchNetworks<Modality>({
    name: 'modalities',
    branches: {
      image: branch(FEATURE_SHAPE, 'image', learningLayers().slice(0, CONVOLUTION_LAYERS)),
      sound: branch(SOUND_SHAPE, 'sound', [...halving(24, 5), ...halving(48), ...halving(96)]),
      sensors: branch([COURSE_POINTS, sensors], 'sensors', [...overTime(32, 7), ...overTime(64, 5), ...overTime(96, 5)]),
    },
    batch,
    cost: (vectors, partners) => {
      const losses = modalityPairs.map(([a, b]) => {
        const likeness = crossModalLikeness({ rows: vectors[a], parts: PARTS[a] }, { rows: vectors[b], parts: PARTS[b] });
        return crossModalLoss(likeness, partners, TEMPERATURE);
      });
      return tf.div(tf.addN(losses), losses.length);
    },
  });
}

/** Numbers of what a branch says of one member. */
export const rowSizeOf = (modality: Modality): number => JOINT_SIZE * (1 + PARTS[modality]);
export const LIKENESS = 'likeness';

/** The likeness of `size` members of one modality, `first`, with as many of another, `second`: [size, size]. */
export const likenessProgram = (a: Modality, b: Modality, size: number): Program => ({
  name: `likeness of ${a} and ${b}`,
  state: {},
  inputs: { first: { shape: [size, rowSizeOf(a)] }, second: { shape: [size, rowSizeOf(b)] } },
  compute: (_, { first, second }) => ({
    state: {},
    outputs: {
      [LIKENESS]: crossModalLikeness(
        { rows: first as tf.Tensor2D, parts: PARTS[a] },
        { rows: second as tf.Tensor2D, parts: PARTS[b] },
      ),
    },
  }),
});
