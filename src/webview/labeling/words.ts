import type { EngineQuestion } from '../../protocol/labeling';
import type { LabelAnswer, LabelingSnapshot } from '../../protocol/panelLabeling';
import { t } from '../l10n';
import { auditsText, intervalText, shareText, usefulAudits } from '../state/audits';
import { formatCount } from '../state/format';

/** How far ahead it is told what answers bring. */
const nextAnswers = 10;

/** What is asked of a pair under a relation. */
export const questionText = (relation: string): string =>
  relation === 'same-picture'
    ? t('Same picture?')
    : relation === 'same-class'
      ? t('Same kind of thing?')
      : t('Similar by “{0}”?', relation);

export const relationText = (relation: string): string =>
  relation === 'same-picture' ? t('Same picture') : relation === 'same-class' ? t('Same kind of thing') : relation;

/** Why this pair, in a line. */
export function reasonText({ reason, cycle }: EngineQuestion): string {
  switch (reason) {
    case 'near-threshold':
      return t('Asked because it is near the threshold: here the model is least sure.');
    case 'farther':
      return t('Asked because pairs nearer to the threshold are answered or show images that were asked about before.');
    case 'place':
      return t('Asked to find out which of the groups so far one of the two belongs to.');
    case 'new-region':
      return t('Asked because nobody was asked about images like these.');
    case 'audit':
      return t('Drawn at random, to measure how good the findings are. It is never learned from.');
    case 'cycle':
      return t(
        'Your answers run in a circle: {0} are similar, yet the first and the last are not. Is that so?',
        cycle!.paths.join(' = '),
      );
  }
}

export const answerText = (answer: LabelAnswer): string =>
  answer === 'similar' ? t('Similar') : answer === 'different' ? t('Different') : t('Skipped');

export function countText({ counts }: LabelingSnapshot): string {
  const all = counts.similar + counts.different;
  if (all === 0) return t('No answers yet');
  const verdicts = all === 1 ? t('1 answer') : t('{0} answers', formatCount(all));
  return t('{0}: {1} similar, {2} different', verdicts, formatCount(counts.similar), formatCount(counts.different));
}

/** What is left where a model is least sure; empty where that is not known. */
export function openText({ counts: { open } }: LabelingSnapshot): string {
  if (open === undefined) return '';
  return open === 1 ? t('1 pair near the threshold is open') : t('{0} pairs near the threshold are open', formatCount(open));
}

/** What the audits say, and what the next answers are expected to bring: those that wait are known, how many of them measure too. */
export function measureText({ counts, precision, recall, questions, relation }: LabelingSnapshot): string {
  const next = questions.slice(0, nextAnswers);
  const measuring = next.filter(({ reason }) => reason === 'audit').length;
  const learning = next.length - measuring;
  if (!precision) {
    if (relation !== 'same-picture' && counts.audits > 0) {
      return t('{0}: they will measure the first model of this relation.', auditsText(counts.audits));
    }
    return measuring === 0
      ? t('Every fourth pair is drawn at random, to measure the precision by.')
      : t(
          'The next {0} answers: {1} to learn from, {2} to measure by, for a first estimate of the precision.',
          next.length,
          learning,
          measuring,
        );
  }
  const now = recall
    ? t('Precision {0}, recall {1}, from {2} audits.', intervalText(precision), intervalText(recall), formatCount(counts.audits))
    : t('Precision {0}, from {1} audits.', intervalText(precision), formatCount(counts.audits));
  const early =
    counts.audits < usefulAudits ? ` ${t('Too early to decide by: {0} audits give a useful interval.', usefulAudits)}` : '';
  if (next.length === 0) return now + early;
  if (measuring === 0) return `${now}${early} ${t('The next {0} answers are to learn from.', next.length)}`;
  const half = (precision.high - precision.low) / 2;
  // An interval shrinks with the square root of the audits.
  const audits = Math.max(1, counts.audits);
  const then = half * Math.sqrt(audits / (audits + measuring));
  const coming = t(
    'The next {0} answers: {1} to learn from, {2} to measure by, from ±{3} to about ±{4}.',
    next.length,
    learning,
    measuring,
    shareText(half),
    shareText(then),
  );
  return `${now}${early} ${coming}`;
}
