import type { Program } from '../compile/program';
import { cosineSchedule } from '../optimizers/schedule';
import type { Optimizer } from '../optimizers/optimizer';
import type { HostArrays } from '../runtime/runtime';
import { Epochs, mixSeed } from '../samplers/epochs';
import { SeededRandom } from '../samplers/random';
import { Breather } from '../../workspace/breathe';
import { DivergedError, DivergenceGuard } from '../training/divergence';
import type { Alteration, ImageSource } from '../training/images';
import { scalarInputs } from '../training/learner';
import { WeightAverage } from '../training/weightAverage';
import type { Classifier } from './classifier';
import type { Programs } from './programs';
import { CLASSIFIER, classifierProgram, initialClassifier } from './classifier';

export type Limit = { readonly steps: number } | { readonly seconds: number };

export interface ClassifierTraining {
  readonly classifier: Classifier;
  readonly optimizer: Optimizer;
  readonly programs: Programs;
  readonly images: ImageSource;
  /** A class number for every image of `images`. */
  readonly labels: ArrayLike<number>;
  /** The images to learn from; no other is looked at. */
  readonly training: Int32Array;
  readonly batchSize: number;
  readonly learningRate: number;
  /** The share of each target that is spread over all classes (Szegedy et al., "Rethinking the Inception architecture", 2016, section 7). */
  readonly smoothing: number;
  readonly alterations: readonly Alteration[];
  readonly limit: Limit;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** 0…1. */
  readonly onProgress: (share: number) => void;
}

/** The weights of the last part of the run are averaged: the last steps of a network on noisy labels go back and forth. */
const AVERAGE = { decay: 0.98, from: 0.6, every: 4 } as const;
/** Before so many steps nothing is learned; a busy machine is no reason. */
const FEWEST_STEPS = 100;
/** How much of a new batch's moments the normalizations of our trunks take up (`trunks.ts`). */
const MOMENTS_RATE = 0.05;
/** Batches that they are taken of: all images twice, within these bounds. */
const MOMENTS_BATCHES = [4, 16] as const;
const ROLLBACKS_ALLOWED = 3;
const SNAPSHOT_EVERY = 50;

/**
 * Trains a classifier to its limit; there is no early stopping, which would have to look at labels.
 * @returns its weights
 * @throws the signal's reason when aborted; DivergedError where the loss runs away even at a fraction of the learning rate
 */
export async function trainClassifier(options: ClassifierTraining): Promise<Record<string, Float32Array>> {
  const { classifier, optimizer, programs, images, training, limit, seed, signal } = options;
  const batchSize = Math.min(options.batchSize, training.length);
  const program = classifierProgram(classifier, optimizer, batchSize);
  const executable = await programs.load(`${classifier.trunk.name} ${batchSize}`, program);
  executable.setState(emptyState(program));
  executable.setState(initialClassifier(classifier, new SeededRandom(mixSeed(seed, 0x1417))));
  const names = Object.keys(classifier.parameters);
  const weights = async (): Promise<Record<string, Float32Array>> =>
    (await executable.state(names)) as Record<string, Float32Array>;
  const order = new Epochs(training.length, mixSeed(seed, 0xba7c4));
  const schedule = cosineSchedule({ peak: options.learningRate });
  const average = new WeightAverage(AVERAGE.decay);
  const guard = new DivergenceGuard();
  const breather = new Breather();
  const size = images.shape[0] * images.shape[1] * images.shape[2];
  const pixels = new Float32Array(batchSize * size);
  const targets = new Float32Array(batchSize * classifier.classes);
  const spread = options.smoothing / classifier.classes;
  let snapshot = { step: 0, state: await executable.state() };
  let [step, rateFactor, rollbacks, elapsedMs] = [0, 1, 0, 0];
  const share = (): number =>
    'steps' in limit ? step / limit.steps : Math.min(elapsedMs / (limit.seconds * 1000), step / FEWEST_STEPS);
  const runStep = (rate: number): Promise<HostArrays> => {
    const random = new SeededRandom(mixSeed(seed, 0xa17e4, step));
    targets.fill(spread);
    for (let slot = 0; slot < batchSize; slot++) {
      const image = training[order.at(step * batchSize + slot)];
      images.read(image, pixels, slot * size);
      for (const alter of options.alterations) alter(pixels, slot * size, images.shape, random);
      targets[slot * classifier.classes + options.labels[image]] += 1 - options.smoothing;
    }
    return executable.run({
      [CLASSIFIER.images]: pixels,
      [CLASSIFIER.targets]: targets,
      ...scalarInputs(optimizer, step + 1, rate),
    });
  };
  while (share() < 1) {
    const startedMs = performance.now();
    const results = await runStep(schedule.rate(share(), step + 1) * rateFactor);
    if (guard.isDiverged(results[CLASSIFIER.loss][0])) {
      if (++rollbacks > ROLLBACKS_ALLOWED) throw new DivergedError(rollbacks, step + 1);
      executable.setState(snapshot.state);
      step = snapshot.step;
      rateFactor /= 2;
    } else {
      step++;
      if (share() >= AVERAGE.from && step % AVERAGE.every === 0) average.add(await weights(), AVERAGE.every);
      if (step % SNAPSHOT_EVERY === 0) snapshot = { step, state: await executable.state() };
    }
    elapsedMs += performance.now() - startedMs;
    options.onProgress(Math.min(1, share()));
    await breather.breathe();
    signal.throwIfAborted();
  }
  const learned = { ...(average.values ?? (await weights())) };
  // The running moments are those of other weights than the averaged, and after few steps mostly those they began with: they are
  // taken anew, at a learning rate of 0 (Izmailov et al., "Averaging weights leads to wider optima", UAI 2018, section 3.2).
  const statistics = names.filter(name => classifier.parameters[name].role === 'statistic');
  const none = Object.fromEntries(statistics.map(name => [name, new Float32Array(learned[name].length)]));
  const moments = Object.fromEntries(statistics.map(name => [name, new Float32Array(learned[name].length)]));
  const [fewest, most] = MOMENTS_BATCHES;
  const batches = Math.min(most, Math.max(fewest, Math.ceil((2 * training.length) / batchSize)));
  for (let batch = 0; batch < batches; batch++, step++) {
    executable.setState({ ...learned, ...none });
    await runStep(0);
    const found = await executable.state(statistics);
    for (const name of statistics) {
      found[name].forEach((value, i) => (moments[name][i] += value / MOMENTS_RATE / batches));
    }
    await breather.breathe();
    signal.throwIfAborted();
  }
  return { ...learned, ...moments };
}

/** Nothing of what a network before it left behind. */
const emptyState = ({ state }: Program): HostArrays =>
  Object.fromEntries(
    Object.entries(state).map(([name, { shape }]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
  );
