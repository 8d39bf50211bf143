import type { Optimizer } from '../optimizers/optimizer';
import type { Schedule } from '../optimizers/schedule';
import type { HostArrays, Runtime } from '../runtime/runtime';
import { Breather } from '../../workspace/breathe';
import { DivergedError, DivergenceGuard } from './divergence';
import type { Learner } from './learner';
import { LOSS, scalarInputs, stepProgram } from './learner';

export type FitLimit = { readonly steps: number } | { readonly seconds: number };
export type Weights = Readonly<Record<string, Float32Array>>;

export interface FitOptions {
  readonly learner: Learner;
  readonly optimizer: Optimizer;
  readonly runtime: Runtime;
  /** First values of all parameters. */
  readonly initial: Weights;
  /** What step number `step` (from 0) is fed, but for the optimizer's scalars. The same for the same number. */
  readonly batch: (step: number) => HostArrays;
  readonly schedule: Schedule;
  /** Seconds of steps and judgements; compiling is not counted. */
  readonly limit: FitLimit;
  /** Rates weights on what was held back, higher = better; the best are kept. Absent: the last are. */
  readonly judge?: { readonly everySteps: number; readonly rate: (weights: Weights) => Promise<number> };
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FitProgress) => void;
}

export interface FitProgress {
  /** Of the limit, 0…1. */
  readonly share: number;
  readonly step: number;
  readonly loss: number;
}

/** A point of the curves. `loss` is the mean since the last point. */
export interface FitPoint {
  readonly step: number;
  readonly elapsedMs: number;
  readonly loss: number;
  readonly rating?: number;
}

export interface Fitted {
  readonly weights: Weights;
  readonly steps: number;
  readonly elapsedMs: number;
  readonly curve: readonly FitPoint[];
  /** Of the weights that are kept; absent without a judge. */
  readonly rating?: number;
}

/** Before so many steps nothing is learned; a busy machine is no reason. */
const FEWEST_STEPS = 60;
const SNAPSHOT_EVERY = 50;
const ROLLBACKS_ALLOWED = 3;
const POINT_EVERY = 10;

/**
 * Trains any {@link Learner} to its limit: what the Siamese networks' own run (`trainingRun.ts`) does, without checkpoints and pairs.
 * @throws the signal's reason when aborted; DivergedError where the loss runs away even at a fraction of the learning rate
 */
export async function fit(options: FitOptions): Promise<Fitted> {
  const { learner, optimizer, runtime, schedule, limit, judge, signal } = options;
  const executable = await runtime.load(stepProgram(learner, optimizer));
  try {
    executable.setState(options.initial);
    const names = Object.keys(learner.parameters);
    const weightsNow = async (): Promise<Weights> => (await executable.state(names)) as Record<string, Float32Array>;
    const guard = new DivergenceGuard();
    const breather = new Breather();
    const curve: FitPoint[] = [];
    const recent = { sum: 0, count: 0 };
    let best: { readonly weights: Weights; readonly rating: number } | undefined;
    let snapshot = { step: 0, state: await executable.state() };
    let [step, rateFactor, rollbacks, elapsedMs] = [0, 1, 0, 0];
    const share = (): number =>
      'steps' in limit ? step / limit.steps : Math.min(elapsedMs / (limit.seconds * 1000), step / FEWEST_STEPS);
    const addPoint = (rating?: number): void => {
      const loss = recent.count > 0 ? recent.sum / recent.count : (curve.at(-1)?.loss ?? NaN);
      curve.push({ step, elapsedMs, loss, ...(rating !== undefined && { rating }) });
      Object.assign(recent, { sum: 0, count: 0 });
    };
    const rate = async (): Promise<void> => {
      if (!judge) return;
      const weights = await weightsNow();
      const rating = await judge.rate(weights);
      addPoint(rating);
      if (!best || rating > best.rating) best = { weights, rating };
    };
    while (share() < 1) {
      const startedMs = performance.now();
      const learningRate = schedule.rate(share(), step + 1) * rateFactor;
      const results = await executable.run({ ...options.batch(step), ...scalarInputs(optimizer, step + 1, learningRate) });
      const loss = results[LOSS][0];
      if (guard.isDiverged(loss)) {
        if (++rollbacks > ROLLBACKS_ALLOWED) throw new DivergedError(rollbacks, step + 1);
        executable.setState(snapshot.state);
        step = snapshot.step;
        rateFactor /= 2;
      } else {
        step++;
        recent.sum += loss;
        recent.count++;
        if (step % SNAPSHOT_EVERY === 0) snapshot = { step, state: await executable.state() };
        if (judge && step % judge.everySteps === 0) await rate();
        else if (step % POINT_EVERY === 0) addPoint();
      }
      elapsedMs += performance.now() - startedMs;
      options.onProgress({ share: Math.min(1, share()), step, loss });
      await breather.breathe();
      signal.throwIfAborted();
    }
    if (judge && curve.at(-1)?.step !== step) await rate();
    else if (recent.count > 0) addPoint();
    const kept = best ?? { weights: await weightsNow() };
    return { ...kept, steps: step, elapsedMs, curve };
  } finally {
    await executable.dispose();
  }
}
