import type { DistanceName } from '../distances/distance';
import { DISTANCES } from '../distances/distances';
import type { LossName } from '../losses/loss';
import { LOSSES } from '../losses/losses';
import type { MinerName } from '../miners/miner';
import { MINERS } from '../miners/miners';
import type { Model } from '../model/modelFile';
import type { NetworkName } from '../model/networks';
import { createNetwork } from '../model/networks';
import type { OptimizerName } from '../optimizers/optimizer';
import { OPTIMIZERS } from '../optimizers/optimizers';
import { cosineSchedule } from '../optimizers/schedule';
import type { Runtime } from '../runtime/runtime';
import { ClassSampler } from '../samplers/classSampler';
import { MixedSampler } from '../samplers/mixedSampler';
import type { PairList } from '../samplers/pairSampler';
import { PairSampler } from '../samplers/pairSampler';
import { SeededRandom } from '../samplers/random';
import type { Sampler } from '../samplers/sampler';
import { NothingToLearnError } from '../samplers/sampler';
import { ViewSampler } from '../samplers/viewSampler';
import type { Alteration, ImageSource } from './images';
import { checkLearnable } from './learnable';
import { splitByGroups } from './split';
import type { TrainingOptions, TrainingProgress, TrainingResult } from './trainingRun';
import { TrainingRun } from './trainingRun';
import type { ValidationMetrics } from './validation';
import { Validation } from './validation';

/** Everything a command has to say to train a model. What is absent has a default that suits. */
export interface TrainRequest {
  /** Already of the network's size. */
  readonly images: ImageSource;
  /** For messages. */
  readonly nameOf: (image: number) => string;
  /** A class number per image, −1 for none, and the classes' names. */
  readonly labels?: { readonly ofImage: Int32Array; readonly names: readonly string[] };
  /** A person's verdicts. */
  readonly pairs?: PairList;
  /** Images with equal numbers are copies or near-duplicates of each other: never on both sides of the validation split. */
  readonly groups?: Int32Array;
  /** What `similar` means; absent: `same-class` with labels, `same-picture` without. */
  readonly relation?: string;
  readonly network: NetworkName;
  readonly loss?: LossName;
  readonly distance?: DistanceName;
  readonly optimizer?: OptimizerName;
  readonly miner?: MinerName;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly limit: { readonly epochs: number } | { readonly seconds: number };
  readonly seed?: number;
  /** Changes that the model shall ignore; needed without labels and pairs. */
  readonly alterations?: readonly Alteration[];
  /** Weights to start from. */
  readonly startFrom?: Model;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Of this program, for the model file. */
  readonly writtenBy: string;
}

export interface TrainedModel {
  readonly model: Model;
  readonly result: TrainingResult;
  /** Absent where too few images were there to hold any back. */
  readonly validation?: ValidationMetrics;
}

const VALIDATION_SHARE = 0.15;
const VALIDATION_PAIRS = 4000;
/** How much of the loss a person's pairs have beside labels. */
const PAIRS_SHARE = 0.3;
const FIRST_THRESHOLD = 0.5;

/**
 * Learns from labels, a person's pairs, both, or from altered views of the images alone.
 * @throws NothingToLearnError or DivergedError, both with a message for the user.
 */
export async function trainModel(request: TrainRequest): Promise<TrainedModel> {
  const { images, labels, pairs, seed = 1, network: name, startFrom, runtime } = request;
  checkLearnable(images, pairs, request.nameOf);
  if (startFrom && startFrom.network.input.join() !== images.shape.join()) {
    throw new NothingToLearnError(
      `The model to start from takes images of ${startFrom.network.input.join('×')}, these are ${images.shape.join('×')}.`,
    );
  }
  const network = startFrom?.network ?? createNetwork(name, images.shape);
  const distance = DISTANCES[startFrom?.description.distance ?? request.distance ?? 'euclidean'];
  const split = splitByGroups(images.count, VALIDATION_SHARE, seed, { groups: request.groups, labels: labels?.ofImage });
  const sampler = samplerFor(request, split.training, seed);
  const judged = labels && validationPairs(split.validation, labels.ofImage, seed);
  const judge = judged && new Validation(runtime, network, distance, images, judged, FIRST_THRESHOLD);

  const limit = 'epochs' in request.limit ? { steps: request.limit.epochs * sampler.stepsPerEpoch } : request.limit;
  const options: TrainingOptions = {
    objective: {
      network,
      distance,
      loss: LOSSES[request.loss ?? (labels || pairs ? 'contrastive' : 'nt-xent')](),
      miner: MINERS[request.miner ?? 'all'],
      optimizer: OPTIMIZERS[request.optimizer ?? 'adam'](),
    },
    runtime,
    images,
    sampler,
    schedule: cosineSchedule({ peak: request.learningRate ?? 1e-3 }),
    seed,
    limit,
    threshold: FIRST_THRESHOLD,
    alterations: request.alterations,
    initial: startFrom?.parameters,
    signal: request.signal,
    onProgress: request.onProgress,
  };
  try {
    const result = await new TrainingRun(options).run();
    const validation = await judge?.judge(result.parameters);
    return { result, validation, model: describe(request, network, result, validation, distance.name) };
  } finally {
    await judge?.dispose();
  }
}

function samplerFor(request: TrainRequest, training: Int32Array, seed: number): Sampler {
  const { labels, pairs, images, batchSize = 96 } = request;
  const isTraining = new Set(training);
  const own = pairs && onlyTraining(pairs, isTraining);
  if (!labels && !own) return new ViewSampler(images.count, batchSize >> 1, seed);
  if (!labels) return new PairSampler(own!, Math.min(batchSize >> 1, own!.a.length), seed);
  const known = labels.ofImage.map((label, i) => (isTraining.has(i) ? label : -1));
  const classes = new ClassSampler(known, { seed, batchSize, classesPerBatch: batchSize >> 2 });
  if (!own || own.a.length === 0) return classes;
  return new MixedSampler(classes, new PairSampler(own, Math.min(batchSize >> 2, own.a.length), seed), PAIRS_SHARE);
}

/** Pairs with a side in the validation part are left out, unless that leaves too few to learn from. */
function onlyTraining(pairs: PairList, isTraining: ReadonlySet<number>): PairList {
  const kept = [...pairs.a.keys()].filter(k => isTraining.has(pairs.a[k]) && isTraining.has(pairs.b[k]));
  if (kept.length < pairs.a.length / 2) return pairs;
  const pick = (list: Int32Array): Int32Array => Int32Array.from(kept, k => list[k]);
  return { a: pick(pairs.a), b: pick(pairs.b), similar: Uint8Array.from(kept, k => pairs.similar[k]) };
}

/** As many similar as different pairs of held-back images; undefined where there are no two of one class and two of different ones. */
function validationPairs(validation: Int32Array, labels: Int32Array, seed: number): PairList | undefined {
  const usable = validation.filter(i => labels[i] >= 0);
  const byLabel = new Map<number, number[]>();
  for (const i of usable) {
    const list = byLabel.get(labels[i]);
    if (list) list.push(i);
    else byLabel.set(labels[i], [i]);
  }
  const classes = [...byLabel.values()];
  const large = classes.filter(list => list.length > 1);
  if (classes.length < 2 || large.length === 0) return undefined;
  const random = new SeededRandom(seed);
  const pick = (list: readonly number[]): number => list[random.integer(list.length)];
  const count = Math.min(VALIDATION_PAIRS, usable.length * 4) & ~1;
  const pairs = { a: new Int32Array(count), b: new Int32Array(count), similar: new Uint8Array(count) };
  for (let k = 0; k < count; k += 2) {
    const own = large[random.integer(large.length)];
    pairs.a[k] = pick(own);
    do pairs.b[k] = pick(own);
    while (pairs.b[k] === pairs.a[k]);
    pairs.similar[k] = 1;
    const first = random.integer(classes.length);
    pairs.a[k + 1] = pick(classes[first]);
    pairs.b[k + 1] = pick(classes[(first + 1 + random.integer(classes.length - 1)) % classes.length]);
  }
  return pairs;
}

function describe(
  request: TrainRequest,
  network: Model['network'],
  result: TrainingResult,
  validation: ValidationMetrics | undefined,
  distance: DistanceName,
): Model {
  const log = [
    `${result.steps} steps in ${(result.elapsedMs / 1000).toFixed(1)} s on ${request.runtime.name} (${result.ended}), loss ${result.loss.toPrecision(4)}`,
    ...(validation ? [`validation: accuracy ${validation.accuracy.toFixed(4)}, ROC-AUC ${validation.rocAuc.toFixed(4)}`] : []),
    ...result.notes,
  ];
  return {
    network,
    parameters: result.parameters,
    description: {
      network: network.name as NetworkName,
      input: [...network.input],
      relation: request.relation ?? request.startFrom?.description.relation ?? (request.labels ? 'same-class' : 'same-picture'),
      distance,
      threshold: validation?.bestThreshold ?? FIRST_THRESHOLD,
      calibration: [],
      preprocessing: `resized to ${network.input[0]}x${network.input[1]}, ${network.input[2] === 1 ? 'grey' : 'RGB'}, channels last, divided by 255`,
      labels: [...(request.labels?.names ?? [])],
      trainingLog: log,
      writtenBy: request.writtenBy,
    },
  };
}
