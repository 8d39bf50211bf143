import type { ImageRecord } from '../dataset/image';
import type { Verdict, VerdictImage } from './verdict';

/** What the verdicts that hold say of the images of a scan. */
export interface VerdictLookup {
  /** Whether any verdict that counts here speaks of this content: a quick way out. */
  mentions(content: string): boolean;
  /** `different` also where the two were only said to be of different classes: then they can't be the same picture. */
  ofPair(a: ImageRecord, b: ImageRecord): 'similar' | 'different' | undefined;
  ignores(image: ImageRecord): boolean;
  /** The pairs said to be different: what {@link ofPair} answers, listed. */
  readonly different: readonly (readonly [VerdictImage, VerdictImage])[];
}

/** The subset of an image that a verdict is keyed on. */
type Keyed = Pick<ImageRecord, 'content' | 'path'>;

const order = (a: string, b: string): [string, string] => (a <= b ? [a, b] : [b, a]);
const pairKey = (a: Keyed | VerdictImage, b: Keyed | VerdictImage): string =>
  (a.content === b.content ? [a.content, ...order(a.path, b.path)] : order(a.content, b.content)).join('\n');
const imageKey = (image: Keyed | VerdictImage): string => `${image.content}\n${image.path}`;

/**
 * Indexes verdicts. A pair's key is its two contents, so that a verdict outlives a rename; between equal contents it is the
 * paths too. An image's `ignore` holds for its content at its path, or, where `equalContents` is false for that content (no
 * other file of the scan has it), for its content anywhere.
 *
 * @param verdicts Merged: at most one holds for a key; where there are more, the last wins.
 * @param hasCopies Whether several files of the scan hold this content.
 */
export function createVerdictLookup(verdicts: readonly Verdict[], hasCopies: (content: string) => boolean): VerdictLookup {
  const contents = new Set<string>();
  const pairs = new Map<string, 'similar' | 'different'>();
  const different = new Map<string, readonly [VerdictImage, VerdictImage]>();
  const ignoredAt = new Set<string>();
  const ignoredContents = new Set<string>();
  for (const { relation, verdict, images } of verdicts) {
    if (verdict === 'ignore' && images.length === 1) {
      ignoredAt.add(imageKey(images[0]));
      if (images[0].content !== '') ignoredContents.add(images[0].content);
    } else if (verdict !== 'ignore' && images.length === 2) {
      // Same class does not make the same picture, but another class makes another picture.
      if (relation !== 'same-picture' && !(relation === 'same-class' && verdict === 'different')) continue;
      const key = pairKey(images[0], images[1]);
      pairs.set(key, verdict);
      if (verdict === 'different') different.set(key, [images[0], images[1]]);
      else different.delete(key);
    } else continue;
    for (const image of images) contents.add(image.content);
  }
  return {
    different: [...different.values()],
    mentions: content => contents.has(content),
    ofPair: (a, b) => (contents.has(a.content) && contents.has(b.content) ? pairs.get(pairKey(a, b)) : undefined),
    ignores: image =>
      contents.has(image.content) &&
      (ignoredAt.has(imageKey(image)) || (ignoredContents.has(image.content) && !hasCopies(image.content))),
  };
}

/** For scans without verdicts. */
export const noVerdicts: VerdictLookup = {
  mentions: () => false,
  ofPair: () => undefined,
  ignores: () => false,
  different: [],
};
