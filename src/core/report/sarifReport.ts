import type { Finding, RelatedImage } from '../findings/finding';
import { displayDistance, displayPath, findingMessage } from '../findings/findingMessage';
import { allFindingKinds, findingKinds, type Severity } from '../findings/kinds';
import { english } from '../l10n';
import { noteTexts, type ScanReport } from './scanReport';

/** GitHub's code scanning takes no more than this from one run. */
export const maxSarifResults = 5000;

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'note', off: 'none' };

/** A relative path as a URI reference: every character that is not unreserved is percent-encoded; lone surrogates become U+FFFD. */
export const relativeUri = (path: string): string =>
  path
    .split('/')
    .map(segment => encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[!'()*]/g, percent))
    .join('/');
const percent = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;

/** A picture has no lines, but viewers (GitHub's among them) want a region to show a result at. */
const location = (path: string, base: string, region: { startLine: number; startColumn?: number } = { startLine: 1 }) => ({
  physicalLocation: { artifactLocation: { uri: relativeUri(path), uriBaseId: base }, region },
});

const baseOf = (root: number, report: ScanReport): string => (report.roots[root]?.reference ? '%REFERENCEROOT%' : '%SRCROOT%');

function sarifResult(finding: Finding, report: ScanReport): object {
  const related = (twin: RelatedImage, id: number) => ({
    id,
    ...location(twin.path, baseOf(twin.root, report)),
    message: { text: `${displayPath(twin.path)} (distance ${displayDistance(twin.distance)})` },
  });
  const { at } = finding;
  const base = baseOf(finding.root, report);
  return {
    ruleId: finding.kind,
    ruleIndex: allFindingKinds.indexOf(finding.kind),
    level: levels[finding.severity],
    // A closing bracket after an opening one would make an embedded link of a file name.
    message: { text: findingMessage(finding, english).replace(/[[\]\\]/g, c => `\\${c}`) },
    locations: [at ? location(at.file, base, { startLine: at.line, startColumn: at.column }) : location(finding.path, base)],
    ...(at && { relatedLocations: [{ id: 0, ...location(finding.path, base), message: { text: displayPath(finding.path) } }] }),
    ...(finding.related.length > 0 && { relatedLocations: finding.related.map(related) }),
    partialFingerprints: { 'twinlint/v1': finding.id },
    rank: Math.round(finding.score * 1000) / 10,
  };
}

/**
 * The scan as SARIF 2.1.0 (OASIS), in pieces: rules from the table of kinds, the worst {@link maxSarifResults} results, and a
 * notification where there are more.
 */
export function* sarifReport(report: ScanReport): Generator<string> {
  const shown = report.findings.slice(0, maxSarifResults);
  const notifications = noteTexts(report, english).map(text => ({ level: 'warning', message: { text } }));
  if (shown.length < report.findings.length) {
    const text = `Only the worst ${shown.length} of ${report.findings.length} findings are in this file; the JSON report has all of them.`;
    notifications.unshift({ level: 'warning', message: { text } });
  }
  const driver = {
    name: 'Twinlint',
    version: report.toolVersion,
    semanticVersion: report.toolVersion,
    rules: allFindingKinds.map(kind => ({
      id: kind,
      name: kind.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase()),
      shortDescription: { text: findingKinds[kind].title },
      fullDescription: { text: findingKinds[kind].description },
      defaultConfiguration: { level: levels[findingKinds[kind].severity] },
    })),
  };
  const invocations = [{ executionSuccessful: true, toolExecutionNotifications: notifications }];
  yield '{\n  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n  "version": "2.1.0",\n  "runs": [\n    {\n';
  yield `      "tool": ${JSON.stringify({ driver })},\n      "invocations": ${JSON.stringify(invocations)},\n`;
  yield '      "columnKind": "utf16CodeUnits",\n      "results": [';
  let separator = '\n';
  for (const finding of shown) {
    yield `${separator}        ${JSON.stringify(sarifResult(finding, report))}`;
    separator = ',\n';
  }
  yield shown.length === 0 ? ']\n' : '\n      ]\n';
  yield '    }\n  ]\n}\n';
}
