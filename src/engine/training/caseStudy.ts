import { euclidean } from '../distances/euclidean';
import { contrastive } from '../losses/contrastive';
import { BOOK_REGULARIZATION } from '../losses/regularization';
import { allPairs } from '../miners/miners';
import type { Network } from '../model/network';
import { createNetwork } from '../model/networks';
import { adam } from '../optimizers/adam';
import { rmsprop } from '../optimizers/rmsprop';
import { constantSchedule, cosineSchedule } from '../optimizers/schedule';
import type { Runtime } from '../runtime/runtime';
import { ClassSampler } from '../samplers/classSampler';
import type { PairList } from '../samplers/pairSampler';
import { PairSampler } from '../samplers/pairSampler';
import type { ClassImages } from './fashionMnist';
import { createPairs } from './fashionMnist';
import { mirrorAtRandom } from './images';
import type { TrainingOptions } from './trainingRun';

/** The chapter's: a pair at a distance under this is similar. */
export const CASE_STUDY_THRESHOLD = 0.5;

const BOOK_EPOCHS = 13;
const BOOK_PAIRS_PER_STEP = 128;
/** Of the book's pairs, held back for validation by Keras's `validation_split`: the last ones. */
const BOOK_VALIDATION_SHARE = 0.25;

export interface CaseStudyOptions {
  readonly train: ClassImages;
  readonly runtime: Runtime;
  readonly seed: number;
  readonly network?: Network;
}

export interface FastSettings {
  readonly seconds: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly differentWeight?: number;
  readonly mirror?: boolean;
  readonly average?: number;
}

type Plan = Omit<TrainingOptions, 'onProgress' | 'signal'>;

const slicePairs = (pairs: PairList, from: number, to: number): PairList => ({
  a: pairs.a.slice(from, to),
  b: pairs.b.slice(from, to),
  similar: pairs.similar.slice(from, to),
});

/**
 * The book's recipe exactly: its pairs, RMSprop at 0.001, 128 pairs a step, 13 epochs, kernels L2(0.01), biases L1(0.01), the last 25 %
 * of the pairs held back. Keras cuts the validation part off before it shuffles, so it holds the last classes' pairs; so does this.
 */
export function bookPlan({ train, runtime, seed, network = createNetwork('chapter') }: CaseStudyOptions): Plan & {
  readonly heldBack: PairList;
} {
  const all = createPairs(train, seed);
  const used = Math.floor(all.a.length * (1 - BOOK_VALIDATION_SHARE));
  const sampler = new PairSampler(slicePairs(all, 0, used), BOOK_PAIRS_PER_STEP, seed);
  return {
    objective: {
      network,
      distance: euclidean,
      loss: contrastive(1),
      miner: allPairs,
      optimizer: rmsprop(),
      regularization: BOOK_REGULARIZATION,
    },
    runtime,
    images: train.images,
    sampler,
    schedule: constantSchedule(1e-3),
    seed,
    limit: { steps: BOOK_EPOCHS * sampler.stepsPerEpoch },
    threshold: CASE_STUDY_THRESHOLD,
    heldBack: slicePairs(all, used, all.a.length),
  };
}

/** The same network and loss over all pairs in a batch, Adam, a falling learning rate; a time budget instead of epochs. */
export function fastPlan(
  { train, runtime, seed, network = createNetwork('chapter') }: CaseStudyOptions,
  settings: FastSettings,
): Plan {
  const { seconds, batchSize = 96, learningRate = 1e-3, differentWeight = 0.5, mirror = false, average } = settings;
  return {
    objective: { network, distance: euclidean, loss: contrastive(1), miner: allPairs, optimizer: adam({ beta2: 0.99 }) },
    runtime,
    images: train.images,
    sampler: new ClassSampler(train.labels, { seed, batchSize, differentWeight }),
    schedule: cosineSchedule({ peak: learningRate }),
    seed,
    limit: { seconds },
    threshold: CASE_STUDY_THRESHOLD,
    ...(mirror ? { alterations: [mirrorAtRandom] } : {}),
    ...(average === undefined ? {} : { average: { decay: average, from: 0.5 } }),
  };
}
