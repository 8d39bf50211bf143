import { dealFolds } from '../../labels/folds';
import { mixSeed } from '../../samplers/epochs';
import type { FitPoint } from '../../training/fit';
import type { BranchTraining } from './trainBranches';
import { embedBranch, trainBranches } from './trainBranches';

export interface CrossFitOptions<B extends string> extends Omit<BranchTraining<B>, 'training'> {
  readonly folds: number;
}

/** What networks say that learned from the other folds only. */
export interface FoldVectors<B extends string> {
  /** The held-back samples. */
  readonly held: Int32Array;
  /** Vectors of all samples, held back or not, one after the other. */
  readonly vectors: Readonly<Record<B, Float32Array>>;
  /** Numbers a vector. */
  readonly size: number;
}

export interface CrossFit<B extends string> {
  readonly views: readonly FoldVectors<B>[];
  readonly steps: number;
  readonly elapsedMs: number;
  /** Of the first network. */
  readonly curve: readonly FitPoint[];
}

/**
 * Trains networks on all folds but one, for each fold, so that no sample is judged by a network that learned from it. Groups are not parted.
 * @param options `limit` in seconds is of all networks together, in steps of each
 */
export async function crossFit<B extends string>(options: CrossFitOptions<B>): Promise<CrossFit<B>> {
  const { networks, data, folds, seed, limit } = options;
  const foldOf = dealFolds(data.groups, new Int32Array(data.count), folds, mixSeed(seed, 0xf01d));
  const all = Int32Array.from({ length: data.count }, (_, i) => i);
  const each = 'seconds' in limit ? { seconds: limit.seconds / folds } : limit;
  const views: FoldVectors<B>[] = [];
  let [steps, elapsedMs] = [0, 0];
  let curve: readonly FitPoint[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const fitted = await trainBranches({
      ...options,
      training: all.filter(i => foldOf[i] !== fold),
      limit: each,
      seed: mixSeed(seed, fold),
      onProgress: share => options.onProgress((fold + share) / folds),
    });
    steps += fitted.steps;
    elapsedMs += fitted.elapsedMs;
    if (fold === 0) ({ curve } = fitted);
    const vectors = {} as Record<B, Float32Array>;
    for (const name of networks.names) vectors[name] = await embedBranch(options, name, fitted.weights, all);
    views.push({ held: all.filter(i => foldOf[i] === fold), vectors, size: vectors[networks.names[0]].length / data.count });
  }
  return { views, steps, elapsedMs, curve };
}
