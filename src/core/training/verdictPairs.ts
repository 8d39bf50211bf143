import type { Relation, Verdict, VerdictImage } from '../verdicts/verdict';

/** Two contents and what was said of them. */
export interface ContentVerdict {
  readonly a: VerdictImage;
  readonly b: VerdictImage;
  readonly similar: boolean;
}

/**
 * The verdicts on pairs that count for a relation: its own, and what others imply. One picture, altered, is of one class; pictures of
 * different classes are different pictures. Between equal contents there is nothing to learn, so those are left out; and what was asked to
 * measure with is never learned from.
 */
export function verdictPairs(verdicts: readonly Verdict[], relation: Relation): ContentVerdict[] {
  const pairs: ContentVerdict[] = [];
  for (const { relation: said, verdict, images, audit } of verdicts) {
    if (audit || verdict === 'ignore' || images.length !== 2 || images[0].content === images[1].content) continue;
    const isImplied =
      (relation === 'same-class' && said === 'same-picture' && verdict === 'similar') ||
      (relation === 'same-picture' && said === 'same-class' && verdict === 'different');
    if (said === relation || isImplied) pairs.push({ a: images[0], b: images[1], similar: verdict === 'similar' });
  }
  return pairs;
}
