import { findingMessage } from '../findings/findingMessage';
import { english } from '../l10n';
import { round6, type ScanReport } from './scanReport';

export const csvColumns = [
  'id',
  'kind',
  'severity',
  'path',
  'related',
  'distance',
  'score',
  'transform',
  'label',
  'related_label',
  'split',
  'related_split',
  'message',
  'at',
] as const;

/** RFC 4180: quoted where it must be, quotes doubled. */
const field = (value: string | number | undefined): string => {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line of a CSV file, with its end. */
export const csvLine = (fields: readonly (string | number | undefined)[]): string => `${fields.map(field).join(',')}\r\n`;

/** The findings as CSV (RFC 4180, with a header, CRLF), one a line, in pieces. */
export function* csvReport(report: ScanReport): Generator<string> {
  yield csvLine(csvColumns);
  for (const finding of report.findings) {
    const twin = finding.related.at(0);
    const { labels, splits, transform } = finding.details;
    const row: Record<(typeof csvColumns)[number], string | number | undefined> = {
      id: finding.id,
      kind: finding.kind,
      severity: finding.severity,
      path: finding.path,
      related: twin?.path,
      distance: twin && round6(twin.distance),
      score: round6(finding.score),
      transform,
      label: labels?.[0],
      related_label: labels?.[1],
      split: splits?.[0],
      related_split: splits?.[1],
      message: findingMessage(finding, english),
      at: finding.at && `${finding.at.file}:${finding.at.line}`,
    };
    yield csvLine(csvColumns.map(column => row[column]));
  }
}
