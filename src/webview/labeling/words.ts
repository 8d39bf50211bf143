import type { EngineQuestion } from '../../protocol/labeling';
import type { LabelAnswer, LabelingSnapshot } from '../../protocol/panelLabeling';
import { t } from '../l10n';
import { intervalText, shareText } from '../state/audits';
import { formatCount } from '../state/format';

/** Questions between two that measure. */
const auditEvery = 4;
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

/** What the audits say, and what the next answers are expected to bring. */
export function measureText({ counts, precision, recall }: LabelingSnapshot): string {
  const more = Math.round(nextAnswers / auditEvery);
  if (!precision) {
    return t('The next {0} answers bring a first estimate of precision: every fourth pair is drawn at random.', nextAnswers);
  }
  const half = (precision.high - precision.low) / 2;
  // An interval shrinks with the square root of the audits.
  const then = half * Math.sqrt(counts.audits / (counts.audits + more));
  const now = recall
    ? t('Precision {0}, recall {1}, from {2} audits.', intervalText(precision), intervalText(recall), formatCount(counts.audits))
    : t('Precision {0}, from {1} audits.', intervalText(precision), formatCount(counts.audits));
  return `${now} ${t('The next {0} answers should bring ±{1} to ±{2}.', nextAnswers, shareText(half), shareText(then))}`;
}
