import type { TwoGroups } from '../../../core/checks/twoGroups';
import { twoGroups } from '../../../core/checks/twoGroups';
import { SeededRandom } from '../../samplers/random';
import { breathe } from '../../session/abort';
import type { FoldView } from './outOfFold';

/** What is known of one picture and its caption. */
export interface CaptionJudgement {
  /** The share of captions drawn at random that fit worse, 0…1. */
  readonly rank: number;
  /** How likely the caption is wrong, 0…1. */
  readonly chance: number;
  /** Another caption's number that fits clearly better; absent where there is none. */
  readonly better?: number;
}

export interface Judged {
  /** One a picture. */
  readonly judgements: readonly CaptionJudgement[];
  readonly groups: TwoGroups;
}

/** Pictures with captions at random, for each picture: what a misfit looks like. */
const MISFITS_EACH = 50;
/** A caption fits clearly if it beats this share of those drawn at random. */
const CLEARLY = 0.98;

/**
 * Rates each picture's own caption among other captions. A likeness counts by how far it stands out of what the picture has with all
 * held-back captions and of what the caption has with all held-back pictures (both in standard deviations): some pictures are like
 * everything, some captions fit anything.
 * @param captionOf a caption's number a picture; @param groups equal for near-duplicates
 */
export async function judgeCaptions(
  views: readonly FoldView[],
  captionOf: Int32Array,
  groups: Int32Array,
  seed: number,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Judged> {
  const ranks = new Float64Array(captionOf.length);
  const better = new Int32Array(captionOf.length).fill(-1);
  const random = new SeededRandom(seed);
  let done = 0;
  for (const view of views) {
    const fold = new FoldLikeness(view, captionOf);
    const misfits: number[] = [];
    for (let k = 0; k < view.held.length; k++) {
      for (let n = 0; n < MISFITS_EACH; n++) {
        const other = view.held[random.integer(view.held.length)];
        if (captionOf[other] === captionOf[view.held[k]] || groups[other] === groups[view.held[k]]) continue;
        misfits.push(fold.standing(k, captionOf[other]));
      }
    }
    const sorted = Float64Array.from(misfits).sort();
    const rankOf = (standing: number): number => (sorted.length === 0 ? 0.5 : countBelow(sorted, standing) / sorted.length);
    for (let k = 0; k < view.held.length; k++) {
      const image = view.held[k];
      const own = fold.standing(k, captionOf[image]);
      ranks[image] = rankOf(own);
      const best = fold.best(k);
      if (best.caption !== captionOf[image] && best.standing > own && rankOf(best.standing) >= CLEARLY) {
        better[image] = best.caption;
      }
      if (++done % 64 === 0) {
        await breathe();
        signal.throwIfAborted();
        onProgress(done / captionOf.length);
      }
    }
  }
  const found = twoGroups(ranks);
  const judgements = Array.from(ranks, (rank, i) => ({
    rank,
    chance: found.chances[i],
    ...(better[i] >= 0 && { better: better[i] }),
  }));
  return { judgements, groups: found };
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Likeness of one fold's held-back pictures with captions. */
class FoldLikeness {
  readonly #ofPicture: readonly Moments[];
  /** Of all captions, with the held-back pictures. */
  readonly #ofCaption: readonly Moments[];

  constructor(
    private readonly view: FoldView,
    captionOf: Int32Array,
  ) {
    const { held, captions, size } = view;
    const heldCaptions = [...new Set(Array.from(held, image => captionOf[image]))];
    this.#ofPicture = Array.from(held, (_, k) => momentsOf(heldCaptions.length, n => this.#product(k, heldCaptions[n])));
    this.#ofCaption = Array.from({ length: captions.length / size }, (_, caption) =>
      momentsOf(held.length, k => this.#product(k, caption)),
    );
  }

  /** How far a picture (by its place among the held-back) and a caption stand out, in standard deviations. */
  standing(k: number, caption: number): number {
    const likeness = this.#product(k, caption);
    const [a, b] = [this.#ofPicture[k], this.#ofCaption[caption]];
    return ((likeness - a.mean) / a.deviation + (likeness - b.mean) / b.deviation) / 2;
  }

  /** The caption, of all, that fits a picture best. */
  best(k: number): { readonly caption: number; readonly standing: number } {
    let [caption, standing] = [0, -Infinity];
    for (let each = 0; each < this.#ofCaption.length; each++) {
      const here = this.standing(k, each);
      if (here > standing) [caption, standing] = [each, here];
    }
    return { caption, standing };
  }

  #product(k: number, caption: number): number {
    const { pictures, captions, size } = this.view;
    let sum = 0;
    for (let i = 0, a = k * size, b = caption * size; i < size; i++) sum += pictures[a + i] * captions[b + i];
    return sum;
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
  return (lowerBound(sorted, x => x >= value) + lowerBound(sorted, x => x > value)) / 2;
}

function lowerBound(sorted: Float64Array, isPast: (value: number) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isPast(sorted[middle])) to = middle;
    else from = middle + 1;
  }
  return from;
}
