import type { TrainPhase, TrainPoint, TrainProgress } from '../../protocol/training';
import { msLeft } from '../session/msLeft';
import type { TrainingProgress } from '../training/trainingRun';
import { Curve } from './curve';

const BETWEEN_REPORTS_MS = 100;
/** An estimate from less than this jumps about. */
const TOO_LITTLE = 0.02;

/** Sends whole snapshots of a training, at most ten a second, the first and last of a phase always. */
export class TrainReporter {
  #curve = new Curve();
  #phase: TrainPhase | undefined;
  #phaseStartedMs = 0;
  #sentMs = -Infinity;

  /** @param budgetMs how long training itself will take, where that is known */
  constructor(
    private readonly send: (progress: TrainProgress) => void,
    private readonly budgetMs: number | undefined,
  ) {}

  get points(): readonly TrainPoint[] {
    return this.#curve.points;
  }

  /** The points of a training that goes on. */
  resume(points: readonly TrainPoint[]): void {
    this.#curve = new Curve(points);
  }

  phase(phase: TrainPhase, share = 0): void {
    const now = performance.now();
    const isNew = phase !== this.#phase;
    if (isNew) [this.#phase, this.#phaseStartedMs] = [phase, now];
    if (!isNew && share < 1 && now - this.#sentMs < BETWEEN_REPORTS_MS) return;
    this.#sentMs = now;
    const pace = msLeft(share, now - this.#phaseStartedMs, TOO_LITTLE);
    const isKnown = phase === 'read' && pace !== undefined && this.budgetMs !== undefined;
    this.send({ phase, share, ...(isKnown && { etaMs: Math.round(pace + this.budgetMs) }), points: this.points });
  }

  train(progress: TrainingProgress): void {
    const { step, elapsedMs, loss, pairAccuracy, learningRate, validation, share, remainingMs } = progress;
    this.#phase = 'train';
    this.#curve.add({
      step,
      elapsedMs,
      loss,
      pairAccuracy,
      learningRate,
      ...(validation && {
        validation: { loss: validation.loss, accuracy: validation.fittedAccuracy, rocAuc: validation.rocAuc },
      }),
    });
    const etaMs = Number.isFinite(remainingMs) ? Math.max(0, Math.round(remainingMs)) : undefined;
    this.send({ phase: 'train', share: Math.min(1, share), ...(etaMs !== undefined && { etaMs }), points: this.points });
  }
}
