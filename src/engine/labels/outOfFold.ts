import type { Probabilities } from '../../core/labels/probabilities';
import { mixSeed } from '../samplers/epochs';
import type { FoldData, FoldSettings, FoldTask } from './foldTask';
import type { FoldRunner } from './foldThreads';
import { dealFolds } from './folds';
import type { Plan } from './plan';

export interface OutOfFold {
  /** Of each image by networks that were not shown it, nor any of its group: the mean over the splits. */
  readonly probabilities: Probabilities;
  /** One a fold of the first split: a space that was made without these images' labels. */
  readonly spaces: readonly EmbeddedFold[];
}

export interface EmbeddedFold {
  /** The images embedded; the fold's own come first. */
  readonly images: Int32Array;
  /** How many are the fold's. */
  readonly own: number;
  /** images × size */
  readonly embeddings: Float32Array;
  readonly size: number;
}

/** Up to so many images each network embeds all of them; above, a fold has neighbours enough of its own. */
const EMBED_ALL = 10_000;

/**
 * Trains a network for each fold of each split on the other folds, and asks it about the fold.
 * @param groups equal numbers are never parted
 */
export async function outOfFold(
  data: FoldData,
  groups: Int32Array,
  plan: Plan,
  settings: FoldSettings,
  seed: number,
  runner: FoldRunner,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<OutOfFold> {
  const count = data.labels.length;
  const tasks: (FoldTask & { readonly own: number; readonly isFirst: boolean })[] = [];
  for (let split = 0; split < plan.splits; split++) {
    const foldOf = dealFolds(groups, data.labels, plan.folds, mixSeed(seed, split));
    for (let f = 0; f < plan.folds; f++) {
      const fold = membersOf(count, i => foldOf[i] === f);
      const training = membersOf(count, i => foldOf[i] !== f && data.labels[i] >= 0);
      if (fold.length === 0 || training.length === 0) continue;
      const isFirst = split === 0;
      const others = isFirst && count <= EMBED_ALL ? membersOf(count, i => foldOf[i] !== f) : new Int32Array(0);
      const asked = Int32Array.from([...fold, ...others]);
      tasks.push({
        fold: asked,
        own: fold.length,
        isFirst,
        training,
        limit: plan.limit,
        seed: mixSeed(seed, split, f),
        settings,
      });
    }
  }
  const shares = new Float64Array(tasks.length);
  const report = (at: number, share: number): void => {
    shares[at] = share;
    onProgress(shares.reduce((sum, each) => sum + each, 0) / tasks.length);
  };
  const plain = tasks.map(({ fold, training, limit, seed: own, settings: how }) => ({
    fold,
    training,
    limit,
    seed: own,
    settings: how,
  }));
  const results = await runner.run(data, plain, report, signal);
  const values = new Float32Array(count * data.classes);
  const spaces: EmbeddedFold[] = [];
  results.forEach(({ probabilities, embeddings }, at) => {
    const { fold, own, isFirst } = tasks[at];
    for (let k = 0; k < own; k++) {
      for (let c = 0; c < data.classes; c++) {
        values[fold[k] * data.classes + c] += probabilities[k * data.classes + c] / plan.splits;
      }
    }
    if (isFirst) spaces.push({ images: fold, own, embeddings, size: embeddings.length / fold.length });
  });
  return { probabilities: { images: count, classes: data.classes, values }, spaces };
}

const membersOf = (count: number, belongs: (image: number) => boolean): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => i).filter(belongs);
