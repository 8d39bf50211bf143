import type { FindingCounts } from '../findings/finding';
import { allFindingKinds, findingKinds } from '../findings/kinds';
import type { Translate } from '../l10n';
import type { ScanReport } from './scanReport';

export const summaryMessages = {
  oneImage: '1 image scanned.',
  images: '{0} images scanned.',
  imagesSomeUnread: '{0} images scanned, {1} of them not readable.',
  none: 'No findings at threshold {0}.',
  foundOne: 'One finding at threshold {0}: {1}.',
  found: '{0} findings at threshold {1}: {2}.',
  count: '{0}: {1}',
  radius: 'Pairs were looked for up to distance {0}.',
  expected: 'At this threshold about {0} false pairs are expected.',
  expectedFew: 'At this threshold fewer than 0.1 false pairs are expected.',
} as const;

/** 1,200 */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** Counts by kind, most urgent first: "Split leak: 3, Exact duplicate: 1,200". */
export const countsText = (counts: FindingCounts, t: Translate): string =>
  allFindingKinds
    .filter(kind => counts[kind])
    .map(kind => t(summaryMessages.count, t(findingKinds[kind].title), grouped(counts[kind]!)))
    .join(', ');

/** What a scan found, in two or three sentences. */
export function summaryText(report: ScanReport, t: Translate): string {
  const unread = report.images - report.readable;
  const total = report.findings.length;
  const threshold = report.threshold.toFixed(3);
  const expected = report.expectedFalsePairs;
  return [
    unread === 0
      ? report.images === 1
        ? t(summaryMessages.oneImage)
        : t(summaryMessages.images, grouped(report.images))
      : t(summaryMessages.imagesSomeUnread, grouped(report.images), grouped(unread)),
    total === 0
      ? t(summaryMessages.none, threshold)
      : total === 1
        ? t(summaryMessages.foundOne, threshold, countsText(report.counts, t))
        : t(summaryMessages.found, grouped(total), threshold, countsText(report.counts, t)),
    ...(expected === null
      ? []
      : [expected < 0.1 ? t(summaryMessages.expectedFew) : t(summaryMessages.expected, expected.toFixed(1))]),
    t(summaryMessages.radius, report.radius.toFixed(3)),
  ].join(' ');
}
