import { dealFolds } from '../../labels/folds';
import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import type { FitPoint, Weights } from '../../training/fit';
import type { CaptionNetworks } from './captionNetworks';
import { JOINT_SIZE } from './captionNetworks';
import type { CaptionData } from './trainCaptions';
import { embedCaptions, embedPictures, trainCaptions } from './trainCaptions';

export interface CrossFitOptions {
  readonly networks: CaptionNetworks;
  readonly runtime: Runtime;
  readonly data: CaptionData;
  readonly starter: Weights;
  readonly folds: number;
  /** Networks a fold, whose similarities are added. */
  readonly ensemble: number;
  readonly limit: { readonly steps: number } | { readonly seconds: number };
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** What networks say that learned from the other folds only. */
export interface FoldView {
  /** The held-back pictures. */
  readonly held: Int32Array;
  /** held × size */
  readonly pictures: Float32Array;
  /** all captions × size; the product of a picture's and a caption's vector is their likeness. */
  readonly captions: Float32Array;
  readonly size: number;
}

export interface CrossFit {
  readonly views: readonly FoldView[];
  readonly steps: number;
  readonly elapsedMs: number;
  /** Of the first network. */
  readonly curve: readonly FitPoint[];
}

/** Trains networks on all folds but one, for each fold, so that no picture is judged by a network that learned from its caption. */
export async function crossFit(options: CrossFitOptions): Promise<CrossFit> {
  const { networks, runtime, data, folds, ensemble, limit, seed, signal } = options;
  const foldOf = dealFolds(data.groups, new Int32Array(data.groups.length), folds, mixSeed(seed, 0xf01d));
  const total = folds * ensemble;
  const own = 'seconds' in limit ? { seconds: limit.seconds / total } : limit;
  const views: FoldView[] = [];
  let [done, steps, elapsedMs] = [0, 0, 0];
  let curve: readonly FitPoint[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const all = [...foldOf.keys()];
    const held = Int32Array.from(all.filter(i => foldOf[i] === fold));
    const training = Int32Array.from(all.filter(i => foldOf[i] !== fold));
    const parts: { readonly pictures: Float32Array; readonly captions: Float32Array }[] = [];
    for (let member = 0; member < ensemble; member++) {
      const fitted = await trainCaptions({
        ...options,
        training,
        limit: own,
        seed: mixSeed(seed, fold, member),
        onProgress: share => options.onProgress((done + share) / total),
      });
      done++;
      steps += fitted.steps;
      elapsedMs += fitted.elapsedMs;
      if (curve.length === 0) ({ curve } = fitted);
      parts.push({
        pictures: await embedPictures(networks, fitted.weights, runtime, data.features, held, signal),
        captions: await embedCaptions(networks, fitted.weights, runtime, data.tokens, signal),
      });
    }
    views.push({
      held,
      pictures: sideBySide(parts.map(({ pictures }) => pictures)),
      captions: sideBySide(parts.map(({ captions }) => captions)),
      size: JOINT_SIZE * ensemble,
    });
  }
  return { views, steps, elapsedMs, curve };
}

/** Rows of several networks in one row: products add up. */
function sideBySide(parts: readonly Float32Array[]): Float32Array {
  const rows = parts[0].length / JOINT_SIZE;
  const size = JOINT_SIZE * parts.length;
  const result = new Float32Array(rows * size);
  parts.forEach((part, k) => {
    for (let row = 0; row < rows; row++) {
      result.set(part.subarray(row * JOINT_SIZE, (row + 1) * JOINT_SIZE), row * size + k * JOINT_SIZE);
    }
  });
  return result;
}
