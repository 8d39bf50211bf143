import { fitMixture } from '../calibration/mixture';
import { shiftPrior } from '../calibration/probability';
import type { ErrorRates } from './errorRates';
import { errorRates } from './errorRates';

/** How far distances to foreign files reach, and from where on a file is taken for one: made once, kept with stored references. */
export interface Calibration {
  /** Files at a greater distance do not fit. */
  readonly threshold: number;
  /** The estimated share of files that lie in a foreign folder. */
  readonly share: number;
  /** By ascending distance: how likely a file at that distance is foreign; between them straight lines, and beyond them no change. */
  readonly chances: readonly { readonly distance: number; readonly chance: number }[];
  readonly rates: ErrorRates;
  /** The chance that a file is nearer to its own identity than to another; ½ = nothing was learned. */
  readonly auc: number;
}

/** At least this share is taken to be foreign: few files tell too little, and a set without any is no promise for those to come. */
const LEAST_SHARE = 0.02;
/** More, and nobody can say whose folder it is. */
const MOST_SHARE = 0.5;
/** Distances of foreign files, evenly ranked, that stand for all of them. */
const STRANGERS = 400;
/** With fewer foreign files their distances follow single ones, and what shape they usually have says more. */
const FEW = 20;
const ROUNDS = 60;
const GRID = 240;
/** Of a logistic distribution, its 84th percentile above the median, in units of its scale. */
const UPPER = Math.log(0.84 / 0.16);
/** Own files that are all alike still vary by this share of the way to the foreign ones. */
const LEAST_SPREAD = 0.03;

/** What tells how likely a file at a distance is foreign. */
interface Split {
  /** The estimated share of foreign files. */
  readonly share: number;
  readonly chanceOf: (distance: number) => number;
}

/**
 * Where own files end and foreign ones begin. Distances to other identities are known to be foreign ones'; those to the own identity are own ones but
 * for an unknown share: a mixture. The threshold is where a file is as likely foreign as not.
 * @param own the distance of each file to its own identity; @param foreign distances of files to others; none of the two empty
 */
export function calibrate(own: Float64Array, foreign: Float64Array): Calibration {
  const asSeen = splitAsSeen(own, foreign);
  const { share, chanceOf } = asSeen.share * own.length < FEW ? splitByShape(own, foreign) : asSeen;
  const chances = risingChances(own.slice().sort(), foreign, chanceOf);
  const crossed = chances.findIndex(({ chance }) => chance >= 0.5);
  const threshold = chances[crossed < 0 ? chances.length - 1 : crossed].distance;
  return { threshold, share, chances, rates: errorRates(own, foreign), auc: ownBeatsOther(own, foreign) };
}

const expectedShare = (share: number): number => Math.min(MOST_SHARE, Math.max(LEAST_SHARE, share));

/** Own and foreign distances may have any shape: `fitMixture`. */
function splitAsSeen(own: Float64Array, foreign: Float64Array): Split {
  const strangers = evenlyRanked(foreign, Math.min(STRANGERS, foreign.length));
  const even = new Float64Array(strangers.length).fill(1 / strangers.length);
  const { wrongShare, chanceAt: chanceOf } = fitMixture(own, strangers, () => even)!;
  const found = Math.min(0.99, Math.max(wrongShare, 0.1 / own.length));
  return { share: wrongShare, chanceOf: distance => shiftPrior(chanceOf(distance), found, expectedShare(found)) };
}

function evenlyRanked(values: Float64Array, count: number): Float64Array {
  const sorted = values.slice().sort();
  return Float64Array.from({ length: count }, (_, k) => sorted[Math.floor(((k + 0.5) / count) * sorted.length)]);
}

/**
 * Foreign distances are taken to be normal; own ones logistic, since some hands vary much, about their median and as wide as to their 84th
 * percentile, which some foreign ones among them do not move. The share is found by expectation and maximization (Dempster, Laird and
 * Rubin, 1977), the chance of each by Bayes.
 */
function splitByShape(own: Float64Array, foreign: Float64Array): Split {
  const density = densities(own.slice().sort(), foreign);
  const chanceBy = (share: number, distance: number): number => {
    const [asOwn, asForeign] = density(distance);
    const total = (1 - share) * asOwn + share * asForeign;
    return total > 0 ? (share * asForeign) / total : 0;
  };
  let share = 0.1;
  for (let round = 0; round < ROUNDS; round++) {
    share = own.reduce((sum, distance) => sum + chanceBy(share, distance), 0) / own.length;
  }
  const expected = expectedShare(share);
  return { share, chanceOf: distance => chanceBy(expected, distance) };
}

/** Of own and of foreign files at a distance. @param own ascending */
function densities(own: Float64Array, foreign: Float64Array): (distance: number) => [own: number, foreign: number] {
  const mean = foreign.reduce((sum, distance) => sum + distance, 0) / foreign.length;
  const variance = foreign.reduce((sum, distance) => sum + (distance - mean) ** 2, 0) / foreign.length;
  const at = (share: number): number => own[Math.round(share * (own.length - 1))];
  const middle = at(0.5);
  const scale = Math.max((at(0.84) - middle) / UPPER, LEAST_SPREAD * Math.abs(mean - middle), 1e-6);
  const deviation = Math.max(Math.sqrt(variance), LEAST_SPREAD * Math.abs(mean - middle), 1e-6);
  return distance => {
    const fall = Math.exp(-Math.abs(distance - middle) / scale);
    const z = (distance - mean) / deviation;
    return [fall / (scale * (1 + fall) ** 2), Math.exp((-z * z) / 2) / (deviation * Math.sqrt(2 * Math.PI))];
  };
}

/** A table of chances that never fall: what is further is not more likely an own file, whatever the tails of the two say. */
function risingChances(
  own: Float64Array,
  foreign: Float64Array,
  chanceOf: (distance: number) => number,
): { distance: number; chance: number }[] {
  const middle = own[Math.floor(own.length / 2)];
  const last = foreign.reduce((most, distance) => Math.max(most, distance), own[own.length - 1]);
  let highest = 0;
  return Array.from({ length: GRID + 1 }, (_, k) => {
    const distance = middle + (k / GRID) * Math.max(0, last - middle);
    highest = Math.max(highest, chanceOf(distance));
    return { distance, chance: highest };
  });
}

/** How likely a file at a distance to its identity is foreign, 0…1. */
export function chanceAt({ chances }: Pick<Calibration, 'chances'>, distance: number): number {
  const next = chances.findIndex(each => each.distance >= distance);
  if (next < 0) return chances[chances.length - 1].chance;
  if (next === 0) return chances[0].chance;
  const [a, b] = [chances[next - 1], chances[next]];
  return a.chance + ((b.chance - a.chance) * (distance - a.distance)) / Math.max(1e-12, b.distance - a.distance);
}

/** The area under the ROC curve: of all pairs of both kinds the share in which the own one is nearer, equal ones counted half. */
function ownBeatsOther(own: Float64Array, foreign: Float64Array): number {
  const sorted = foreign.slice().sort();
  const first = (isPast: (value: number) => boolean): number => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isPast(sorted[middle])) to = middle;
      else from = middle + 1;
    }
    return from;
  };
  const further = (distance: number): number =>
    sorted.length - (first(value => value >= distance) + first(value => value > distance)) / 2;
  return own.reduce((sum, distance) => sum + further(distance), 0) / (own.length * sorted.length);
}
