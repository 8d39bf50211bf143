import { assign } from '../../../core/metrics/assignment';
import type { CheckContext } from '../checkContext';
import { judgeMatches } from '../judgeMatches';
import type { FoldViews } from '../branches/crossFit';
import { SeededRandom } from '../../samplers/random';
import type { Side } from './pairNetworks';

/** Vectors of all samples, held back or not. */
export interface PairVectors extends Readonly<Record<Side, Float32Array>> {
  /** Numbers a vector. */
  readonly size: number;
}

/** What the network of a fold says. */
interface View extends PairVectors {
  readonly held: Int32Array;
}

export interface PairJudgement {
  /** How likely the two do not belong together, 0…1. */
  readonly chance: number;
  /** The same, but where chances are equal, what fits worse is higher. */
  readonly doubt: number;
  /** The sample whose second picture fits clearly better; absent where there is none. */
  readonly better?: number;
}

export interface JudgedPairs {
  /** One a sample. */
  readonly judgements: readonly PairJudgement[];
  /** The estimated share of pairs that do not belong together. */
  readonly share: number;
  /** The chance that a sample's own partner fits better than another's; ½ = nothing was learned. */
  readonly auc: number;
  /** In groups of twenty held-back samples: the share whose own partner the best assignment gives them. */
  readonly firstOfTwenty: number;
}

/** From this chance on a pair is reported. */
export const LEAST_CHANCE = 0.5;
/** From this chance on a pair takes part in finding who belongs to whom: the partner of a doubtful pair may pass for right where it is. */
const LEAST_DOUBT = 0.1;
/** More take too long: the assignment's time grows with the third power. */
const MOST_ASSIGNED = 800;
const GROUP = 20;

/** Rates each pair by networks that had not seen it, and looks among the doubtful ones for who belongs to whom. */
export async function judgePairs(
  folds: readonly FoldViews<PairVectors>[],
  groups: Int32Array,
  seed: number,
  { signal, report }: Pick<CheckContext, 'signal' | 'report'>,
): Promise<JudgedPairs> {
  const count = groups.length;
  const partnerOf = Int32Array.from({ length: count }, (_, i) => i);
  const views = viewsOf(folds);
  const likenesses = views.map(({ held, first, second, size }) => ({
    held,
    firsts: rowsOf(first, held, size),
    seconds: second,
    size,
  }));
  const share = (done: number): void => report('judge', done);
  const { judgements, groups: found } = await judgeMatches(likenesses, partnerOf, groups, seed, signal, share);
  const likenessOf = new Likeness(views, count);
  const doubtful = [...judgements.keys()]
    .filter(i => judgements[i].chance >= LEAST_DOUBT)
    .sort((a, b) => judgements[b].chance - judgements[a].chance || a - b)
    .slice(0, MOST_ASSIGNED);
  const partners = doubtful.length > 1 ? bestPartners(doubtful, likenessOf) : new Map<number, number>();
  return {
    judgements: judgements.map(({ chance, doubt, better }, i) => {
      const partner = partners.get(i) ?? better;
      return { chance, doubt, ...(partner !== undefined && partner !== i && { better: partner }) };
    }),
    share: found.share,
    auc: found.auc,
    firstOfTwenty: firstOfTwenty(folds, partnerOf, seed),
  };
}

/** Who belongs to whom among some samples: the assignment of the greatest likeness, where it is greater than the own partner's. */
function bestPartners(samples: readonly number[], likeness: Likeness): Map<number, number> {
  const costs = Float64Array.from({ length: samples.length ** 2 }, (_, at) => {
    const [a, b] = [samples[Math.floor(at / samples.length)], samples[at % samples.length]];
    return -likeness.of(a, b);
  });
  const columns = assign(costs, samples.length, samples.length);
  return new Map(
    samples.flatMap((sample, row) => {
      const other = samples[columns[row]];
      return likeness.of(sample, other) > likeness.of(sample, sample) ? [[sample, other] as const] : [];
    }),
  );
}

const viewsOf = (folds: readonly FoldViews<PairVectors>[]): View[] =>
  folds.map(({ held, views: [vectors] }) => ({ held, ...vectors }));

/**
 * The share of samples that get their partner when held-back ones are dealt into groups and each group is assigned.
 * @param partnerOf the sample that holds the second picture of each one's partner: itself, for all that names say
 */
export function firstOfTwenty(folds: readonly FoldViews<PairVectors>[], partnerOf: Int32Array, seed: number): number {
  const views = viewsOf(folds);
  const likeness = new Likeness(views, partnerOf.length);
  const random = new SeededRandom(seed);
  let [right, all] = [0, 0];
  for (const { held } of views) {
    const order = random.shuffle(held.slice());
    for (let start = 0; start + GROUP <= order.length; start += GROUP) {
      const samples = order.subarray(start, start + GROUP);
      const costs = Float64Array.from({ length: GROUP ** 2 }, (_, at) => {
        return -likeness.of(samples[Math.floor(at / GROUP)], partnerOf[samples[at % GROUP]]);
      });
      assign(costs, GROUP, GROUP).forEach((column, row) => (right += Number(column === row)));
      all += GROUP;
    }
  }
  return all === 0 ? NaN : right / all;
}

/** The cosine between a sample's first picture and another's second, by networks that had not seen the first's sample. */
class Likeness {
  readonly #viewOf: Int32Array;

  constructor(
    private readonly views: readonly View[],
    count: number,
  ) {
    this.#viewOf = new Int32Array(count);
    views.forEach(({ held }, view) => held.forEach(i => (this.#viewOf[i] = view)));
  }

  of(first: number, second: number): number {
    const view = this.views[this.#viewOf[first]];
    const { size } = view;
    let sum = 0;
    for (let d = 0; d < size; d++) sum += view.first[first * size + d] * view.second[second * size + d];
    return sum;
  }
}

const rowsOf = (vectors: Float32Array, rows: Int32Array, size: number): Float32Array => {
  const result = new Float32Array(rows.length * size);
  rows.forEach((row, k) => result.set(vectors.subarray(row * size, (row + 1) * size), k * size));
  return result;
};
