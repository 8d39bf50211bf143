import type { HostArray } from '../runtime/runtime';
import type { ValidationMetrics } from './validation';

/** Everything that a run needs to go on as if it had never stopped. Random numbers depend on the seed and the step alone. */
export interface Checkpoint {
  readonly version: 1;
  /** Steps done. */
  readonly step: number;
  /** Time spent in steps, milliseconds. */
  readonly elapsedMs: number;
  /** Smoothed, for the next report. */
  readonly smoothedLoss: number;
  readonly smoothedAccuracy: number;
  /** For telling when the loss runs away. */
  readonly lowestLoss: number;
  /** What divergence has lowered the learning rate to, as a factor. */
  readonly rateFactor: number;
  readonly state: Readonly<Record<string, HostArray>>;
  /** The step at which weights were averaged last. */
  readonly averagedAt: number;
  readonly average?: Readonly<Record<string, Float32Array>>;
  /** Judgements since the best one. */
  readonly withoutGain: number;
  readonly best?: {
    readonly metrics: ValidationMetrics;
    readonly step: number;
    readonly parameters: Readonly<Record<string, Float32Array>>;
  };
}
