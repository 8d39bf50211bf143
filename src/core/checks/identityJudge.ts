import type { ErrorRates } from './errorRates';
import { errorRates } from './errorRates';
import { twoGroups } from './twoGroups';

/** How far distances to foreign files reach, and from where on a file is taken for one: made once, kept with stored references. */
export interface Calibration {
  /** Files at a greater distance do not fit. */
  readonly threshold: number;
  /** The estimated share of files that lie in a foreign folder. */
  readonly share: number;
  /** By ascending distance: from it on, how likely a file at that distance is foreign. */
  readonly chances: readonly { readonly distance: number; readonly chance: number }[];
  readonly rates: ErrorRates;
  /** The chance that a file is nearer to its own identity than to another; ½ = nothing was learned. */
  readonly auc: number;
}

/** At least this share is taken to be foreign: few files tell too little, and a set without any is no promise for those to come. */
const LEAST_SHARE = 0.02;

/**
 * Where own files end and foreign ones begin. Distances to other identities are known to be foreign ones'; of those to the own identity an unknown
 * share is ({@link twoGroups}). The threshold makes the fewest errors to be expected, P(foreign)·FAR + P(own)·FRR, where P(own)·FRR is what is left
 * of the refused after the foreign ones that are rightly among them.
 * @param own the distance of each file to its own identity; @param foreign distances of files to others
 */
export function calibrate(own: Float64Array, foreign: Float64Array): Calibration {
  const strangers = foreign.slice().sort();
  const ranks = own.map(distance => 1 - countBelow(strangers, distance) / Math.max(1, strangers.length));
  const { chances, share, auc } = twoGroups(ranks);
  const order = [...own.keys()].sort((a, b) => own[a] - own[b]);
  const steps: { distance: number; chance: number }[] = [];
  for (const i of order) {
    const last = steps.at(-1);
    if (!last || chances[i] > last.chance) steps.push({ distance: own[i], chance: chances[i] });
  }
  const rates = errorRates(own, foreign);
  return { threshold: fewestErrors(own, strangers, Math.max(share, LEAST_SHARE)), share, chances: steps, rates, auc };
}

/** @param share of the own ones that are foreign */
function fewestErrors(own: Float64Array, strangers: Float64Array, share: number): number {
  const sorted = own.slice().sort();
  const candidates = Float64Array.of(
    ...sorted,
    ...strangers.filter((_, i) => i % Math.ceil(strangers.length / 2000) === 0),
  ).sort();
  let [least, from, to] = [Infinity, NaN, NaN];
  candidates.forEach((candidate, k) => {
    // Halfway to the next, so that neither is at the threshold itself.
    const threshold = k + 1 < candidates.length ? (candidate + candidates[k + 1]) / 2 : candidate;
    const far = countBelow(strangers, threshold) / Math.max(1, strangers.length);
    const refused = 1 - countBelow(sorted, threshold) / sorted.length;
    const cost = share * far + Math.max(0, refused - share * (1 - far));
    if (cost < least - 1e-12) [least, from, to] = [cost, threshold, threshold];
    else if (cost <= least + 1e-12) to = threshold;
  });
  return (from + to) / 2;
}

/** How likely a file at a distance to its identity is foreign, 0…1. */
export function chanceAt({ chances }: Pick<Calibration, 'chances'>, distance: number): number {
  let chance = 0;
  for (const step of chances) {
    if (step.distance > distance) break;
    ({ chance } = step);
  }
  return chance;
}

/** How many of the ascending values are below a limit, those that are equal counted half. */
function countBelow(sorted: Float64Array, limit: number): number {
  const first = (isPast: (value: number) => boolean): number => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isPast(sorted[middle])) to = middle;
      else from = middle + 1;
    }
    return from;
  };
  return (first(value => value >= limit) + first(value => value > limit)) / 2;
}
