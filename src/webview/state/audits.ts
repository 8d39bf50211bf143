import type { Interval } from '../../core/metrics/interval';
import type { EstimateAnswer } from '../../protocol/labeling';
import { t } from '../l10n';
import { formatCount } from './format';

/** With fewer audits the intervals are too wide to decide by: see docs/LABELING.md. */
export const usefulAudits = 30;

export const shareText = (value: number): string => (Math.round(value * 100) / 100).toFixed(2);

/** "0.96 (0.90–0.99)". */
export const intervalText = ({ value, low, high }: Interval): string =>
  t('{0} ({1}–{2})', shareText(value), shareText(low), shareText(high));

export const auditsText = (count: number): string => (count === 1 ? t('1 audit') : t('{0} audits', formatCount(count)));

/** How far the audits carry. */
export function auditCountText({ audits }: EstimateAnswer): string {
  if (audits === 0) return t('No audits yet: precision and recall are not known. Every fourth question of the side bar is one.');
  if (audits < usefulAudits) return t('{0}; {1} give a useful interval', auditsText(audits), usefulAudits);
  return auditsText(audits);
}
