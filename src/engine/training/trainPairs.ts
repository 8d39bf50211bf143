import type * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import { DISTANCES } from '../distances/distances';
import { contrastive } from '../losses/contrastive';
import { MINERS } from '../miners/miners';
import type { Shape3 } from '../model/layers/layer';
import type { Model } from '../model/modelFile';
import { createPairHead, trunkOf } from '../model/networks';
import type { PairHeadNetwork } from '../model/pairHead';
import {
  HEAD_BIAS,
  HEAD_KERNEL,
  PAIR_SPACE,
  pairTail,
  SPACE_BIAS,
  SPACE_KERNEL,
  TAIL_BIAS,
  TAIL_KERNEL,
} from '../model/pairHead';
import { adam } from '../optimizers/adam';
import { cosineSchedule } from '../optimizers/schedule';
import type { Runtime } from '../runtime/runtime';
import { closedPairs, ClosureSampler } from '../samplers/closureSampler';
import { mixSeed } from '../samplers/epochs';
import type { PairList } from '../samplers/pairSampler';
import { SeededRandom } from '../samplers/random';
import { embedAll } from './embed';
import { encoderProgram } from './encoderProgram';
import { chosenPairs } from './heldBack';
import type { ImageSource } from './images';
import { SubsetImages } from './images';
import { fittedAccuracy, pairDistances, pairMetrics } from './pairMetrics';
import type { PairSpace } from './pairSpace';
import { inSpace, pairSpace } from './pairSpace';
import type { Objective } from './trainProgram';
import type { TrainingProgress, TrainingResult } from './trainingRun';
import { TrainingRun } from './trainingRun';
import type { ValidationMetrics } from './validation';

/** Pictures that say how the data set varies; more change little and take longer. */
const SPACE_PICTURES = 400;
const FOLDS = 4;
/** No more folds are trained once so many pairs were judged. */
const ENOUGH_JUDGED = 2000;
const LARGEST_BATCH = 256;
/** Passes over the verdicts' pictures, whatever time is given: there is no more to learn from few. */
const PASSES = 150;
const LEARNING_RATE = 0.02;
/** Half of what multiplies the squares in the penalty. */
const KERNEL_L2 = 0.0005;
/** Embeddings have length 1 and different pairs are pushed to 1; new images lie nearer to that than to 0. */
export const PAIR_THRESHOLD = 0.7;
/** Numbers in one run of the trunk, so that it stays short. */
const RUN_NUMBERS = 300_000;

/** What a training from pairs knows before any answer; the same for all trainings on the same pictures. */
export interface PairKnowledge {
  readonly network: PairHeadNetwork;
  readonly trunk: Readonly<Record<string, Float32Array>>;
  readonly space: PairSpace;
  /** Pictures in the space, one after the other; NaN where they were not looked at. */
  readonly points: Float32Array;
}

export interface PairTrainingOptions {
  readonly images: ImageSource;
  readonly pairs: PairList;
  /** Equal numbers: near-duplicates, never on both sides when judging. */
  readonly groups?: ArrayLike<number>;
  readonly startFrom: Model;
  readonly seed: number;
  readonly runtime: Runtime;
  /** From an earlier training on the same pictures. */
  readonly known?: PairKnowledge;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

export interface PairTraining {
  readonly network: PairHeadNetwork;
  readonly result: TrainingResult;
  readonly before?: ValidationMetrics;
  /** Of the pairs that cross-validation held back: their distances, each under a head that had not seen them, and their truths. */
  readonly judged?: { readonly distance: Float32Array; readonly similar: Uint8Array };
}

export const pairObjective = (): Objective => ({
  network: pairTail(),
  distance: DISTANCES.euclidean,
  loss: contrastive(),
  miner: MINERS.all,
  optimizer: adam(),
  regularization: { kernelL2: KERNEL_L2, biasL1: 0 },
});

export const pairSampler = (pairs: PairList, seed: number): ClosureSampler => new ClosureSampler(pairs, LARGEST_BATCH, seed);

/**
 * Looks at pictures through the trunk of `startFrom` and finds their space. `wanted`: pictures whose points are needed; others are drawn
 * besides until there are enough to say how the data set varies.
 */
export async function knowPictures(
  images: ImageSource,
  startFrom: Model,
  wanted: Iterable<number>,
  seed: number,
  runtime: Runtime,
  signal?: AbortSignal,
): Promise<PairKnowledge> {
  const network = createPairHead(trunkOf(startFrom.description.network), images.shape);
  const trunk = Object.fromEntries(Object.keys(network.trunkParameters).map(name => [name, startFrom.parameters[name]]));
  const random = new SeededRandom(mixSeed(seed, 0x5bace));
  const sample = random.shuffle(Int32Array.from({ length: images.count }, (_, i) => i)).slice(0, SPACE_PICTURES);
  const rest = [...new Set(wanted)].filter(image => !sample.includes(image));
  const executable = await runtime.load(featureProgram(network));
  try {
    executable.setState(trunk);
    const look = async (chosen: ArrayLike<number>, use: (features: Float32Array, first: number, count: number) => void) => {
      const subset = new SubsetImages(images, chosen);
      const size = images.shape.reduce((a, b) => a * b, 1);
      const perRun = Math.max(1, Math.floor(RUN_NUMBERS / size));
      for (let first = 0; first < subset.count; first += perRun) {
        signal?.throwIfAborted();
        const count = Math.min(perRun, subset.count - first);
        const pixels = new Float32Array(count * size);
        for (let k = 0; k < count; k++) subset.read(first + k, pixels, k * size);
        const { features } = await executable.run({ images: pixels });
        use(features as Float32Array, first, count);
      }
    };
    const features = new Float32Array(sample.length * network.featureSize);
    await look(sample, (part, first) => features.set(part, first * network.featureSize));
    const space = pairSpace(features, sample.length, network.levels, seed);
    const points = new Float32Array(images.count * PAIR_SPACE).fill(NaN);
    const place = (chosen: ArrayLike<number>, part: Float32Array, first: number, count: number): void => {
      const found = inSpace(part, count, space);
      for (let k = 0; k < count; k++) {
        points.set(found.subarray(k * PAIR_SPACE, (k + 1) * PAIR_SPACE), chosen[first + k] * PAIR_SPACE);
      }
    };
    place(sample, features, 0, sample.length);
    await look(rest, (part, first, count) => place(rest, part, first, count));
    return { network, trunk, space, points };
  } finally {
    await executable.dispose();
  }
}

const featureProgram = (network: PairHeadNetwork): Program => ({
  name: `features ${network.name}`,
  state: network.trunkParameters,
  inputs: { images: { shape: [1, ...network.input] } },
  freeBatch: true,
  compute: (parameters, { images }) => ({
    state: {},
    outputs: { features: network.features(parameters, images as tf.Tensor4D) },
  }),
});

/** Points of a space as images of 1 × 1. */
export class Points implements ImageSource {
  readonly shape: Shape3 = [1, 1, PAIR_SPACE];
  readonly count: number;

  constructor(private readonly points: Float32Array) {
    this.count = points.length / PAIR_SPACE;
  }

  read(index: number, into: Float32Array, offset: number): void {
    into.set(this.points.subarray(index * PAIR_SPACE, (index + 1) * PAIR_SPACE), offset);
  }
}

/**
 * Learns a relation from a person's pairs, be they only twenty, and what follows from them ({@link ClosureSampler}). Only the head is learned,
 * in a second or two. Judged by cross-validation over images: no picture, nor a near-duplicate of it, is learned from and judged by.
 * @throws the signal's reason, when aborted before the last training
 */
export async function trainFromPairs(options: PairTrainingOptions): Promise<PairTraining> {
  const { images, pairs, startFrom, seed, runtime, signal, onProgress } = options;
  const named = new Set([...pairs.a, ...pairs.b]);
  const known = options.known ?? (await knowPictures(images, startFrom, named, seed, runtime, signal));
  const source = new Points(known.points);
  const judged = await crossValidate(options, source);
  const run = runOf(pairs, source, options, {
    ...(signal && { signal }),
    ...(onProgress && {
      onProgress: progress => onProgress({ ...progress, ...(judged && { validation: judged.after }) }),
    }),
  });
  const result = await run.run();
  return {
    network: known.network,
    ...(judged && { before: judged.before, judged: judged.judged }),
    result: { ...result, ...(judged && { validation: judged.after }), parameters: wholeParameters(known, result.parameters) },
  };
}

function wholeParameters(
  { trunk, space }: PairKnowledge,
  tail: Readonly<Record<string, Float32Array>>,
): Readonly<Record<string, Float32Array>> {
  return {
    ...trunk,
    [SPACE_KERNEL]: space.kernel,
    [SPACE_BIAS]: space.bias,
    [HEAD_KERNEL]: tail[TAIL_KERNEL],
    [HEAD_BIAS]: tail[TAIL_BIAS],
  };
}

function runOf(
  pairs: PairList,
  source: ImageSource,
  { seed, runtime }: PairTrainingOptions,
  more: { readonly signal?: AbortSignal; readonly onProgress?: (progress: TrainingProgress) => void },
): TrainingRun {
  const sampler = pairSampler(pairs, seed);
  return new TrainingRun({
    objective: pairObjective(),
    runtime,
    images: source,
    sampler,
    schedule: cosineSchedule({ peak: LEARNING_RATE }),
    seed,
    limit: { steps: PASSES * sampler.stepsPerEpoch },
    threshold: PAIR_THRESHOLD,
    ...more,
  });
}

/** Undefined where there are too few pairs of either kind to hold any back. */
async function crossValidate(
  options: PairTrainingOptions,
  source: ImageSource,
): Promise<(Required<Pick<PairTraining, 'before' | 'judged'>> & { readonly after: ValidationMetrics }) | undefined> {
  const { pairs, groups, seed, runtime, signal, images, startFrom } = options;
  const all = closedPairs(pairs);
  const foldOf = (image: number): number => mixSeed(seed, 0xf01d, groups ? groups[image] : image) % FOLDS;
  const judged: { readonly pairs: PairList; readonly distances: Float32Array }[] = [];
  for (let fold = 0, count = 0; fold < FOLDS && count < ENOUGH_JUDGED; fold++) {
    const held = chosenPairs(all, k => foldOf(all.a[k]) === fold && foldOf(all.b[k]) === fold);
    // What follows is worked out from what is left, or it would tell of the held images.
    const rest = chosenPairs(all, k => foldOf(all.a[k]) !== fold && foldOf(all.b[k]) !== fold);
    count += held.a.length;
    if (held.a.length === 0 || !rest.similar.includes(1) || !rest.similar.includes(0)) continue;
    const { parameters } = await runOf(rest, source, options, signal ? { signal } : {}).run();
    signal?.throwIfAborted();
    const tail = pairTail();
    judged.push({ pairs: held, distances: await distancesOf(held, source, tail, parameters, runtime) });
  }
  const similar = Uint8Array.from(judged.flatMap(({ pairs: held }) => [...held.similar]));
  if (!similar.includes(1) || !similar.includes(0)) return undefined;
  const distances = Float32Array.from(judged.flatMap(each => [...each.distances]));
  const after = metricsOf(distances, similar);
  const held = judged.map(each => each.pairs);
  const list: PairList = {
    a: Int32Array.from(held.flatMap(({ a }) => [...a])),
    b: Int32Array.from(held.flatMap(({ b }) => [...b])),
    similar,
  };
  const distance = DISTANCES[startFrom.description.distance];
  const first = await distancesOf(list, images, startFrom.network, startFrom.parameters, runtime, distance);
  return { before: metricsOf(first, similar), after, judged: { distance: distances, similar } };
}

async function distancesOf(
  pairs: PairList,
  images: ImageSource,
  network: Model['network'],
  parameters: Model['parameters'],
  runtime: Runtime,
  distance = DISTANCES.euclidean,
): Promise<Float32Array> {
  const used = [...new Set([...pairs.a, ...pairs.b])];
  const placeOf = new Map(used.map((image, place) => [image, place]));
  const own: PairList = { ...pairs, a: pairs.a.map(i => placeOf.get(i)!), b: pairs.b.map(i => placeOf.get(i)!) };
  const encoder = await runtime.load(encoderProgram(network));
  try {
    encoder.setState(parameters);
    const embeddings = await embedAll(encoder, network, new SubsetImages(images, used));
    return pairDistances(own, embeddings, network.embeddingSize, distance);
  } finally {
    await encoder.dispose();
  }
}

function metricsOf(distances: Float32Array, similar: Uint8Array): ValidationMetrics {
  const metrics = pairMetrics(distances, similar, PAIR_THRESHOLD);
  const fitted = fittedAccuracy(distances, similar);
  return { ...metrics, fittedAccuracy: fitted, loss: NaN, score: (fitted + metrics.rocAuc) / 2 };
}
