import type { TrainPhase, TrainPoint, TrainProgress } from '../../protocol/training';
import { msLeft } from '../session/msLeft';
import { PhaseReports } from '../session/phaseReports';
import type { TrainingProgress } from '../training/trainingRun';
import { Curve } from './curve';

/** An estimate from less than this jumps about. */
const TOO_LITTLE = 0.02;

/** Sends whole snapshots of a training, at most ten a second, the first and last of a phase always. */
export class TrainReporter {
  #curve = new Curve();
  readonly #reports = new PhaseReports<TrainPhase>();

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
    const lastedMs = this.#reports.due(phase, share);
    if (lastedMs === undefined) return;
    const pace = msLeft(share, lastedMs, TOO_LITTLE);
    const isKnown = phase === 'read' && pace !== undefined && this.budgetMs !== undefined;
    this.send({ phase, share, ...(isKnown && { etaMs: Math.round(pace + this.budgetMs) }), points: this.points });
  }

  train(progress: TrainingProgress): void {
    const { step, elapsedMs, loss, pairAccuracy, learningRate, validation, share, remainingMs } = progress;
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
