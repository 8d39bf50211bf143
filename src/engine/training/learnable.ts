import { trainingMessages as messages } from '../../core/training/messages';
import type { PairList } from '../samplers/pairSampler';
import { contradictions } from '../samplers/pairSampler';
import { NothingToLearnError } from '../samplers/sampler';
import type { ImageSource } from './images';

/** How many contradictions a message lists. */
const LISTED = 5;

/**
 * Refuses what can't be learned from, before any time is spent.
 * @throws NothingToLearnError with fewer than two images, only identical ones, or verdicts that contradict each other (named by `nameOf`).
 */
export function checkLearnable(images: ImageSource, pairs: PairList | undefined, nameOf: (image: number) => string): void {
  if (images.count < 2) throw new NothingToLearnError(messages.twoImages);
  if (allIdentical(images)) throw new NothingToLearnError(messages.identical);
  const found = pairs ? contradictions(pairs) : [];
  if (found.length === 0 || !pairs) return;
  const listed = found
    .slice(0, LISTED)
    .map(([first]) => `${nameOf(pairs.a[first])} – ${nameOf(pairs.b[first])}`)
    .join('; ');
  if (found.length <= LISTED) throw new NothingToLearnError(messages.contradictions, listed);
  throw new NothingToLearnError(messages.contradictionsMore, listed, found.length - LISTED);
}

function allIdentical(images: ImageSource): boolean {
  const size = images.shape[0] * images.shape[1] * images.shape[2];
  const first = new Float32Array(size);
  const other = new Float32Array(size);
  images.read(0, first, 0);
  for (let i = 1; i < images.count; i++) {
    images.read(i, other, 0);
    if (other.some((v, p) => v !== first[p])) return false;
  }
  return true;
}
