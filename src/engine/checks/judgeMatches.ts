import { doubtOf } from '../../core/checks/checkScore';
import type { TwoGroups } from '../../core/checks/twoGroups';
import { twoGroups } from '../../core/checks/twoGroups';
import { partitionPoint } from '../../core/pairs/countUnder';
import { SeededRandom } from '../samplers/random';
import { breathe } from '../../workspace/breathe';

/** How alike members are, to networks that had not seen the held-back samples. */
export interface LikenessView {
  /** The held-back samples. */
  readonly held: Int32Array;
  /** How many second members there are, held back or not. */
  readonly seconds: number;
  /** Of a first member (by its place among the held-back) and a second one (by its number): higher = more alike. */
  likeness(k: number, second: number): number;
}

/** Vectors by networks that had not seen the held-back samples; the product of two is their likeness. */
export interface FoldView {
  /** The held-back samples. */
  readonly held: Int32Array;
  /** Of their first members: held × size. */
  readonly firsts: Float32Array;
  /** Of all second members: members × size. */
  readonly seconds: Float32Array;
  readonly size: number;
}

const productsOf = ({ held, firsts, seconds, size }: FoldView): LikenessView => ({
  held,
  seconds: seconds.length / size,
  likeness(k, second) {
    let sum = 0;
    for (let i = 0, a = k * size, b = second * size; i < size; i++) sum += firsts[a + i] * seconds[b + i];
    return sum;
  },
});

/** What is known of one sample: a picture and its caption, two pictures, or one of three modalities beside the two others. */
export interface MatchJudgement {
  /** The share of second members drawn at random that fit worse, 0…1. */
  readonly rank: number;
  /** How likely the two do not belong together, 0…1. */
  readonly chance: number;
  /** The same, but where chances are equal, what fits worse is higher. */
  readonly doubt: number;
  /** The number of another second member that fits clearly better; absent where there is none. */
  readonly better?: number;
}

export interface Judged {
  /** One a sample. */
  readonly judgements: readonly MatchJudgement[];
  readonly groups: TwoGroups;
}

/** Second members at random, for each sample: what a misfit looks like. */
const MISFITS_EACH = 50;
/** A second member fits clearly if it beats this share of those drawn at random. */
const CLEARLY = 0.98;

/**
 * Rates each sample's own second member among the others. A likeness counts by how far it stands out of what the first member has with all
 * held-back second ones and of what the second has with all held-back first ones (both in standard deviations): some pictures are like
 * everything, some captions fit anything.
 * @param views those of all folds; together they hold back every sample
 * @param secondOf the number of its second member, a sample; @param groups equal for near-duplicates
 */
export async function judgeMatches(
  views: Iterable<FoldView | LikenessView> | AsyncIterable<FoldView | LikenessView>,
  secondOf: Int32Array,
  groups: Int32Array,
  seed: number,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Judged> {
  const ranks = new Float64Array(secondOf.length);
  const better = new Int32Array(secondOf.length).fill(-1);
  const random = new SeededRandom(seed);
  let done = 0;
  for await (const view of views) {
    const fold = new FoldLikeness('likeness' in view ? view : productsOf(view), secondOf);
    const rankOf = rankAmongMisfits(fold, groups, random);
    for (let k = 0; k < view.held.length; k++) {
      const image = view.held[k];
      const own = fold.standing(k, secondOf[image]);
      ranks[image] = rankOf(own);
      const best = fold.best(k);
      if (best.second !== secondOf[image] && best.standing > own && rankOf(best.standing) >= CLEARLY) {
        better[image] = best.second;
      }
      if (++done % 64 === 0) {
        await breathe();
        signal.throwIfAborted();
        onProgress(done / secondOf.length);
      }
    }
  }
  const found = twoGroups(ranks);
  const judgements = Array.from(ranks, (rank, i) => ({
    rank,
    chance: found.chances[i],
    doubt: doubtOf(found.chances[i], rank),
    ...(better[i] >= 0 && { better: better[i] }),
  }));
  return { judgements, groups: found };
}

/** The share of second members drawn at random that stand out less. */
function rankAmongMisfits(fold: FoldLikeness, groups: Int32Array, random: SeededRandom): (standing: number) => number {
  const { held } = fold.view;
  const misfits: number[] = [];
  for (let k = 0; k < held.length; k++) {
    for (let n = 0; n < MISFITS_EACH; n++) {
      const other = held[random.integer(held.length)];
      if (fold.secondOf[other] === fold.secondOf[held[k]] || groups[other] === groups[held[k]]) continue;
      misfits.push(fold.standing(k, fold.secondOf[other]));
    }
  }
  const sorted = Float64Array.from(misfits).sort();
  return standing => (sorted.length === 0 ? 0.5 : countBelow(sorted, standing) / sorted.length);
}

/** The ranks of the held-back samples of one fold alone, by their places in it. @param secondOf,groups as {@link judgeMatches} */
export function ranksIn(view: LikenessView, secondOf: Int32Array, groups: Int32Array, random: SeededRandom): Float64Array {
  const fold = new FoldLikeness(view, secondOf);
  const rankOf = rankAmongMisfits(fold, groups, random);
  return Float64Array.from(view.held, (sample, k) => rankOf(fold.standing(k, secondOf[sample])));
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Likeness of one fold's held-back first members with second ones. */
class FoldLikeness {
  readonly #ofFirst: readonly Moments[];
  /** Of second members, with the held-back first ones, as far as they were asked for. */
  readonly #ofSecond: (Moments | undefined)[];

  constructor(
    readonly view: LikenessView,
    readonly secondOf: Int32Array,
  ) {
    const { held, seconds } = view;
    const heldSeconds = [...new Set(Array.from(held, image => secondOf[image]))];
    this.#ofFirst = Array.from(held, (_, k) => momentsOf(heldSeconds.length, n => view.likeness(k, heldSeconds[n])));
    this.#ofSecond = new Array<Moments | undefined>(seconds);
  }

  /** How far a first member (by its place among the held-back) and a second stand out, in standard deviations. */
  standing(k: number, second: number): number {
    const { held } = this.view;
    const likeness = this.view.likeness(k, second);
    const a = this.#ofFirst[k];
    const b = (this.#ofSecond[second] ??= momentsOf(held.length, n => this.view.likeness(n, second)));
    return ((likeness - a.mean) / a.deviation + (likeness - b.mean) / b.deviation) / 2;
  }

  /** The second member, of all, that fits a first one best. */
  best(k: number): { readonly second: number; readonly standing: number } {
    let [second, standing] = [0, -Infinity];
    for (let each = 0; each < this.view.seconds; each++) {
      const here = this.standing(k, each);
      if (here > standing) [second, standing] = [each, here];
    }
    return { second, standing };
  }
}

function momentsOf(count: number, value: (index: number) => number): Moments {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const x = value(i);
    sum += x;
    squares += x * x;
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(squares / count - mean * mean, 1e-12)) };
}

/** How many of the sorted values are below, those that are equal counted half. */
function countBelow(sorted: Float64Array, value: number): number {
  return (partitionPoint(sorted.length, i => sorted[i] < value) + partitionPoint(sorted.length, i => sorted[i] <= value)) / 2;
}
