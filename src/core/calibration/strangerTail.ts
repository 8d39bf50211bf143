/** How rare small distances between different pictures are in a data set, under a model. */
export interface StrangerTail {
  /** Expected number of pairs of different pictures at or under a distance. */
  readonly expectedAt: (distance: number) => number;
  /** The distance at which so many are expected. */
  readonly distanceAt: (expected: number) => number;
  /** Exponent of the fit: how many times a halved distance halves the strangers. */
  readonly exponent: number;
}

/** Fewer pictures than this show no tail. */
export const LEAST_PICTURES = 40;
/** Shares of the pictures between which the tail is measured. Copies that were not recognized lie below the first. */
const INNER = 0.05;
const OUTER = 0.25;
/** A steeper tail is not believed: the fit would promise too much. */
const STEEPEST = 40;

/**
 * Fits the lower tail of the distances from each picture to its nearest stranger: P(X ≤ d) = outer · (d / x_outer)^k, a power law, as the
 * lower tail of most distributions of positive numbers is (Pickands, Ann. Stat. 3, 1975); of nearest neighbours, k is the local dimension of the
 * data (Amsaleg et al., KDD 2015). k comes from two quantiles, so that a few unrecognized copies among the smallest do not count. The
 * number of pictures with a stranger within d is an upper estimate of the number of such pairs (each pair has two ends), and where
 * they are few half of it is near: so it is told.
 *
 * @param nearest one a picture: the distance to the nearest that is no copy of it
 * @returns undefined for too few pictures, or where so many distances are equal that there is no tail
 */
export function strangerTail(nearest: ArrayLike<number>): StrangerTail | undefined {
  const count = nearest.length;
  if (count < LEAST_PICTURES) return undefined;
  const sorted = Float64Array.from(nearest).sort();
  const quantile = (share: number): number => sorted[Math.max(0, Math.ceil(share * count) - 1)];
  const [inner, outer] = [quantile(INNER), quantile(OUTER)];
  if (!(inner > 0) || !(outer > inner)) return undefined;
  const exponent = Math.min(STEEPEST, Math.log(OUTER / INNER) / Math.log(outer / inner));
  return {
    exponent,
    distanceAt: expected => outer * ((2 * expected) / (OUTER * count)) ** (1 / exponent),
    expectedAt: distance => Math.min(count, OUTER * count * (Math.max(0, distance) / outer) ** exponent) / 2,
  };
}
