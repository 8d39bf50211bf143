/** At one threshold: files at a distance above it are refused. */
export interface ErrorRatePoint {
  readonly threshold: number;
  /** False acceptance rate: the share of foreign files that are accepted. */
  readonly far: number;
  /** False rejection rate: the share of genuine files that are refused. */
  readonly frr: number;
}

export interface ErrorRates {
  /** The equal error rate: where false acceptances and rejections are equally frequent. */
  readonly eer: number;
  /** The distance at which it is reached. */
  readonly eerThreshold: number;
  /** By ascending threshold; far rises, frr falls. */
  readonly points: readonly ErrorRatePoint[];
}

/** Points of a curve: as many as an eye can tell. */
const MOST_POINTS = 120;

/** Both rates at a threshold. @param genuine,impostors ascending */
export function ratesAt(genuine: Float64Array, impostors: Float64Array, threshold: number): ErrorRatePoint {
  const accepted = (sorted: Float64Array): number => (sorted.length === 0 ? 0 : countUpTo(sorted, threshold) / sorted.length);
  return { threshold, far: accepted(impostors), frr: 1 - accepted(genuine) };
}

/**
 * The course of both error rates over all thresholds (ISO/IEC 19795-1, false match and false non-match rates), and where they meet: the mean of both
 * at the threshold at which they differ least.
 * @param genuine distances of files to their own identity; @param impostors to other identities
 */
export function errorRates(genuine: ArrayLike<number>, impostors: ArrayLike<number>): ErrorRates {
  const [own, others] = [Float64Array.from(genuine).sort(), Float64Array.from(impostors).sort()];
  if (own.length === 0 || others.length === 0) return { eer: NaN, eerThreshold: NaN, points: [] };
  let best = ratesAt(own, others, own[0]);
  const gap = ({ far, frr }: ErrorRatePoint): number => Math.abs(far - frr);
  for (const sorted of [own, others]) {
    for (const threshold of sorted) {
      const here = ratesAt(own, others, threshold);
      if (gap(here) < gap(best) || (gap(here) === gap(best) && here.threshold < best.threshold)) best = here;
    }
  }
  return { eer: (best.far + best.frr) / 2, eerThreshold: best.threshold, points: curve(own, others) };
}

/** Thresholds where something happens: quantiles of both. */
function curve(own: Float64Array, others: Float64Array): ErrorRatePoint[] {
  const thresholds = new Set<number>();
  for (const sorted of [own, others]) {
    for (let k = 0; k <= MOST_POINTS / 2; k++) thresholds.add(sorted[Math.round((k / (MOST_POINTS / 2)) * (sorted.length - 1))]);
  }
  return [...thresholds].sort((a, b) => a - b).map(threshold => ratesAt(own, others, threshold));
}

/** How many of the ascending values are no more than a limit. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] > limit) to = middle;
    else from = middle + 1;
  }
  return from;
}
