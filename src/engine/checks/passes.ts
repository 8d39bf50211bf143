import type { FitLimit } from '../training/fit';

/** How long a network learns that is given no time. */
export interface Passes {
  /** Passes through its own samples. */
  readonly epochs: number;
  readonly fewestSteps: number;
  /** Of many samples that is fewer passes, for the time it takes. */
  readonly mostSteps?: number;
}

/** Samples of a step, where a network has so many. */
const BATCH = 64;

/** @param own samples that the network learns from */
export const stepsOf = (own: number, batch: number, { epochs, fewestSteps, mostSteps = Infinity }: Passes): number =>
  Math.min(mostSteps, Math.max(fewestSteps, Math.ceil((own * epochs) / batch)));

/**
 * The size of a step and the length of training where each fold of some samples has a network that learns from all others.
 * @param seconds of all networks together; absent: passes
 */
export function foldBudget(
  count: number,
  folds: number,
  passes: Passes,
  seconds: number | undefined,
): { readonly batch: number; readonly limit: FitLimit } {
  const own = Math.floor((count * (folds - 1)) / folds);
  const batch = Math.min(BATCH, own);
  return { batch, limit: seconds === undefined ? { steps: stepsOf(own, batch, passes) } : { seconds } };
}
