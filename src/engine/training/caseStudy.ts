import type { CaseStudyRecipe } from '../../core/training/names';
import { cosine } from '../distances/cosine';
import { euclidean } from '../distances/euclidean';
import { contrastive } from '../losses/contrastive';
import { ntXent } from '../losses/ntXent';
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
import type { Alteration } from './images';
import { mirrorAtRandom, shiftAtRandom } from './images';
import type { TrainingOptions } from './trainingRun';

/** The chapter's: a pair at a Euclidean distance under this is similar. */
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
  /** Time in steps; 30 if absent. */
  readonly seconds?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly differentWeight?: number;
  readonly mirror?: boolean;
  readonly average?: number;
}

export interface BestSettings {
  /** Time in steps; 300 if absent. */
  readonly seconds?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly temperature?: number;
  /** Pixels that images are moved by at most. */
  readonly shift?: number;
  readonly average?: number;
}

export type CaseStudyPlan = Omit<TrainingOptions, 'onProgress' | 'signal'> & {
  /** Pairs that the recipe holds back to look at, but not to choose by. */
  readonly heldBack?: PairList;
};

const slicePairs = (pairs: PairList, from: number, to: number): PairList => ({
  a: pairs.a.slice(from, to),
  b: pairs.b.slice(from, to),
  similar: pairs.similar.slice(from, to),
});

/**
 * The book's recipe exactly: its pairs, RMSprop at 0.001, 128 pairs a step, 13 epochs, kernels L2(0.01), biases L1(0.01), the last 25 %
 * of the pairs held back. Keras cuts the validation part off before it shuffles, so it holds the last classes' pairs; so does this.
 */
export function bookPlan({ train, runtime, seed, network = createNetwork('chapter') }: CaseStudyOptions): CaseStudyPlan & {
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
): CaseStudyPlan {
  const { seconds = 30, batchSize = 96, learningRate = 1e-3, differentWeight = 0.5, mirror = false, average } = settings;
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

/**
 * Batch-normalized convolutions and the supervised contrastive loss over cosine distances, which are the squares of the Euclidean ones
 * here. Images are mirrored and moved at random; weights are averaged over the second half.
 */
export function bestPlan(
  { train, runtime, seed, network = createNetwork('deep', train.images.shape) }: CaseStudyOptions,
  settings: BestSettings,
): CaseStudyPlan {
  const { seconds = 300, batchSize = 96, learningRate = 3e-3, temperature = 0.1, shift = 1, average = 0.995 } = settings;
  const alterations: Alteration[] = [mirrorAtRandom, ...(shift > 0 ? [shiftAtRandom(shift)] : [])];
  return {
    objective: { network, distance: cosine, loss: ntXent(temperature), miner: allPairs, optimizer: adam({ beta2: 0.99 }) },
    runtime,
    images: train.images,
    sampler: new ClassSampler(train.labels, { seed, batchSize }),
    schedule: cosineSchedule({ peak: learningRate, warmupSteps: 50 }),
    seed,
    limit: { seconds },
    threshold: CASE_STUDY_THRESHOLD ** 2,
    alterations,
    average: { decay: average, from: 0.5 },
  };
}

/** The plan of a recipe; `settings` are for `fast` and `best`. */
export function caseStudyPlan(
  recipe: CaseStudyRecipe,
  study: CaseStudyOptions,
  settings: FastSettings & BestSettings = {},
): CaseStudyPlan {
  switch (recipe) {
    case 'book':
      return bookPlan(study);
    case 'fast':
      return fastPlan(study, settings);
    case 'best':
      return bestPlan(study, settings);
  }
}
