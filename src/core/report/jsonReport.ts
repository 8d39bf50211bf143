import type { Finding } from '../findings/finding';
import { findingMessage } from '../findings/findingMessage';
import { findingKinds, type FindingKind } from '../findings/kinds';
import { english } from '../l10n';
import { noteTexts, round6, type ScanReport } from './scanReport';

/** What to do about a finding, for programs: one word a kind. */
const suggestions: Readonly<Record<FindingKind, string>> = {
  'unreadable-image': 'repair-file',
  'split-leak': 'remove-file',
  'identity-leak': 'move-to-one-split',
  'label-conflict': 'review-labels',
  mislabeled: 'review-labels',
  'exact-duplicate': 'remove-file',
  'near-duplicate': 'remove-file',
  'verdict-contradicted': 'review-verdict',
  'not-fetched': 'fetch-file',
  'unsupported-format': 'convert-file',
  blurry: 'review-image',
  'too-dark': 'review-image',
  'too-bright': 'review-image',
  'low-information': 'review-image',
  'odd-size': 'review-image',
  'odd-aspect-ratio': 'review-image',
  'odd-channels': 'review-image',
  outlier: 'review-image',
};

function jsonFinding(finding: Finding, report: ScanReport): object {
  const { also, labels, splits, transform, problem, quality, identity, verdict } = finding.details;
  return {
    id: finding.id,
    kind: finding.kind,
    path: finding.path,
    message: findingMessage(finding, english),
    severity: finding.severity,
    related: finding.related.map(({ path, root, distance }) => ({
      path,
      distance: round6(distance),
      ...(report.roots[root]?.reference && { reference: true }),
    })),
    score: round6(finding.score),
    suggestion: suggestions[finding.kind],
    ...(also && { also }),
    ...(labels && { labels }),
    ...(splits && { splits }),
    ...(identity && { identity: identity.name, example: identity.example }),
    ...(verdict && { verdict: { said: verdict.said, path: verdict.path, against: verdict.why.kind } }),
    ...(transform && { transform }),
    ...(quality && { measured: round6(quality.measured), limit: round6(quality.limit) }),
    ...(finding.at && { at: { path: finding.at.file, line: finding.at.line }, box: finding.details.box }),
    ...(problem && { reason: problem.reason, detail: problem.detail }),
  };
}

/**
 * The scan as JSON, schema version 1 (docs/JSON.md), in pieces: one finding a line, so that two scans can be compared with a line diff.
 */
export function* jsonReport(report: ScanReport): Generator<string> {
  const head = {
    version: 1,
    tool: { name: 'twinlint', version: report.toolVersion },
    images: report.images,
    model: report.model ?? null,
    rescorer: report.rescorer ?? null,
    summary: {
      readable: report.readable,
      threshold: round6(report.threshold),
      radius: round6(report.radius),
      expectedFalsePairs: report.expectedFalsePairs === null ? null : round6(report.expectedFalsePairs),
      findings: report.findings.length,
      counts: Object.fromEntries(Object.keys(findingKinds).map(kind => [kind, report.counts[kind as FindingKind] ?? 0])),
    },
    notes: noteTexts(report, english),
  };
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  yield `{\n${fields.join('')}  "findings": [`;
  let separator = '\n';
  for (const finding of report.findings) {
    yield `${separator}    ${JSON.stringify(jsonFinding(finding, report))}`;
    separator = ',\n';
  }
  yield report.findings.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}
