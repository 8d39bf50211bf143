import { CompiledOnce } from '../compile/compileProgram';
import { noteText } from '../../core/dataset/note';
import type { LearnFrom } from '../../core/training/names';
import type { DistanceName } from '../distances/distance';
import { DISTANCES } from '../distances/distances';
import type { LossName } from '../losses/loss';
import { LOSSES } from '../losses/losses';
import type { MinerName } from '../miners/miner';
import { MINERS } from '../miners/miners';
import { trainingMessages as messages } from '../../core/training/messages';
import type { Model } from '../model/modelFile';
import type { ModelNetworkName } from '../model/networks';
import { createNetwork } from '../model/networks';
import { PAIR_SPACE } from '../model/pairHead';
import type { OptimizerName } from '../optimizers/optimizer';
import { OPTIMIZERS } from '../optimizers/optimizers';
import { cosineSchedule } from '../optimizers/schedule';
import type { Runtime } from '../runtime/runtime';
import type { SelfCheck } from '../runtime/chooseRuntime';
import { initialParameters } from '../model/initialize';
import { ClassSampler } from '../samplers/classSampler';
import { MappedSampler } from '../samplers/mappedSampler';
import { MixedSampler } from '../samplers/mixedSampler';
import type { PairList } from '../samplers/pairSampler';
import { PairSampler } from '../samplers/pairSampler';
import { SeededRandom } from '../samplers/random';
import type { Sampler } from '../samplers/sampler';
import { NothingToLearnError } from '../samplers/sampler';
import { ViewSampler } from '../samplers/viewSampler';
import type { Checkpoint } from './checkpoint';
import { chosenPairs, heldBackByLabel, heldBackByPairs, heldBackViews, splitPairs } from './heldBack';
import type { HeldBack } from './heldBack';
import { HeldBackLoss } from './heldBackLoss';
import type { Alteration, ImageSource } from './images';
import { checkLearnable } from './learnable';
import type { Split } from './split';
import { splitByGroups } from './split';
import { StepInputs } from './stepInputs';
import type { Objective } from './trainProgram';
import type { PairKnowledge } from './trainPairs';
import { PAIR_THRESHOLD, pairObjective, pairSampler, Points, trainFromPairs } from './trainPairs';
import { trainProgram } from './trainProgram';
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
  /** For people. */
  readonly name?: string;
  /** A class number per image, −1 for none, and the classes' names. */
  readonly labels?: { readonly ofImage: Int32Array; readonly names: readonly string[] };
  /** A person's verdicts. */
  readonly pairs?: PairList;
  /** Two altered views of an image are alike; absent: only where there are neither labels nor pairs. */
  readonly views?: boolean;
  /** Images with equal numbers are copies or near-duplicates of each other: never on both sides of the validation split. */
  readonly groups?: Int32Array;
  /** Which images to learn from and which to judge by, where that is known; else a share of the groups is held back. */
  readonly split?: Split;
  /** What `similar` means; absent: `same-class` with labels, `same-picture` without. */
  readonly relation?: string;
  readonly network: ModelNetworkName;
  readonly loss?: LossName;
  readonly distance?: DistanceName;
  readonly optimizer?: OptimizerName;
  readonly miner?: MinerName;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly limit: { readonly epochs: number } | { readonly seconds: number } | { readonly steps: number };
  /** Judgements without gain after which to stop. */
  readonly patience?: number;
  readonly seed?: number;
  /** Changes that the model shall ignore; needed without labels and pairs. */
  readonly alterations?: readonly Alteration[];
  /** Weights to start from. */
  readonly startFrom?: Model;
  /** Of an earlier training from pairs on the same images: saves looking at them again. */
  readonly known?: PairKnowledge;
  readonly resume?: Checkpoint;
  readonly checkpoints?: TrainingOptions['checkpoints'];
  /** A runtime, or what chooses one by a step of this very training. */
  readonly runtime: Runtime | ((check: SelfCheck) => Promise<Runtime>);
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Of this program, for the model file. */
  readonly writtenBy: string;
}

export interface TrainedModel {
  readonly model: Model;
  readonly result: TrainingResult;
  readonly runtime: Runtime;
  /** Of the model; absent where too few images were there to hold any back. */
  readonly validation?: ValidationMetrics;
  /** Of the model started from, on the same pairs. */
  readonly before?: ValidationMetrics;
  /** Of a person's pairs those that were set aside, in terms of the request's images; absent with labels, or where none were. */
  readonly heldBackPairs?: PairList;
  /** In their place where cross-validation held pairs back: distances under models that had not seen them, and truths. */
  readonly heldBackDistances?: { readonly distance: Float32Array; readonly similar: Uint8Array };
}

const VALIDATION_SHARE = 0.15;
/** How much of the loss a person's pairs have beside labels or views. */
const PAIRS_SHARE = 0.3;
/** What separates before anything is known of the data set: for losses with a margin of 1, and for `nt-xent` over cosine distances. */
const FIRST_THRESHOLD = 0.5;
const FIRST_COSINE_THRESHOLD = 0.25;
/** Three times as much gains a little in long runs, and spoils runs of some thirty steps: normalization's running moments lag behind. */
const LEARNING_RATE = 1e-3;
/** For altered views, which tell a picture from all others of the batch: the more there are the better (docs/UNLABELED.md). */
const VIEWS_LEARNING_RATE = 2e-3;
/** Numbers of such a batch: 96 images at 64 pixels a side, whose step takes about a tenth of a second on one core. */
const VIEWS_NUMBERS = 96 * 64 * 64 * 3;
/** Judging may take this share of the time. */
const JUDGING_SHARE = 0.1;
/** An image costs that many times more to learn from than to embed: forward, two gradients, update; measured 3.8. */
const LEARNING_COST = 3.5;
const FEWEST_STEPS_BETWEEN = 10;
/** Numbers of a batch's images up to which a step of every network takes less than a tenth of a second on two cores. */
const STEP_NUMBERS = 96 * 32 * 32 * 3;
const LARGEST_BATCH = 96;
const SMALLEST_BATCH = 48;

/**
 * Learns from labels, a person's pairs, altered views of the images, or two of these.
 * @throws NothingToLearnError or DivergedError, both with a message for the user.
 */
export async function trainModel(request: TrainRequest): Promise<TrainedModel> {
  const { images, labels, seed = 1, startFrom } = request;
  checkLearnable(images, request.pairs, request.nameOf);
  if (startFrom && startFrom.network.input.join() !== images.shape.join()) {
    throw new NothingToLearnError(messages.startSize, startFrom.network.input.join('×'), images.shape.join('×'));
  }
  if (learnsByHead(request)) return trainHead(request, request.startFrom);
  const split =
    request.split ?? splitByGroups(images.count, VALIDATION_SHARE, seed, { groups: request.groups, labels: labels?.ofImage });
  const parts = await partsOf(request, split, seed);
  const objective = objectiveOf(request);
  const sampler = parts.sampler;
  const runtime = 'load' in request.runtime ? request.runtime : await request.runtime(await checkOf(request, objective, sampler));
  const judge = parts.heldBack && validationOf(parts.heldBack, objective, runtime);
  try {
    const before = startFrom && (await judge?.judge(startFrom.parameters, request.signal));
    const limit = 'epochs' in request.limit ? { steps: request.limit.epochs * sampler.stepsPerEpoch } : request.limit;
    const result = await new TrainingRun({
      objective,
      runtime,
      images,
      sampler,
      schedule: cosineSchedule({ peak: request.learningRate ?? (isViews(request) ? VIEWS_LEARNING_RATE : LEARNING_RATE) }),
      seed,
      limit,
      threshold: firstThreshold(objective),
      ...(request.alterations && { alterations: request.alterations }),
      ...(startFrom && { initial: startFrom.parameters }),
      ...(judge && {
        validation: {
          judge,
          everySteps: stepsBetweenJudgements(judge.imageCount, sampler.batchSize),
          ...(request.patience !== undefined && { patience: request.patience }),
        },
      }),
      ...(request.resume && { resume: request.resume }),
      ...(request.checkpoints && { checkpoints: request.checkpoints }),
      ...(request.signal && { signal: request.signal }),
      ...(request.onProgress && { onProgress: request.onProgress }),
    }).run();
    const { validation } = result;
    return {
      result,
      runtime,
      ...(validation && { validation }),
      ...(before && { before }),
      ...(parts.heldBackPairs && { heldBackPairs: parts.heldBackPairs }),
      model: describe(request, objective, result, runtime),
    };
  } finally {
    await judge?.dispose();
  }
}

/** What a training learns from, by the request's shape. */
export const learnsFrom = ({ labels, pairs, views }: Pick<TrainRequest, 'labels' | 'pairs' | 'views'>): LearnFrom[] => [
  ...(labels ? (['labels'] as const) : []),
  ...(pairs ? (['pairs'] as const) : []),
  ...((views ?? (!labels && !pairs)) ? (['views'] as const) : []),
];

/** A relation of its own that pairs alone teach has too few of them for a whole network; copies of pictures want all of one. */
function learnsByHead(request: TrainRequest): request is TrainRequest & { readonly startFrom: Model; readonly pairs: PairList } {
  const relation = request.relation ?? request.startFrom?.description.relation ?? 'same-picture';
  const isPairsAlone = learnsFrom(request).join() === 'pairs' && relation !== 'same-picture';
  // Who chooses a loss or a distance gets a whole network that is trained with it.
  return request.startFrom !== undefined && isPairsAlone && request.loss === undefined && request.distance === undefined;
}

async function trainHead(request: TrainRequest & { readonly pairs: PairList }, startFrom: Model): Promise<TrainedModel> {
  const { images, pairs, groups, seed = 1, signal, onProgress, known } = request;
  const objective = pairObjective();
  const runtime =
    'load' in request.runtime
      ? request.runtime
      : await request.runtime(
          await checkOf(request, objective, pairSampler(pairs, seed), new Points(new Float32Array(images.count * PAIR_SPACE))),
        );
  const { network, result, before, judged } = await trainFromPairs({
    images,
    pairs,
    startFrom,
    seed,
    runtime,
    ...(groups && { groups }),
    ...(known && { known }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const { validation } = result;
  const model = describe(request, { ...objective, network }, result, runtime);
  return {
    // Few held-back pairs choose a worse threshold than the loss does, which aims at it.
    model: { ...model, description: { ...model.description, threshold: PAIR_THRESHOLD } },
    result,
    runtime,
    ...(validation && { validation }),
    ...(before && { before }),
    ...(judged && { heldBackDistances: judged }),
  };
}

export const stepsBetweenJudgements = (judgedImages: number, batchSize: number): number =>
  Math.max(FEWEST_STEPS_BETWEEN, Math.ceil(judgedImages / (JUDGING_SHARE * LEARNING_COST * batchSize)));

/** As many images as a step of a tenth of a second can hold. */
export const defaultBatchSize = ([height, width, channels]: ImageSource['shape'], numbers = STEP_NUMBERS): number =>
  Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, Math.floor(numbers / (height * width * channels)))) & ~3;

const isViews = (request: TrainRequest): boolean => learnsFrom(request).join() === 'views';

function objectiveOf(request: TrainRequest): Objective {
  const { startFrom, images } = request;
  const network = startFrom?.network ?? createNetwork(request.network, images.shape);
  const learnFrom = learnsFrom(request).join();
  // Classes or views alone are told apart best by the contrastive loss of Chen and Khosla, which wants angles. It knows no weights, so
  // not beside pairs.
  const isCosine = (learnFrom === 'labels' || learnFrom === 'views') && (request.loss ?? 'nt-xent') === 'nt-xent';
  const distance = DISTANCES[startFrom?.description.distance ?? request.distance ?? (isCosine ? 'cosine' : 'euclidean')];
  const isContrastive = learnFrom !== 'views' && !(learnFrom === 'labels' && distance.name === 'cosine');
  return {
    network,
    distance,
    loss: LOSSES[request.loss ?? (isContrastive ? 'contrastive' : 'nt-xent')](),
    miner: MINERS[request.miner ?? 'all'],
    optimizer: OPTIMIZERS[request.optimizer ?? 'adam'](),
  };
}

const firstThreshold = ({ distance }: Objective): number =>
  distance.name === 'cosine' ? FIRST_COSINE_THRESHOLD : FIRST_THRESHOLD;

/** What to learn from, and what to judge by. */
async function partsOf(
  request: TrainRequest,
  { training, validation }: Split,
  seed: number,
): Promise<Pick<TrainedModel, 'heldBackPairs'> & { readonly sampler: Sampler; readonly heldBack?: HeldBack }> {
  const { images, labels, pairs, alterations = [] } = request;
  const batchSize = request.batchSize ?? defaultBatchSize(images.shape, isViews(request) ? VIEWS_NUMBERS : STEP_NUMBERS);
  const learnFrom = learnsFrom(request);
  const isTraining = new Set(training);
  if (labels) {
    const known = labels.ofImage.map((label, i) => (isTraining.has(i) ? label : -1));
    const classes = new ClassSampler(known, { seed, batchSize, classesPerBatch: batchSize >> 2 });
    const own = pairs && onlyTraining(pairs, isTraining);
    const heldBack = heldBackByLabel(images, validation, labels.ofImage, seed);
    return { sampler: mixed(classes, own, batchSize, seed), ...(heldBack && { heldBack }) };
  }
  const ownPairs = pairs && splitPairs(pairs, seed, request.groups);
  const byPairs = ownPairs?.heldBack && heldBackByPairs(images, ownPairs.heldBack, seed);
  const heldBackPairs = ownPairs?.heldBack && { heldBackPairs: ownPairs.heldBack };
  if (!learnFrom.includes('views')) {
    const list = ownPairs!.training;
    return {
      sampler: new PairSampler(list, Math.min(batchSize >> 1, list.a.length), seed),
      ...(byPairs && { heldBack: byPairs }),
      ...heldBackPairs,
    };
  }
  // Copies of a picture in one batch would be called different from each other.
  const chosen = oneOfEachGroup(training, request.groups);
  const views = new MappedSampler(new ViewSampler(chosen.length, batchSize >> 1, seed), image => chosen[image]);
  const heldBack = byPairs ?? (await heldBackViews(images, oneOfEachGroup(validation, request.groups), alterations, seed));
  return { sampler: mixed(views, ownPairs?.training, batchSize, seed), ...(heldBack && { heldBack }), ...heldBackPairs };
}

const mixed = (first: Sampler, pairs: PairList | undefined, batchSize: number, seed: number): Sampler =>
  !pairs || pairs.a.length === 0
    ? first
    : new MixedSampler(first, new PairSampler(pairs, Math.min(batchSize >> 2, pairs.a.length), seed), PAIRS_SHARE);

/** Pairs with a side in the validation part are left out, unless that leaves too few to learn from. */
function onlyTraining(pairs: PairList, isTraining: ReadonlySet<number>): PairList {
  const kept = chosenPairs(pairs, k => isTraining.has(pairs.a[k]) && isTraining.has(pairs.b[k]));
  return kept.a.length < pairs.a.length / 2 || !kept.similar.includes(1) ? pairs : kept;
}

function oneOfEachGroup(images: Int32Array, groups: Int32Array | undefined): Int32Array {
  if (!groups) return images;
  const seen = new Set<number>();
  return images.filter(i => !seen.has(groups[i]) && seen.add(groups[i]));
}

function validationOf({ images, pairs, sampler }: HeldBack, objective: Objective, runtime: Runtime): Validation {
  const loss = new HeldBackLoss(runtime, objective, sampler);
  return new Validation(runtime, objective.network, objective.distance, images, pairs, firstThreshold(objective), loss);
}

/** The first step of the training, for comparing runtimes. */
async function checkOf(
  request: TrainRequest,
  objective: Objective,
  sampler: Sampler,
  images = request.images,
): Promise<SelfCheck> {
  const { alterations, seed = 1 } = request;
  const { inputs } = await new StepInputs({
    objective,
    images,
    sampler,
    seed,
    ...(alterations && { alterations }),
  }).of(0, 1e-4);
  return {
    // Each runtime and number of threads that is tried loads it.
    program: new CompiledOnce(trainProgram(objective, sampler.batchSize)),
    state: initialParameters(objective.network, new SeededRandom(seed)),
    inputs,
  };
}

/** How an image becomes the network's input, for other readers of a model file. */
export const preprocessingOf = ([height, width, channels]: ImageSource['shape']): string =>
  `resized to ${width}x${height} without keeping the aspect, ${channels === 1 ? 'grey (ITU-R BT.601)' : 'sRGB'}, channels last, divided by 255`;

function describe(request: TrainRequest, objective: Objective, result: TrainingResult, runtime: Runtime): Model {
  const { network, distance } = objective;
  const { validation } = result;
  const learnFrom = learnsFrom(request);
  const log = [
    `${result.steps} steps in ${(result.elapsedMs / 1000).toFixed(1)} s on ${runtime.name} (${result.ended}), loss ${result.loss.toPrecision(4)}`,
    ...(validation
      ? [`validation: accuracy ${validation.fittedAccuracy.toFixed(4)}, ROC-AUC ${validation.rocAuc.toFixed(4)}`]
      : []),
    ...result.notes.map(noteText),
  ];
  return {
    network,
    parameters: result.parameters,
    description: {
      name: request.name ?? network.name,
      network: network.name as ModelNetworkName,
      input: [...network.input],
      embeddingSize: network.embeddingSize,
      relation: request.relation ?? request.startFrom?.description.relation ?? (request.labels ? 'same-class' : 'same-picture'),
      distance: distance.name,
      threshold: validation?.bestThreshold ?? firstThreshold(objective),
      calibration: [],
      preprocessing: preprocessingOf(network.input),
      labels: [...(request.labels?.names ?? [])],
      trainedAt: new Date().toISOString(),
      trainedOn: { images: request.images.count, pairs: request.pairs?.a.length ?? 0, learnFrom },
      ...(validation && { metrics: { accuracy: validation.fittedAccuracy, rocAuc: validation.rocAuc } }),
      trainingLog: log,
      writtenBy: request.writtenBy,
    },
  };
}
