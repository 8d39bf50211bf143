import { isotonicCurve, logisticFit, probabilityAt } from './probability';
import type { Observations } from './probability';

/** Given scores as a mixture of right ones, of which nothing is known, and of wrong ones, of which a sample is. */
export interface Mixture {
  /** π: the estimated share of wrong ones. */
  readonly wrongShare: number;
  /** How likely one with a score is wrong: never falls with the score. */
  chanceAt(score: number): number;
}

const ROUNDS = 3;
/** Estimated wrong ones at least, for a curve of steps: of fewer, a step would follow single ones. */
const LEAST_FOR_STEPS = 50;
/** Rounds of a curve with two parameters, whose first ones take every given score for right. */
const FEW_ROUNDS = 12;
/** The share of the wrong sample in the tail beyond which right ones are looked for in vain, at least. */
const LEAST_TAIL = 0.05;

/**
 * Tells f = (1 − π) f_right + π f_wrong apart, with a sample of f_wrong. By Bayes, one with score s is wrong with probability π · f_wrong(s) / f(s)
 * (Efron's local false discovery rate, "Size, power and false discovery rates", Annals of Statistics 2007). Its ratio is fitted as an
 * isotonic curve (`isotonicCurve`) over both samples; where so few are wrong that its steps would follow single ones, as a
 * logistic curve (`logisticFit`) between the wrong sample and the given one, each of which weighs by the probability, of the round
 * before, that it is right, and π is the mean of that round's probabilities.
 *
 * At first, and for steps in every round, π is the largest share that the mixture leaves room for, min over t of
 * P(score ≥ t) / P_wrong(score ≥ t): in the far tail there are hardly any right ones (Blanchard, Lee and Scott, "Semi-supervised novelty
 * detection", JMLR 11, 2010, section 5; with tails that hold at least a twentieth of f_wrong, and one more in each tail than was
 * seen: of 100 a tail often holds none, which says that few are wrong, not that none is).
 *
 * @param given one score each, higher = more doubtful
 * @param wrong the sample's scores
 * @param weigh the weights of the sample, which add up to 1, by how likely each given one is right, 0…1
 * @returns `undefined` where the weights are no numbers
 */
export function fitMixture(
  given: Float64Array,
  wrong: Float64Array,
  weigh: (right: Float64Array) => Float64Array,
): Mixture | undefined {
  const tails = new Tails(given, wrong);
  const all = new Float64Array(given.length).fill(1);
  let [right, isFew] = [all, false];
  let result: Mixture | undefined;
  for (let round = 0; round < (isFew ? FEW_ROUNDS : ROUNDS); round++) {
    const weights = weigh(right);
    if (!weights.every(Number.isFinite)) return undefined;
    const wrongShare = isFew ? 1 - mean(right) : tails.largestShare(weights);
    if (round === 0) isFew = wrongShare * given.length < LEAST_FOR_STEPS;
    const both = mixed(
      { scores: given, weight: isFew ? right : all },
      { scores: wrong, weight: weights.map(weight => weight * wrongShare * given.length) },
    );
    const chanceAt = isFew ? logistic(both) : ratio(both);
    right = given.map(score => 1 - chanceAt(score));
    result = { wrongShare, chanceAt };
  }
  return result;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Both samples from the most doubtful on, in an order that no round changes. */
class Tails {
  readonly #given: Float64Array;
  readonly #order: Uint32Array;

  constructor(
    given: Float64Array,
    private readonly wrong: Float64Array,
  ) {
    this.#given = Float64Array.from(given).sort().reverse();
    this.#order = Uint32Array.from(wrong.keys()).sort((a, b) => wrong[b] - wrong[a]);
  }

  largestShare(weights: Float64Array): number {
    const { length } = this.#given;
    let [least, tail, above] = [1, 0, 0];
    for (const k of this.#order) {
      tail += weights[k];
      while (above < length && this.#given[above] >= this.wrong[k]) above++;
      if (tail >= LEAST_TAIL) least = Math.min(least, (above + 1) / (length + 1) / tail);
    }
    return least;
  }
}

interface Weighed {
  readonly scores: Float64Array;
  readonly weight: Float64Array;
}

/** Wrong ones as what is looked for, given ones as what it is told from, at distances −score. */
function mixed(given: Weighed, wrong: Weighed): Observations {
  const count = given.scores.length + wrong.scores.length;
  const distance = new Float64Array(count);
  distance.set(given.scores);
  distance.set(wrong.scores, given.scores.length);
  const weight = new Float64Array(count);
  weight.set(given.weight);
  weight.set(wrong.weight, given.scores.length);
  return {
    distance: distance.map(score => -score),
    similar: new Uint8Array(count).fill(1, given.scores.length),
    weight,
  };
}

/** π f_wrong / f by the share r of wrong ones among both samples: r / (1 − r). */
function ratio(both: Observations): (score: number) => number {
  // What a short step is drawn towards ½ must not put it before a longer one.
  let least = 1;
  const curve = isotonicCurve(both).map(({ distance, probability }) => {
    least = Math.min(least, probability);
    return { distance, probability: least };
  });
  return score => {
    const share = probabilityAt(curve, -score);
    return Math.min(1, Math.max(0, share / Math.max(1e-9, 1 - share)));
  };
}

/** The same by the share of wrong ones among those and the right ones. */
function logistic(both: Observations): (score: number) => number {
  const { slope, offset } = logisticFit(both);
  return score => 1 / (1 + Math.exp(offset - Math.max(0, slope) * score));
}
