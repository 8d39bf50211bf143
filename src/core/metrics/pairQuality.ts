import { quotientInterval, wilson } from './interval';
import type { Interval } from './interval';
import { dyadicVariance } from './pairSample';
import type { JudgedPairs } from './pairSample';

/** How well distances tell similar pairs from different ones. Needs pairs of both kinds; without, shares are NaN. */
export interface PairQuality {
  /** As many similar as different pairs: the mean of the shares that are right of each. */
  readonly accuracy: Interval;
  /** Chance that a similar pair is nearer than a different one, ties counted half. */
  readonly rocAuc: Interval;
  /** Of pairs at or under the threshold, at the given prevalence. */
  readonly precision: Interval;
  /** Of the similar pairs, at or under the threshold. */
  readonly recall: Interval;
}

/** Precision where a share `prevalence` of all pairs is similar, from the shares of similar and of different pairs that are accepted. */
export const precisionAt = (recall: number, falseAccepts: number, prevalence: number): number => {
  const accepted = prevalence * recall + (1 - prevalence) * falseAccepts;
  return accepted > 0 ? (prevalence * recall) / accepted : 1;
};

/**
 * Quality at a threshold, with 90 % intervals. The sample may hold any mixture of similar and different pairs: each kind is judged
 * by itself, and `prevalence` mixes them. A pair counts as similar at `distance <= threshold`, as everywhere.
 *
 * Intervals: the variance of each share allows for pairs that have images in common ({@link dyadicVariance}); it gives the number of
 * independent draws that the share is worth, n = p(1 − p) / variance (Kish's effective sample size), and Wilson's interval of that n.
 * Precision is a function of the quotient of two shares: {@link quotientInterval}.
 */
export function pairQuality(pairs: JudgedPairs, threshold: number, prevalence: number): PairQuality {
  const { distance, similar } = pairs;
  const count = distance.length;
  const limit = Math.fround(threshold);
  const accepted = Uint8Array.from({ length: count }, (_, k) => Number(distance[k] <= limit));
  const totals = [0, 0];
  const accepts = [0, 0];
  for (let k = 0; k < count; k++) {
    totals[similar[k]]++;
    accepts[similar[k]] += accepted[k];
  }
  const [different, positives] = totals;
  const share = accepts.map((each, kind) => each / totals[kind]);
  const influence = new Float64Array(count);
  const images = new Set([...Array.from(pairs.a), ...Array.from(pairs.b)]).size;
  /** Without any variance (all right, or all wrong) the images are what was drawn independently. */
  const interval = (value: number, draws: number): Interval => {
    const variance = dyadicVariance(pairs, influence);
    return wilson(value, variance > 0 ? Math.min(draws, (value * (1 - value)) / variance) : Math.min(draws, images / 2));
  };
  const shareOf = (kind: 0 | 1): Interval => {
    for (let k = 0; k < count; k++) influence[k] = similar[k] === kind ? (accepted[k] - share[kind]) / totals[kind] : 0;
    return interval(share[kind], totals[kind]);
  };
  const recall = shareOf(1);
  const falseAccepts = shareOf(0);
  for (let k = 0; k < count; k++) {
    const own = (accepted[k] - share[similar[k]]) / totals[similar[k]] / 2;
    influence[k] = similar[k] === 1 ? own : -own;
  }
  const accuracy = interval((recall.value + 1 - falseAccepts.value) / 2, count);
  const { rocAuc, placements } = rocOf(pairs);
  for (let k = 0; k < count; k++) influence[k] = (placements[k] - rocAuc) / totals[similar[k]];
  const auc = interval(rocAuc, Math.min(positives, different));

  const against = quotientInterval(falseAccepts, recall);
  const precisionOf = (quotient: number): number => 1 / (1 + ((1 - prevalence) / prevalence) * quotient);
  const value = precisionAt(recall.value, falseAccepts.value, prevalence);
  const precision = {
    value,
    low: Math.min(value, recall.value > 0 ? precisionOf(against.high) : 0),
    high: Math.max(value, recall.value > 0 ? precisionOf(against.low) : 1),
  };
  return { accuracy, rocAuc: auc, precision, recall };
}

/**
 * The area under the ROC curve as the normalized Mann–Whitney statistic (Hanley and McNeil, Radiology 143, 1982), and each pair's
 * placement: the share of the pairs of the other kind that it is on the right side of (DeLong, DeLong and Clarke-Pearson, Biometrics 44,
 * 1988), whose scatter is the area's variance.
 */
export function rocOf({ distance, similar }: Pick<JudgedPairs, 'distance' | 'similar'>): {
  readonly rocAuc: number;
  readonly placements: Float64Array;
} {
  const count = distance.length;
  const order = Uint32Array.from({ length: count }, (_, k) => k).sort((x, y) => distance[x] - distance[y]);
  const totals = [0, 0];
  for (let k = 0; k < count; k++) totals[similar[k]]++;
  const placements = new Float64Array(count);
  const before = [0, 0];
  let sum = 0;
  for (let start = 0; start < count;) {
    const tied = [0, 0];
    let end = start;
    for (; end < count && distance[order[end]] === distance[order[start]]; end++) tied[similar[order[end]]]++;
    for (let i = start; i < end; i++) {
      const k = order[i];
      placements[k] =
        similar[k] === 1 ? (totals[0] - before[0] - tied[0] / 2) / totals[0] : (before[1] + tied[1] / 2) / totals[1];
      if (similar[k] === 1) sum += placements[k];
    }
    before[0] += tied[0];
    before[1] += tied[1];
    start = end;
  }
  return { rocAuc: sum / totals[1], placements };
}

/** One point of a precision–recall curve. */
export interface CurvePoint {
  readonly distance: number;
  readonly precision: number;
  readonly recall: number;
}

/** Precision and recall at thresholds spread evenly over the sorted pairs, at most `points` and the last, ascending by distance. */
export function precisionRecallCurve(pairs: JudgedPairs, prevalence: number, points = 100): CurvePoint[] {
  const { distance, similar } = pairs;
  const count = distance.length;
  const order = Uint32Array.from({ length: count }, (_, k) => k).sort((x, y) => distance[x] - distance[y]);
  const totals = [0, 0];
  for (let k = 0; k < count; k++) totals[similar[k]]++;
  if (totals[0] === 0 || totals[1] === 0) return [];
  const curve: CurvePoint[] = [];
  const accepted = [0, 0];
  let due = count / points;
  for (let i = 0; i < count; i++) {
    accepted[similar[order[i]]]++;
    const at = distance[order[i]];
    const isLast = i + 1 === count;
    // All of a tie are accepted, or none.
    if (!isLast && (distance[order[i + 1]] === at || i + 1 < due)) continue;
    while (due <= i + 1) due += count / points;
    const recall = accepted[1] / totals[1];
    curve.push({ distance: at, precision: precisionAt(recall, accepted[0] / totals[0], prevalence), recall });
  }
  return curve;
}
