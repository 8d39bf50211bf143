import type { CheckFinding, CheckSummary } from '../checks/checkFinding';
import type { CheckFindingKind } from '../checks/checkKinds';
import { checkFindingKinds, checks, kindsOfCheck } from '../checks/checkKinds';
import type { CheckScore } from '../checks/checkScore';
import { scoreColumns } from '../checks/checkScore';
import type { ErrorRatePoint } from '../checks/errorRates';
import type { Note } from '../dataset/note';
import { noteText } from '../dataset/note';
import { displayPath } from '../findings/findingMessage';
import { csvLine } from './csvReport';
import { round6 } from './scanReport';

export interface CheckReport {
  readonly toolVersion: string;
  readonly summary: CheckSummary;
  /** Of the command line itself; those of the summary come after. */
  readonly notes: readonly Note[];
}

/** How many findings there are of each kind that the check can find. */
export const checkCounts = ({ check, findings }: CheckSummary): Readonly<Partial<Record<CheckFindingKind, number>>> =>
  Object.fromEntries(kindsOfCheck(check).map(kind => [kind, findings.filter(finding => finding.kind === kind).length]));

const noteTexts = ({ notes, summary }: CheckReport): string[] => [...notes, ...summary.notes].map(noteText);

const jsonFinding = ({ id, kind, path, line, related, score, message, suggestion }: CheckFinding): object => ({
  id,
  kind,
  path,
  ...(line !== undefined && { line }),
  message: noteText(message),
  severity: checkFindingKinds[kind].severity,
  related: related.map(each => ({ ...each, ...(each.distance !== undefined && { distance: round6(each.distance) }) })),
  score: round6(score),
  ...(suggestion && { suggestion: noteText(suggestion) }),
});

const roundedFigures = (figures: CheckSummary['figures']): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round6(value)]));

const roundedPoint = ({ threshold, far, frr }: ErrorRatePoint): ErrorRatePoint => ({
  threshold: round6(threshold),
  far: round6(far),
  frr: round6(frr),
});

/** The result of a check as JSON, schema `check-v1`, in pieces: one finding a line. */
export function* checkJson(report: CheckReport): Generator<string> {
  const { summary } = report;
  const head = {
    version: 1,
    tool: { name: 'twinlint', version: report.toolVersion },
    check: summary.check,
    samples: summary.samples,
    judged: summary.judged,
    counts: checkCounts(summary),
    figures: roundedFigures(summary.figures),
    ...(summary.trained && { trained: summary.trained }),
    ...(summary.curve && { curve: summary.curve }),
    ...(summary.errorRates && { errorRates: summary.errorRates.map(roundedPoint) }),
    notes: noteTexts(report),
  };
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  yield `{\n${fields.join('')}  "findings": [`;
  const rows = summary.findings.map(finding => `    ${JSON.stringify(jsonFinding(finding))}`);
  yield rows.length === 0 ? ']\n}\n' : `\n${rows.join(',\n')}\n  ]\n}\n`;
}

/** The result of a check for people to read, in pieces: grouped by kind, most urgent first. */
export function* checkText(report: CheckReport): Generator<string> {
  const { summary } = report;
  let heading: CheckFindingKind | undefined;
  for (const finding of summary.findings) {
    if (finding.kind !== heading) {
      const { title, severity, description } = checkFindingKinds[finding.kind];
      const count = checkCounts(summary)[finding.kind] ?? 0;
      yield `${heading ? '\n' : ''}${title} (${count}, ${severity}): ${description}\n`;
      heading = finding.kind;
    }
    yield `  ${displayPath(finding.path)}${finding.line === undefined ? '' : `:${finding.line}`}\n    ${displayPath(noteText(finding.message))}\n`;
  }
  if (heading) yield '\n';
  for (const text of noteTexts(report)) yield `Note: ${text}\n`;
  const figures = Object.entries(summary.figures).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`);
  if (figures.length > 0) yield `Figures: ${figures.join(', ')}.\n`;
  const trained = summary.trained ? ` Trained for ${summary.trained.seconds} s (${summary.trained.steps} steps).` : '';
  const found = summary.findings.length === 1 ? '1 finding' : `${summary.findings.length} findings`;
  yield `${checks[summary.check].title}: ${found}; ${summary.judged} of ${summary.samples} judged.${trained}\n`;
}

const columns = ['id', 'kind', 'severity', 'path', 'line', 'related', 'distance', 'score', 'message', 'suggestion'] as const;

/** The findings as CSV (RFC 4180, with a header, CRLF), one a line, in pieces; of several related files the first. */
export function* checkCsv({ summary }: CheckReport): Generator<string> {
  yield csvLine(columns);
  for (const { id, kind, path, line, related, score, message, suggestion } of summary.findings) {
    const first = related.at(0);
    const row: Record<(typeof columns)[number], string | number | undefined> = {
      id,
      kind,
      severity: checkFindingKinds[kind].severity,
      path,
      line,
      related: first?.path,
      distance: first?.distance === undefined ? undefined : round6(first.distance),
      score: round6(score),
      message: noteText(message),
      suggestion: suggestion && noteText(suggestion),
    };
    yield csvLine(columns.map(column => row[column]));
  }
}

/** What the check thinks of each that it judged, as CSV (RFC 4180, with a header, CRLF), the most doubtful first, in pieces. */
export function* checkScoresCsv({ check, scores = [] }: CheckSummary): Generator<string> {
  const columns = scoreColumns[check];
  yield csvLine(columns);
  for (const score of scores) {
    const row = scoreRow(score);
    yield csvLine(columns.map(column => row[column]));
  }
}

function scoreRow({ path, partner, doubt, chances, odd, better }: CheckScore): Record<string, string | undefined> {
  // So many decimals that two doubts differ where the files do.
  const shown = Object.entries(chances ?? {}).map(([member, chance]) => [member, chance.toFixed(8)] as const);
  return { path, partner, doubt: doubt.toFixed(8), ...Object.fromEntries(shown), odd, better };
}
