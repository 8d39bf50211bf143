import type { ImageRecord } from '../dataset/image';
import { LEAST_AUDITS } from '../labels/labelAudits';
import type { Interval } from '../metrics/interval';
import { weightedShare } from '../metrics/weightedShare';
import type { Verdict } from '../verdicts/verdict';

/** What the review of labels says of the data set. */
export interface LabelErrors {
  /** Labels that were drawn at random and looked at. */
  readonly audits: number;
  /** The share of labels that were wrong when that was looked at, with its 90 % interval. */
  readonly share: Interval;
  /** Wrong labels that were corrected since; the share has them still. */
  readonly corrected: number;
}

/**
 * Estimated from labels drawn at random alone, as far as their images are still there. Undefined while there are too few.
 * A relabeling that was undone says nothing: neither of its two states holds.
 */
export function labelErrors(verdicts: readonly Verdict[], images: readonly ImageRecord[]): LabelErrors | undefined {
  const labelsOf = new Map<string, Set<string | undefined>>();
  for (const { content, label } of images) labelsOf.set(content, (labelsOf.get(content) ?? new Set()).add(label));
  const said = verdicts.filter(({ relation, images: of }) => relation === 'same-class' && of.length === 1);
  const isCorrected = ({ verdict, images: [{ content }], label }: Verdict): boolean =>
    verdict === 'relabel' && labelsOf.get(content)?.has(label) === true;
  const audited = said.filter(
    each => each.audit && (each.verdict === 'ignore' ? labelsOf.has(each.images[0].content) : isCorrected(each)),
  );
  if (audited.length < LEAST_AUDITS) return undefined;
  const draws = audited.map(({ audit, verdict }) => ({ probability: audit!.probability, isWrong: verdict === 'relabel' }));
  return {
    audits: audited.length,
    share: weightedShare(draws, ({ isWrong }) => isWrong),
    corrected: said.filter(isCorrected).length,
  };
}
