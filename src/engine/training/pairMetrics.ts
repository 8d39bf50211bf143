import type { PairList } from '../samplers/pairSampler';
import type { Distance } from '../distances/distance';

export interface PairMetrics {
  /** Share of pairs on the right side of the threshold. */
  readonly accuracy: number;
  /** Chance that a similar pair is nearer than a different one: the area under the ROC curve. */
  readonly rocAuc: number;
  /** The threshold at which most pairs are right, and how many then are. */
  readonly bestThreshold: number;
  readonly bestAccuracy: number;
}

/** The distance of every pair, from the embeddings of all images, `size` numbers each. */
export function pairDistances(pairs: PairList, embeddings: Float32Array, size: number, distance: Distance): Float32Array {
  const of = (image: number): Float32Array => embeddings.subarray(image * size, (image + 1) * size);
  return Float32Array.from(pairs.a, (a, k) => distance.between(of(a), of(pairs.b[k])));
}

/**
 * How well distances tell similar pairs (under the threshold) from different ones. ROC-AUC as the normalized Mann–Whitney U statistic,
 * ties counted half (Hanley and McNeil, Radiology 1982).
 */
export function pairMetrics(distances: Float32Array, similar: Uint8Array, threshold: number): PairMetrics {
  const order = Uint32Array.from(distances, (_, k) => k).sort((a, b) => distances[a] - distances[b]);
  const total = distances.length;
  const positives = similar.reduce((sum, s) => sum + s, 0);
  const negatives = total - positives;
  let right = 0;
  for (let k = 0; k < total; k++) right += Number(distances[k] < threshold === (similar[k] === 1));
  let [accepted, wins, best, bestThreshold] = [0, 0, negatives, 0];
  let falselyAccepted = 0;
  for (let start = 0; start < total;) {
    let end = start;
    while (end < total && distances[order[end]] === distances[order[start]]) end++;
    let [tiedPositives, tiedNegatives] = [0, 0];
    for (let k = start; k < end; k++) {
      if (similar[order[k]]) tiedPositives++;
      else tiedNegatives++;
    }
    wins += tiedNegatives * (accepted + tiedPositives / 2);
    accepted += tiedPositives;
    falselyAccepted += tiedNegatives;
    const correct = accepted + negatives - falselyAccepted;
    if (correct > best) {
      best = correct;
      const next = end < total ? distances[order[end]] : distances[order[start]] * 2;
      bestThreshold = (distances[order[start]] + next) / 2;
    }
    start = end;
  }
  return {
    accuracy: right / total,
    rocAuc: positives > 0 && negatives > 0 ? wins / (positives * negatives) : NaN,
    bestThreshold,
    bestAccuracy: best / total,
  };
}

/**
 * Accuracy at a threshold fitted to other pairs: two halves, each judged at the other's best threshold. On few pairs the best threshold
 * of the judged pairs themselves would flatter. Where a half lacks one kind of pair, that is what is left.
 */
export function fittedAccuracy(distances: Float32Array, similar: Uint8Array): number {
  const half = (side: number): PairColumnsHalf => {
    // Every other pair of each kind, so that both halves hold the same share of similar ones.
    const seen = [0, 0];
    const chosen = [...similar.keys()].filter(k => seen[similar[k]]++ % 2 === side);
    return { distances: Float32Array.from(chosen, k => distances[k]), similar: Uint8Array.from(chosen, k => similar[k]) };
  };
  const halves = [half(0), half(1)];
  if (halves.some(({ similar: s }) => !s.includes(0) || !s.includes(1))) return pairMetrics(distances, similar, 0).bestAccuracy;
  const right = halves.map((judged, i) => {
    const { bestThreshold } = pairMetrics(halves[1 - i].distances, halves[1 - i].similar, 0);
    return pairMetrics(judged.distances, judged.similar, bestThreshold).accuracy * judged.similar.length;
  });
  return (right[0] + right[1]) / similar.length;
}

interface PairColumnsHalf {
  readonly distances: Float32Array;
  readonly similar: Uint8Array;
}
