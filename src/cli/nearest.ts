import { editDistance } from '../core/settings/parseSettings';

/** The candidate most like a mistyped word, if any is near: at most two letters off, one where it is short. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = (word.length < 4 ? 1 : 2) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best ?? candidates.find(candidate => word.length >= 3 && candidate.startsWith(word.toLowerCase()));
}

/** `; did you mean X?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[], prefix = ''): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`;
}
