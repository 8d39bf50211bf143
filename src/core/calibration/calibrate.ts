import type { PairColumns } from '../pairs/pairColumns';

/**
 * How distances turn into an expected number of false pairs. The engine's distance is a logistic curve of the log-odds that a
 * pair is one picture, altered: odds = middle + scale · ln(1 / distance − 1).
 */
export interface DistanceScale {
  readonly middle: number;
  readonly scale: number;
}

/** What the default threshold is worked out from. */
export interface CalibrationInput {
  /** All listed pairs (up to the radius), exact duplicates counted once. */
  readonly pairs: Pick<PairColumns, 'a' | 'b' | 'distance'>;
  /** How many pairs of pictures were compared, listed or not. */
  readonly comparisons: number;
  readonly radius: number;
  readonly scale: DistanceScale;
  /** How many false pairs the threshold may let in; {@link wantedFalsePairs} by default. */
  readonly wanted?: number;
}

export interface Calibration {
  readonly threshold: number;
  /** At the threshold. */
  readonly expectedFalsePairs: number;
  readonly radius: number;
  /** Expected number of different pictures among the pairs within a distance. Rises with the distance; exact only as a model. */
  readonly expectedFalsePairsAt: (distance: number) => number;
}

/**
 * log of the rate of false pairs per comparison at log-odds 0: measured on stamps, garments and digits that were not altered
 * (10, 200 and 100 false pairs among 7.5, 50 and 12.5 million at log-odds −2.8, −4.4 and −5.3 put it at −16.3, −16.9, −17.1).
 */
export const PRIOR_LOG_RATE = -16.8;
/** How many observed pairs the prior weighs. */
const PRIOR_PAIRS = 8;
/** Pairs with better odds than this are taken for copies when pictures are put together in families. */
const CERTAIN_ODDS = 0.5;
/** Log-odds between which strangers are counted: they outnumber copies there, and candidates are still complete. */
const TAIL_FROM = -4.5;
const TAIL_TO = -2;
/** No default threshold beyond this: a data set of ten pictures has hardly any comparisons, yet two cups stay two cups. */
const LARGEST_THRESHOLD = 0.36;

/** One false pair in a hundred million comparisons, but never less than half a pair. */
export const wantedFalsePairs = (comparisons: number): number => Math.max(0.5, comparisons * 1e-8);

/**
 * The default threshold of a data set: where the tail of its own non-duplicates is expected to hold the wanted number of pairs.
 *
 * The number of different pictures with log-odds of at least s is modelled as N · exp(c − s): the peaks over a threshold of most
 * distributions are exponential (Pickands 1975), and that each unit of log-odds divides the strangers by e is what log-odds are
 * (measured: 0.8 to 1.2). The constant c starts from the prior and moves with the strangers that the data set shows in the
 * tail (a Gamma–Poisson estimate). Copies must not be counted: pictures joined by certain pairs form a family, pairs inside
 * a family are left out, and two families that look alike count once however many copies each has.
 */
export function calibrate(input: CalibrationInput): Calibration {
  const { pairs, comparisons, radius, scale } = input;
  const oddsAt = (distance: number): number => scale.middle + scale.scale * Math.log(1 / Math.max(distance, 1e-9) - 1);
  const distanceAt = (odds: number): number => 1 / (1 + Math.exp((odds - scale.middle) / scale.scale));

  const from = Math.max(TAIL_FROM, oddsAt(radius));
  const priorRate = comparisons * Math.exp(PRIOR_LOG_RATE);
  const priorCount = priorRate * (Math.exp(-from) - Math.exp(-TAIL_TO));
  const ratio = (countStrangers(pairs, oddsAt, from, TAIL_TO) + PRIOR_PAIRS) / (priorCount + PRIOR_PAIRS);
  const rate = priorRate * ratio;
  const expectedFalsePairsAt = (distance: number): number =>
    distance <= 0 ? 0 : rate * Math.exp(-oddsAt(Math.min(distance, radius)));

  const wanted = input.wanted ?? wantedFalsePairs(comparisons);
  const threshold = Math.fround(Math.min(radius, LARGEST_THRESHOLD, rate > 0 ? distanceAt(Math.log(rate / wanted)) : radius));
  return { threshold, expectedFalsePairs: expectedFalsePairsAt(threshold), radius, expectedFalsePairsAt };
}

/** How many pairs of families have their best pair's log-odds in [from, to). */
function countStrangers(
  { a, b, distance }: CalibrationInput['pairs'],
  oddsAt: (distance: number) => number,
  from: number,
  to: number,
): number {
  const parent = new Map<number, number>();
  const find = (image: number): number => {
    let root = image;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    for (let at = image; at !== root;) {
      const next = parent.get(at)!;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  const odds = Float64Array.from(distance, oddsAt);
  for (let i = 0; i < odds.length; i++) {
    if (odds[i] < CERTAIN_ODDS) continue;
    const one = find(a[i]);
    const other = find(b[i]);
    if (one !== other) parent.set(Math.max(one, other), Math.min(one, other));
  }
  const best = new Map<string, number>();
  for (let i = 0; i < odds.length; i++) {
    const one = find(a[i]);
    const other = find(b[i]);
    if (one === other) continue;
    const key = one < other ? `${one},${other}` : `${other},${one}`;
    best.set(key, Math.max(best.get(key) ?? -Infinity, odds[i]));
  }
  let count = 0;
  for (const value of best.values()) if (value >= from && value < to) count++;
  return count;
}
