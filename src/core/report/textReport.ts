import type { Finding } from '../findings/finding';
import { displayDistance, displayPath, findingMessage, transformText } from '../findings/findingMessage';
import { findingKinds, type FindingKind, type Severity } from '../findings/kinds';
import { english } from '../l10n';
import { noteTexts, type ScanReport } from './scanReport';
import { summaryText } from './summaryText';
import { padToWidth, shortenPath, textWidth } from './textWidth';

export interface TextOptions {
  /** Columns of the terminal; long paths are then shortened in their middle. Absent: nothing is shortened. */
  readonly width?: number;
  readonly colours: boolean;
}

const reset = '\u001b[0m';
const styles = {
  error: '\u001b[31m',
  warning: '\u001b[33m',
  information: '\u001b[36m',
  off: '',
  bold: '\u001b[1m',
  dim: '\u001b[2m',
};

/** Rows of one kind and severity are laid out together, this many at a time (their columns line up). */
const block = 500;
const indent = '  ';
const arrow = ' → ';
const minPath = 12;

/** What stands behind a pair: its distance, and what else differs. */
function factsOf(finding: Finding): string {
  const { details, related } = finding;
  const facts = [details.exact ? 'same bytes' : displayDistance(related[0].distance)];
  const turned = transformText(details.transform, english);
  if (turned !== undefined) facts.push(turned);
  const names = (pair: readonly [string, string]) => pair.map(displayPath).join(arrow);
  if (finding.kind === 'split-leak' && details.splits) facts.push(names(details.splits));
  const conflict = finding.kind === 'label-conflict' || details.also?.includes('label-conflict');
  if (conflict && details.labels) facts.push(`labels ${names(details.labels)}`);
  return facts.join(', ');
}

/** The scan for people to read, in pieces: worst first, grouped by kind, the summary last. */
export function* textReport(report: ScanReport, options: TextOptions): Generator<string> {
  const paint = (style: keyof typeof styles, text: string) => (options.colours ? `${styles[style]}${text}${reset}` : text);
  let heading: { kind: FindingKind; severity: Severity } | undefined;
  for (let start = 0; start < report.findings.length;) {
    const { kind, severity } = report.findings[start];
    if (heading?.kind !== kind || heading.severity !== severity) {
      const { title, description } = findingKinds[kind];
      const count = report.findings.filter(f => f.kind === kind && f.severity === severity).length;
      yield `${heading ? '\n' : ''}${paint(severity, paint('bold', title))} (${count}, ${severity}): ${paint('dim', description)}\n`;
      heading = { kind, severity };
    }
    let end = start + 1;
    const same = (f: Finding | undefined) => f?.kind === kind && f.severity === severity;
    while (end - start < block && same(report.findings[end])) end++;
    const rows = report.findings.slice(start, end);
    yield* findingKinds[kind].about === 'pair' ? pairRows(rows, report, options, paint) : fileRows(rows);
    start = end;
  }
  if (report.findings.length > 0) yield '\n';
  for (const note of noteTexts(report, english)) yield `${paint('warning', 'Note:')} ${note}\n`;
  const { model, rescorer } = report;
  const by = model ? ` Compared with the model ${displayPath(model.path)} (${model.relation}).` : '';
  const again = rescorer ? ` Pairs judged again by ${displayPath(rescorer.path)} (${rescorer.network}).` : '';
  yield `${summaryText(report, english)}${by}${again}\n`;
}

function* fileRows(rows: readonly Finding[]): Generator<string> {
  for (const finding of rows) {
    const place = finding.at ? ` (${displayPath(finding.at.file)}:${finding.at.line})` : '';
    yield `${indent}${displayPath(finding.path)}${place}\n${indent}${indent}${findingMessage(finding, english)}\n`;
  }
}

function* pairRows(
  rows: readonly Finding[],
  report: ScanReport,
  { width }: TextOptions,
  paint: (style: 'dim', text: string) => string,
): Generator<string> {
  const cells = rows.map(finding => {
    const [{ path, root }] = finding.related;
    const twin = report.roots[root]?.reference ? `${report.roots[root].name}/${path}` : path;
    return { left: displayPath(finding.path), right: displayPath(twin), facts: factsOf(finding) };
  });
  const longest = (texts: string[]) => texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);
  let left = longest(cells.map(cell => cell.left));
  let right = longest(cells.map(cell => cell.right));
  if (width !== undefined) {
    const room = width - indent.length - arrow.length - 2 - longest(cells.map(cell => cell.facts));
    // The side that needs less keeps what it needs; the other gets the rest.
    const half = Math.max(minPath, Math.floor(room / 2));
    const [wantLeft, wantRight] = [left, right];
    left = Math.min(wantLeft, Math.max(half, room - wantRight));
    right = Math.min(wantRight, Math.max(half, room - left));
  }
  const fit = (text: string, columns: number) => padToWidth(width === undefined ? text : shortenPath(text, columns), columns);
  for (const cell of cells) {
    yield `${indent}${fit(cell.left, left)}${arrow}${fit(cell.right, right)}  ${paint('dim', cell.facts)}\n`;
  }
}
