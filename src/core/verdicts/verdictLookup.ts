import type { ImageRecord } from '../dataset/image';
import type { Verdict, VerdictImage } from './verdict';

/** What the verdicts that hold say of the images of a scan. */
export interface VerdictLookup {
  /** Whether any verdict that counts here speaks of this content: a quick way out. */
  mentions(content: string): boolean;
  /** `different` also where the two were only said to be of different classes: then they can't be the same picture. */
  ofPair(a: ImageRecord, b: ImageRecord): 'similar' | 'different' | undefined;
  ignores(image: ImageRecord): boolean;
  /** Said of this content at this path, or given to this content by a person: what carries another label may be judged again. */
  labelIsRight(image: ImageRecord): boolean;
  /** Whether a person gave this content a label, whichever. */
  isRelabeled(content: string): boolean;
  /** The pairs said to be different: what {@link ofPair} answers, listed. */
  readonly different: readonly (readonly [VerdictImage, VerdictImage])[];
}

/** The subset of an image that a verdict is keyed on. */
type Keyed = Pick<ImageRecord, 'content' | 'path'>;

/** A pair's two keys, of the outer and the inner map: its contents in order; of equal contents, the content and its paths in order. */
function pairKeys(a: Keyed | VerdictImage, b: Keyed | VerdictImage): [string, string] {
  if (a.content < b.content) return [a.content, b.content];
  if (a.content > b.content) return [b.content, a.content];
  return [a.content, a.path <= b.path ? `${a.path}\n${b.path}` : `${b.path}\n${a.path}`];
}
const imageKey = (image: Keyed | VerdictImage): string => `${image.content}\n${image.path}`;

/**
 * Indexes verdicts. A pair's key is its two contents, so that a verdict outlives a rename; between equal contents it is the
 * paths too. An image's `ignore` holds for its content at its path, or, where no other file of
 * the scan has that content, for its content anywhere.
 *
 * @param verdicts Merged: at most one holds for a key; where there are more, the last wins.
 * @param hasCopies Whether several files of the scan hold this content.
 */
export function createVerdictLookup(verdicts: readonly Verdict[], hasCopies: (content: string) => boolean): VerdictLookup {
  const contents = new Set<string>();
  const pairs = new Map<string, Map<string, Verdict>>();
  const ignoredAt = new Set<string>();
  const ignoredContents = new Set<string>();
  const rightLabels = new Set<string>();
  /** Content and the label that a person gave it. */
  const givenLabels = new Set<string>();
  const relabeled = new Set<string>();
  for (const each of verdicts) {
    const { relation, verdict, images, label } = each;
    if (verdict === 'relabel') {
      givenLabels.add(`${images[0].content}\n${label}`);
      relabeled.add(images[0].content);
      continue;
    }
    if (verdict === 'ignore' && images.length === 1 && relation === 'same-class') {
      rightLabels.add(imageKey(images[0]));
      continue;
    }
    if (verdict === 'ignore' && images.length === 1) {
      ignoredAt.add(imageKey(images[0]));
      if (images[0].content !== '') ignoredContents.add(images[0].content);
    } else if (verdict !== 'ignore' && images.length === 2) {
      // Same class does not make the same picture, but another class makes another picture.
      if (relation !== 'same-picture' && !(relation === 'same-class' && verdict === 'different')) continue;
      const [outer, inner] = pairKeys(images[0], images[1]);
      let others = pairs.get(outer);
      if (others === undefined) pairs.set(outer, (others = new Map()));
      others.set(inner, each);
    } else continue;
    for (const image of images) contents.add(image.content);
  }
  return {
    different: [...pairs.values()]
      .flatMap(others => [...others.values()])
      .filter(({ verdict }) => verdict === 'different')
      .map(({ images }) => [images[0], images[1]] as const),
    mentions: content => contents.has(content),
    ofPair(a, b) {
      if (!contents.has(a.content) || !contents.has(b.content)) return undefined;
      const [outer, inner] = pairKeys(a, b);
      // Only pairs' verdicts are in there.
      return pairs.get(outer)?.get(inner)?.verdict as 'similar' | 'different' | undefined;
    },
    labelIsRight: image => rightLabels.has(imageKey(image)) || givenLabels.has(`${image.content}\n${image.label}`),
    isRelabeled: content => relabeled.has(content),
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
  labelIsRight: () => false,
  isRelabeled: () => false,
  different: [],
};
