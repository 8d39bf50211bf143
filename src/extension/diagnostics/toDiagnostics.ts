import { Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Position, Range, Uri } from 'vscode';
import { commands } from '../../core/commands';
import type { Finding } from '../../core/findings/finding';
import { findingKinds } from '../../core/findings/kinds';
import { displayDistance, findingMessage } from '../../core/findings/findingMessage';
import type { Translate } from '../../core/l10n';
import type { Place } from '../session/session';

export const diagnosticSource = 'twinlint';

const severities: Readonly<Record<Finding['severity'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/** Image files have no lines: every marker stands at the beginning. */
const start = new Range(0, 0, 0, 0);

/** A command as a link's target. */
export const commandUri = (id: string, ...args: readonly unknown[]): Uri =>
  Uri.parse(`command:${id}?${encodeURIComponent(JSON.stringify(args))}`);

/**
 * One line in Problems. The code of a finding about two images is a link that opens the pair: VS Code asks for code actions only where
 * there is a text model, and images have none.
 */
export function toDiagnostic(
  finding: Finding,
  uriOf: (place: Place) => Uri,
  t: Translate,
  rootNames: readonly string[],
): Diagnostic {
  const diagnostic = new Diagnostic(start, findingMessage(finding, t, rootNames), severities[finding.severity]);
  diagnostic.source = diagnosticSource;
  const { about } = findingKinds[finding.kind];
  diagnostic.code =
    about === 'pair' ? { value: finding.kind, target: commandUri(commands.openPair.id, finding.id) } : finding.kind;
  // The way to another label, which asks first.
  if (finding.kind === 'mislabeled') {
    // An image may have several doubted boxes.
    const relabelArguments = [uriOf(finding).fsPath, ...(finding.at ? [null, finding.id] : [])];
    diagnostic.code = { value: finding.kind, target: commandUri(commands.relabel.id, ...relabelArguments) };
  }
  const { verdict } = finding.details;
  if (verdict) {
    const target = commandUri(commands.compareSelected.id, uriOf(finding).fsPath, uriOf(verdict).fsPath);
    diagnostic.code = { value: finding.kind, target };
  }
  if (finding.related.length > 0) {
    diagnostic.relatedInformation = finding.related.map(
      twin =>
        new DiagnosticRelatedInformation(
          new Location(uriOf(twin), new Position(0, 0)),
          t('Its twin, at distance {0}', displayDistance(twin.distance)),
        ),
    );
  }
  return diagnostic;
}

/** The line that says how many findings Problems does not show, and leads to them. */
export function moreDiagnostic(hidden: number, t: Translate, language: string): Diagnostic {
  const text =
    hidden === 1 ? t('… and 1 more in Twinlint: Pairs') : t('… and {0} more in Twinlint: Pairs', hidden.toLocaleString(language));
  const diagnostic = new Diagnostic(start, text, DiagnosticSeverity.Information);
  diagnostic.source = diagnosticSource;
  diagnostic.code = { value: 'more', target: commandUri(commands.openPairs.id) };
  return diagnostic;
}
