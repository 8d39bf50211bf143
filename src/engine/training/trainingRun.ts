import type { Schedule } from '../optimizers/schedule';
import type { Executable, Runtime } from '../runtime/runtime';
import { mixSeed } from '../samplers/epochs';
import { NormalPool } from '../samplers/normalPool';
import { SeededRandom } from '../samplers/random';
import type { Batch, Sampler } from '../samplers/sampler';
import type { Checkpoint } from './checkpoint';
import { DivergedError, DivergenceGuard } from './divergence';
import { initialParameters } from '../model/initialize';
import type { Alteration, ImageSource } from './images';
import type { Objective } from './trainProgram';
import { noiseName, scalarInputs, STEP, trainProgram } from './trainProgram';
import type { Validation, ValidationMetrics } from './validation';
import { WeightAverage } from './weightAverage';

export interface TrainingOptions {
  readonly objective: Objective;
  readonly runtime: Runtime;
  readonly images: ImageSource;
  readonly sampler: Sampler;
  readonly schedule: Schedule;
  readonly seed: number;
  /** The run ends after this many steps, or this much time spent in steps. */
  readonly limit: { readonly steps: number } | { readonly seconds: number };
  /** Pairs at a distance under this are called similar, in metrics. */
  readonly threshold: number;
  readonly alterations?: readonly Alteration[];
  /** Average the weights with this decay from this share of the run on; the average is the result. */
  readonly average?: { readonly decay: number; readonly from: number };
  /** Judges the weights every so many steps and keeps the best; stops early after `patience` judgements without gain. */
  readonly validation?: { readonly judge: Validation; readonly everySteps: number; readonly patience?: number };
  /** Starts from these weights, from a checkpoint, or (absent) afresh. */
  readonly initial?: Readonly<Record<string, Float32Array>>;
  readonly resume?: Checkpoint;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Gets a checkpoint every so many steps. */
  readonly checkpoints?: { readonly everySteps: number; readonly save: (checkpoint: Checkpoint) => Promise<void> };
}

export interface TrainingProgress {
  readonly step: number;
  /** 0…1. */
  readonly share: number;
  readonly elapsedMs: number;
  readonly remainingMs: number;
  /** Smoothed over some fifty steps. */
  readonly loss: number;
  /** Of the last batch's pairs. */
  readonly batchAccuracy: number;
  readonly learningRate: number;
  readonly validation?: ValidationMetrics;
}

export interface TrainingResult {
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly steps: number;
  readonly elapsedMs: number;
  readonly loss: number;
  readonly ended: 'limit' | 'cancelled' | 'early';
  /** Lines for the training log: rollbacks and the like. */
  readonly notes: readonly string[];
  readonly checkpoint: Checkpoint;
}

const ROLLBACKS_ALLOWED = 3;
const SNAPSHOT_EVERY = 25;
const AVERAGE_EVERY = 4;
const PROGRESS_EVERY_MS = 250;
const LOSS_SMOOTHING = 0.98;

/** One training from first to last step. Call `run` once. */
export class TrainingRun {
  readonly #options: TrainingOptions;
  readonly #notes: string[] = [];
  readonly #guard = new DivergenceGuard();
  readonly #average: WeightAverage | undefined;
  #executable!: Executable;
  #step = 0;
  #elapsedMs = 0;
  #loss = NaN;
  #rateFactor = 1;
  #snapshot!: Checkpoint;
  #best: Checkpoint['best'];
  #withoutGain = 0;
  #validated: ValidationMetrics | undefined;
  #averagedAt = 0;
  #normal: NormalPool | undefined;

  constructor(options: TrainingOptions) {
    this.#options = options;
    if (options.average) this.#average = new WeightAverage(options.average.decay);
  }

  /**
   * Trains to the limit, until cancelled, or until validation no longer gains. Cancelling is no error: the best so far is the result.
   * @throws DivergedError where the loss runs away even at a fraction of the learning rate.
   */
  async run(): Promise<TrainingResult> {
    const { objective, runtime, sampler } = this.#options;
    this.#executable = await runtime.load(trainProgram(objective, sampler.batchSize));
    try {
      await this.#begin();
      const ended = await this.#loop();
      return await this.#finish(ended);
    } finally {
      await this.#executable.dispose();
    }
  }

  async #begin(): Promise<void> {
    const { objective, initial, resume, seed } = this.#options;
    const fresh = initialParameters(objective.network, new SeededRandom(mixSeed(seed, 0x1417)));
    this.#executable.setState({ ...fresh, ...initial });
    if (resume) this.#restore(resume);
    this.#snapshot = await this.#checkpoint();
  }

  async #loop(): Promise<TrainingResult['ended']> {
    const { signal, validation, checkpoints, average } = this.#options;
    let reportedAt = -Infinity;
    while (this.#share() < 1) {
      if (signal?.aborted) return 'cancelled';
      const started = performance.now();
      const { loss, batchAccuracy, learningRate } = await this.#stepOnce();
      this.#elapsedMs += performance.now() - started;
      if (this.#guard.isDiverged(loss)) {
        this.#rollBack(loss);
        continue;
      }
      this.#step++;
      this.#loss = Number.isNaN(this.#loss) ? loss : LOSS_SMOOTHING * this.#loss + (1 - LOSS_SMOOTHING) * loss;
      if (average && this.#share() >= average.from && this.#step % AVERAGE_EVERY === 0) await this.#addToAverage();
      if (this.#step % SNAPSHOT_EVERY === 0) this.#snapshot = await this.#checkpoint();
      if (checkpoints && this.#step % checkpoints.everySteps === 0) await checkpoints.save(await this.#checkpoint());
      if (validation && this.#step % validation.everySteps === 0 && (await this.#validate())) return 'early';
      if (performance.now() - reportedAt >= PROGRESS_EVERY_MS) {
        reportedAt = performance.now();
        this.#report(batchAccuracy, learningRate);
        // The runtime's call is synchronous inside: without a pause no message (a cancellation) would ever arrive.
        await new Promise(resolve => setImmediate(resolve));
      }
    }
    return 'limit';
  }

  /** How much of the run is done, 0…1; decides the learning rate. */
  #share(): number {
    const { limit } = this.#options;
    return 'steps' in limit ? this.#step / limit.steps : this.#elapsedMs / (limit.seconds * 1000);
  }

  async #stepOnce(): Promise<{ loss: number; batchAccuracy: number; learningRate: number }> {
    const { objective, sampler, schedule } = this.#options;
    const batch = sampler.batch(this.#step);
    const random = new SeededRandom(mixSeed(this.#options.seed, 0xa17e4, this.#step));
    const learningRate = schedule.rate(this.#share(), this.#step + 1) * this.#rateFactor;
    const results = await this.#executable.run({
      [STEP.images]: this.#pixels(batch, random),
      [STEP.similar]: batch.similar,
      [STEP.different]: batch.different,
      ...this.#noise(random),
      ...scalarInputs(objective.optimizer, this.#step + 1, learningRate),
    });
    const batchAccuracy = pairAccuracy(batch, results[STEP.distances] as Float32Array, this.#options.threshold);
    return { loss: results[STEP.loss][0], batchAccuracy, learningRate };
  }

  #pixels(batch: Batch, random: SeededRandom): Float32Array {
    const { images, alterations = [] } = this.#options;
    const size = images.shape[0] * images.shape[1] * images.shape[2];
    const pixels = new Float32Array(batch.images.length * size);
    batch.images.forEach((index, slot) => {
      images.read(index, pixels, slot * size);
      for (const alter of alterations) alter(pixels, slot * size, images.shape, random);
    });
    return pixels;
  }

  #noise(random: SeededRandom): Record<string, Float32Array> {
    const { objective, sampler } = this.#options;
    const noise = Object.entries(objective.network.noise).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, sampler.batchSize);
      this.#normal ??= new NormalPool(this.#options.seed);
      return [noiseName(name), this.#normal.draw(size, random)] as const;
    });
    return Object.fromEntries(noise);
  }

  async #addToAverage(): Promise<void> {
    this.#average!.add(await this.#parameters(), this.#step - this.#averagedAt);
    this.#averagedAt = this.#step;
  }

  /** True if the run should end. */
  async #validate(): Promise<boolean> {
    const { judge, patience = Infinity } = this.#options.validation!;
    const parameters = this.#average?.values ?? (await this.#parameters());
    this.#validated = await judge.judge(parameters);
    if (this.#best && this.#validated.score <= this.#best.score) return ++this.#withoutGain >= patience;
    this.#withoutGain = 0;
    const copies = Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name, v.slice()]));
    this.#best = { score: this.#validated.score, step: this.#step, parameters: copies };
    return false;
  }

  #rollBack(loss: number): void {
    if (this.#notes.length >= ROLLBACKS_ALLOWED) {
      throw new DivergedError(
        `Training diverged ${ROLLBACKS_ALLOWED + 1} times, the last at step ${this.#step + 1}, though the learning rate was lowered each time. ` +
          'Try a lower learning rate, or another loss.',
      );
    }
    const step = this.#step + 1;
    this.#restore(this.#snapshot);
    this.#rateFactor = this.#snapshot.rateFactor * 0.5;
    this.#snapshot = { ...this.#snapshot, rateFactor: this.#rateFactor };
    this.#notes.push(
      `Step ${step}: the loss was ${loss}; went back to step ${this.#step} and halved the learning rate (now × ${this.#rateFactor}).`,
    );
  }

  #restore(checkpoint: Checkpoint): void {
    this.#executable.setState(checkpoint.state);
    this.#step = checkpoint.step;
    // Time that was spent stays spent: a run that keeps diverging must still come to its end.
    this.#elapsedMs = Math.max(this.#elapsedMs, checkpoint.elapsedMs);
    this.#loss = checkpoint.smoothedLoss;
    this.#rateFactor = checkpoint.rateFactor;
    this.#best = checkpoint.best;
    this.#average?.restore(checkpoint.average);
    this.#averagedAt = checkpoint.averagedAt;
  }

  async #checkpoint(): Promise<Checkpoint> {
    const average = this.#average?.values;
    return {
      version: 1,
      step: this.#step,
      elapsedMs: this.#elapsedMs,
      smoothedLoss: this.#loss,
      rateFactor: this.#rateFactor,
      state: await this.#executable.state(),
      averagedAt: this.#averagedAt,
      ...(average ? { average: Object.fromEntries(Object.entries(average).map(([name, v]) => [name, v.slice()])) } : {}),
      ...(this.#best ? { best: this.#best } : {}),
    };
  }

  async #parameters(): Promise<Record<string, Float32Array>> {
    const state = await this.#executable.state(Object.keys(this.#options.objective.network.parameters));
    return state as Record<string, Float32Array>;
  }

  #report(batchAccuracy: number, learningRate: number): void {
    const share = this.#share();
    this.#options.onProgress?.({
      step: this.#step,
      share,
      elapsedMs: this.#elapsedMs,
      remainingMs: share > 0 ? (this.#elapsedMs / share) * (1 - share) : Infinity,
      loss: this.#loss,
      batchAccuracy,
      learningRate,
      ...(this.#validated ? { validation: this.#validated } : {}),
    });
  }

  async #finish(ended: TrainingResult['ended']): Promise<TrainingResult> {
    if (this.#options.validation && this.#step > 0 && ended !== 'early') await this.#validate();
    return {
      parameters: this.#best?.parameters ?? this.#average?.values ?? (await this.#parameters()),
      steps: this.#step,
      elapsedMs: this.#elapsedMs,
      loss: this.#loss,
      ended,
      notes: this.#notes,
      checkpoint: await this.#checkpoint(),
    };
  }
}

/** Share of the batch's known pairs, each by its weight, that lie on the right side of the threshold. */
function pairAccuracy({ similar, different }: Batch, distances: Float32Array, threshold: number): number {
  let [right, all] = [0, 0];
  for (let k = 0; k < distances.length; k++) {
    const weight = similar[k] + different[k];
    if (weight === 0) continue;
    all += weight;
    if (distances[k] < threshold === similar[k] > 0) right += weight;
  }
  return all > 0 ? right / all : NaN;
}
