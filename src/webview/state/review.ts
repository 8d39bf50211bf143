import { LEAST_SUSPICION } from '../../core/findings/labelSuspects';
import { LEAST_AUDITS } from '../../core/labels/labelAudits';
import type { Interval } from '../../core/metrics/interval';
import { reviewKeyOf } from '../../protocol/labelReview';
import type { LabelQuestion } from '../../protocol/labelReview';
import type { ReviewSnapshot } from '../../protocol/panelReview';
import { language, t } from '../l10n';
import { fileName, formatCount } from './format';

export const reviewName = (question: LabelQuestion): string => Object.values(reviewKeyOf(question)).join('\n');

const percent = (share: number): string =>
  share.toLocaleString(language(), { style: 'percent', maximumFractionDigits: share > 0.99 && share < 1 ? 1 : 0 });
const whole = (count: number): string => formatCount(Math.round(count));
const range = ({ low, high }: Interval, text: (value: number) => string): string => t('{0} to {1}', text(low), text(high));

/** Of the doubtful labels. */
export const reviewedText = ({ progress: { reviewed, total } }: ReviewSnapshot): string =>
  total === 0
    ? t('No label is doubtful enough to be reported')
    : t('{0} of {1} reviewed', formatCount(reviewed), formatCount(total));

/** It is in the list for its rank alone. */
export const isEscaped = ({ score, audit }: LabelQuestion): boolean => !audit && score < LEAST_SUSPICION;

/** How many wrong labels were found, and of how many; or how soon that is known. */
export function foundText({ progress: { found, audits }, estimate }: ReviewSnapshot): string {
  const wrong = found === 1 ? t('1 wrong label found') : t('{0} wrong labels found', formatCount(found));
  if (!estimate) {
    return t('{0}; too early to say of how many: {1} of {2} labels drawn at random are reviewed.', wrong, audits, LEAST_AUDITS);
  }
  const all = t('{0}, of about {1} ({2})', wrong, whole(estimate.wrong.value), range(estimate.wrong, whole));
  const { share } = estimate;
  const measured = t('from {0} drawn at random', formatCount(audits));
  return share
    ? t('{0}: {1} found ({2}), {3}.', all, percent(share.value), range(share, percent), measured)
    : t('{0}, {1}.', all, measured);
}

export const questionText = ({ label, suggested }: LabelQuestion): string => t('Labeled {0}, looks like {1}', label, suggested);

/** How sure that is, and what speaks for it. */
export function evidenceText({ score, votes, suggested }: LabelQuestion, isCalibrated: boolean): string {
  const digits = score.toLocaleString(language(), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const sure = isCalibrated ? t('Confidence {0}', digits) : t('Rank {0}', digits);
  return votes ? t('{0}; {1} of its {2} nearest images are {3}', sure, votes.suggested, votes.asked, suggested) : sure;
}

/** A row as it is read out. */
export const spokenText = (question: LabelQuestion, isCalibrated: boolean): string =>
  `${fileName(question.image)}. ${questionText(question)}. ${evidenceText(question, isCalibrated)}`;
