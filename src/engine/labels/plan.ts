import type { JudgeLabelsParams } from '../../protocol/labels';
import type { Limit } from './trainClassifier';

/** How many networks are trained, and for how long each. */
export interface Plan {
  readonly folds: number;
  /** How many times the images are dealt into folds; an image's probabilities are averaged over them. */
  readonly splits: number;
  readonly limit: Limit;
}

/** Under so many images a fifth of them is missed; above, networks learn as much from half. */
const SMALL = 5000;
const SMALL_FOLDS = 5;
const FOLDS = 2;
const SPLITS = 2;
/** Passes through a network's own images. More of them learn the mistakes by heart. */
const EPOCHS = 8;
/** Images that all networks together are shown, at most: a few minutes on two cores. */
const MOST_SHOWN = 260_000;
/** A network learns nothing in fewer steps. */
export const FEWEST_STEPS = 150;

/**
 * @param images to learn from
 * @param atOnce networks that are trained at the same time
 */
export function planOf(images: number, batchSize: number, limit: JudgeLabelsParams['limit'], atOnce: number): Plan {
  const folds = images < SMALL ? SMALL_FOLDS : FOLDS;
  const networks = folds * SPLITS;
  if (limit && 'seconds' in limit) {
    return { folds, splits: SPLITS, limit: { seconds: (limit.seconds * Math.min(atOnce, networks)) / networks } };
  }
  const own = (images * (folds - 1)) / folds;
  const epochs = limit?.epochs ?? Math.min(EPOCHS, MOST_SHOWN / (own * networks));
  const steps = Math.max(limit ? 1 : FEWEST_STEPS, Math.ceil((own * epochs) / batchSize));
  return { folds, splits: SPLITS, limit: { steps } };
}
