import { dealFolds } from '../../labels/folds';
import { mixSeed } from '../../samplers/epochs';
import type { FitPoint, Weights } from '../../training/fit';
import type { BranchTraining } from './trainBranches';
import { trainBranches } from './trainBranches';

export interface CrossFitOptions<B extends string, V> extends Omit<BranchTraining<B>, 'training'> {
  readonly folds: number;
  /** A seed for each network of a fold. */
  readonly seedsOf: (fold: number) => readonly number[];
  /** What a network says, to judge the held-back samples by. */
  readonly look: (weights: Weights, held: Int32Array) => Promise<V>;
}

/** What networks say that learned from the other folds only. */
export interface FoldViews<V> {
  /** The held-back samples. */
  readonly held: Int32Array;
  /** One a network. */
  readonly views: readonly V[];
}

export interface CrossFit<V> {
  readonly folds: readonly FoldViews<V>[];
  readonly steps: number;
  readonly elapsedMs: number;
  /** Of the first network. */
  readonly curve: readonly FitPoint[];
}

/**
 * Trains networks on all folds but one, for each fold, so that no sample is judged by a network that learned from it. Groups are not parted.
 * @param options `limit` in seconds is of all networks together, in steps of each
 */
export async function crossFit<B extends string, V>(options: CrossFitOptions<B, V>): Promise<CrossFit<V>> {
  const { data, folds, seed, seedsOf, limit, look } = options;
  const foldOf = dealFolds(data.groups, new Int32Array(data.count), folds, mixSeed(seed, 0xf01d));
  const all = Int32Array.from({ length: data.count }, (_, i) => i);
  const seeds = Array.from({ length: folds }, (_, fold) => seedsOf(fold));
  const total = seeds.flat().length;
  const own = 'seconds' in limit ? { seconds: limit.seconds / total } : limit;
  const found: FoldViews<V>[] = [];
  let [done, steps, elapsedMs] = [0, 0, 0];
  let curve: readonly FitPoint[] = [];
  for (const [fold, ofFold] of seeds.entries()) {
    const held = all.filter(i => foldOf[i] === fold);
    const training = all.filter(i => foldOf[i] !== fold);
    const views: V[] = [];
    for (const each of ofFold) {
      const onProgress = (share: number): void => options.onProgress((done + share) / total);
      const fitted = await trainBranches({ ...options, training, limit: own, seed: each, onProgress });
      if (done++ === 0) ({ curve } = fitted);
      steps += fitted.steps;
      elapsedMs += fitted.elapsedMs;
      views.push(await look(fitted.weights, held));
    }
    found.push({ held, views });
  }
  return { folds: found, steps, elapsedMs, curve };
}
