import type { HostArray } from '../runtime/runtime';

/** Everything that a run needs to go on as if it had never stopped. Random numbers depend on the seed and the step alone. */
export interface Checkpoint {
  readonly version: 1;
  /** Steps done. */
  readonly step: number;
  /** Time spent in steps, milliseconds. */
  readonly elapsedMs: number;
  /** Smoothed loss, for the next report. */
  readonly smoothedLoss: number;
  /** What divergence has lowered the learning rate to, as a factor. */
  readonly rateFactor: number;
  readonly state: Readonly<Record<string, HostArray>>;
  /** The step at which weights were averaged last. */
  readonly averagedAt: number;
  readonly average?: Readonly<Record<string, Float32Array>>;
  readonly best?: { readonly score: number; readonly step: number; readonly parameters: Readonly<Record<string, Float32Array>> };
}
