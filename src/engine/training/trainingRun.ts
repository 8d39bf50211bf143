import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { initialParameters } from '../model/initialize';
import type { Schedule } from '../optimizers/schedule';
import type { Executable, Runtime } from '../runtime/runtime';
import { mixSeed } from '../samplers/epochs';
import { SeededRandom } from '../samplers/random';
import type { Batch, Sampler } from '../samplers/sampler';
import { Breather } from '../../workspace/breathe';
import type { Checkpoint } from './checkpoint';
import { DivergedError, DivergenceGuard } from './divergence';
import type { Alteration, ImageSource } from './images';
import { StepInputs } from './stepInputs';
import type { Objective } from './trainProgram';
import { STEP, trainProgram } from './trainProgram';
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
  /** Gets a checkpoint every so many steps or milliseconds, and when the run is cancelled. */
  readonly checkpoints?: {
    readonly everySteps?: number;
    readonly everyMs?: number;
    readonly save: (checkpoint: Checkpoint) => Promise<void>;
  };
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
  /** Smoothed as the loss is. */
  readonly pairAccuracy: number;
  readonly learningRate: number;
  readonly validation?: ValidationMetrics;
}

export interface TrainingResult {
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly steps: number;
  readonly elapsedMs: number;
  readonly loss: number;
  /** `diverged`: the loss ran away again and again, and `parameters` are the best from before. */
  readonly ended: 'limit' | 'cancelled' | 'early' | 'diverged';
  /** Of `parameters`; absent where they were never judged. */
  readonly validation?: ValidationMetrics;
  /** For the training log: rollbacks and the like. */
  readonly notes: readonly Note[];
  readonly checkpoint: Checkpoint;
}

const ROLLBACKS_ALLOWED = 3;
const SNAPSHOT_EVERY = 25;
const AVERAGE_EVERY = 4;
const PROGRESS_EVERY_MS = 250;
const SMOOTHING = 0.02;

/** One training from first to last step. Call `run` once. */
export class TrainingRun {
  readonly #options: TrainingOptions;
  readonly #notes: Note[] = [];
  readonly #guard = new DivergenceGuard();
  readonly #inputs: StepInputs;
  readonly #average: WeightAverage | undefined;
  #executable!: Executable;
  #step = 0;
  #elapsedMs = 0;
  #loss = NaN;
  #accuracy = NaN;
  #rateFactor = 1;
  #snapshot!: Checkpoint;
  #best: Checkpoint['best'];
  #withoutGain = 0;
  #validated: ValidationMetrics | undefined;
  #averagedAt = 0;
  #divergedAt = 0;

  constructor(options: TrainingOptions) {
    this.#options = options;
    this.#inputs = new StepInputs(options);
    if (options.average) this.#average = new WeightAverage(options.average.decay);
  }

  /**
   * Trains to the limit, until cancelled, or until validation no longer gains. Cancelling is no error: the best so far is the result.
   * Nor is divergence that lower learning rates don't cure, once something was learned.
   * @throws DivergedError where the loss runs away even at a fraction of the learning rate, and nothing good was reached before.
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
    const breather = new Breather();
    let reportedAt = -Infinity;
    let savedAt = performance.now();
    while (this.#share() < 1) {
      if (signal?.aborted) return 'cancelled';
      const started = performance.now();
      const { loss, batchAccuracy, learningRate } = await this.#stepOnce();
      this.#elapsedMs += performance.now() - started;
      if (this.#guard.isDiverged(loss)) {
        if (this.#rollBack(loss)) continue;
        return 'diverged';
      }
      this.#step++;
      this.#loss = smoothed(this.#loss, loss, this.#step);
      this.#accuracy = smoothed(this.#accuracy, batchAccuracy, this.#step);
      if (average && this.#share() >= average.from && this.#step % AVERAGE_EVERY === 0) await this.#addToAverage();
      if (this.#step % SNAPSHOT_EVERY === 0) this.#snapshot = await this.#checkpoint();
      if (validation && this.#step % validation.everySteps === 0 && (await this.#validate())) return 'early';
      const { everySteps = Infinity, everyMs = Infinity } = checkpoints ?? {};
      if (this.#step % everySteps === 0 || performance.now() - savedAt >= everyMs) {
        await checkpoints?.save(await this.#checkpoint());
        savedAt = performance.now();
      }
      if (performance.now() - reportedAt >= PROGRESS_EVERY_MS || this.#share() >= 1) {
        reportedAt = performance.now();
        this.#report(batchAccuracy, learningRate);
      }
      await breather.breathe();
    }
    return 'limit';
  }

  /** How much of the run is done, 0…1; decides the learning rate. */
  #share(): number {
    const { limit } = this.#options;
    return 'steps' in limit ? this.#step / limit.steps : this.#elapsedMs / (limit.seconds * 1000);
  }

  async #stepOnce(): Promise<{ loss: number; batchAccuracy: number; learningRate: number }> {
    const { schedule, threshold } = this.#options;
    const learningRate = schedule.rate(this.#share(), this.#step + 1) * this.#rateFactor;
    const { batch, inputs } = await this.#inputs.of(this.#step, learningRate);
    const results = await this.#executable.run(inputs);
    const batchAccuracy = pairAccuracy(batch, results[STEP.distances] as Float32Array, threshold);
    return { loss: results[STEP.loss][0], batchAccuracy, learningRate };
  }

  async #addToAverage(): Promise<void> {
    this.#average!.add(await this.#parameters(), this.#step - this.#averagedAt);
    this.#averagedAt = this.#step;
  }

  /** True if the run should end. */
  async #validate(): Promise<boolean> {
    const { signal } = this.#options;
    const { judge, patience = Infinity } = this.#options.validation!;
    const parameters = this.#average?.values ?? (await this.#parameters());
    const validated = await judge.judge(parameters, signal);
    // Cancelled meanwhile.
    if (!validated) return false;
    this.#validated = validated;
    if (this.#best && validated.score <= this.#best.metrics.score) return ++this.#withoutGain >= patience;
    this.#withoutGain = 0;
    const copies = Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name, v.slice()]));
    this.#best = { metrics: validated, step: this.#step, parameters: copies };
    return false;
  }

  /** Goes back to where all was well. False where that has been tried often enough; then too the weights are those of before. */
  #rollBack(loss: number): boolean {
    const step = this.#step + 1;
    this.#restore(this.#snapshot);
    if (this.#notes.length >= ROLLBACKS_ALLOWED) {
      this.#divergedAt = step;
      return false;
    }
    this.#rateFactor = this.#snapshot.rateFactor * 0.5;
    this.#snapshot = { ...this.#snapshot, rateFactor: this.#rateFactor };
    this.#notes.push(note(messages.rolledBack, step, String(loss), this.#step, this.#rateFactor));
    return true;
  }

  /** What was reached before the loss ran away is kept where it tells similar from different better than chance does. */
  #keepOrGiveUp(): void {
    const { validation } = this.#options;
    const isGood = validation ? this.#best !== undefined && this.#best.metrics.rocAuc > 0.5 : this.#step > 0;
    if (!isGood) throw new DivergedError(ROLLBACKS_ALLOWED + 1, this.#divergedAt);
    this.#notes.push(note(messages.divergedKept, ROLLBACKS_ALLOWED + 1, this.#divergedAt, this.#best?.step ?? this.#step));
  }

  #restore(checkpoint: Checkpoint): void {
    this.#executable.setState(checkpoint.state);
    this.#step = checkpoint.step;
    // Time that was spent stays spent: a run that keeps diverging must still come to its end.
    this.#elapsedMs = Math.max(this.#elapsedMs, checkpoint.elapsedMs);
    this.#loss = checkpoint.smoothedLoss;
    this.#accuracy = checkpoint.smoothedAccuracy;
    this.#guard.restore(checkpoint.lowestLoss);
    this.#rateFactor = checkpoint.rateFactor;
    this.#best = checkpoint.best;
    this.#withoutGain = checkpoint.withoutGain;
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
      smoothedAccuracy: this.#accuracy,
      lowestLoss: this.#guard.lowest,
      rateFactor: this.#rateFactor,
      state: await this.#executable.state(),
      averagedAt: this.#averagedAt,
      ...(average ? { average: Object.fromEntries(Object.entries(average).map(([name, v]) => [name, v.slice()])) } : {}),
      withoutGain: this.#withoutGain,
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
      pairAccuracy: this.#accuracy,
      learningRate,
      ...(this.#validated ? { validation: this.#validated } : {}),
    });
  }

  async #finish(ended: TrainingResult['ended']): Promise<TrainingResult> {
    const { validation, checkpoints } = this.#options;
    // Someone who cancels wants an answer, not another judgement.
    if (validation && this.#step > 0 && (ended === 'limit' || ended === 'diverged')) await this.#validate();
    if (ended === 'diverged') this.#keepOrGiveUp();
    const checkpoint = await this.#checkpoint();
    if (ended === 'cancelled' && this.#step > 0) await checkpoints?.save(checkpoint);
    return {
      parameters: this.#best?.parameters ?? this.#average?.values ?? (await this.#parameters()),
      ...(this.#best ? { validation: this.#best.metrics } : {}),
      steps: this.#step,
      elapsedMs: this.#elapsedMs,
      loss: this.#loss,
      ended,
      notes: this.#notes,
      checkpoint,
    };
  }
}

/** The mean of all steps at first, later of some fifty. */
const smoothed = (before: number, now: number, step: number): number =>
  Number.isNaN(before) ? now : before + (now - before) * Math.max(SMOOTHING, 1 / step);

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
