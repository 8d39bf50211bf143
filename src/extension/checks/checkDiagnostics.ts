import { join } from 'node:path';
import {
  commands as vscodeCommands,
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  languages,
  Location,
} from 'vscode';
import { Position, Range, Uri } from 'vscode';
import type { Disposable } from 'vscode';
import { commands } from '../../core/commands';
import type { CheckFinding } from '../../core/checks/checkFinding';
import type { CheckKindInfo, CheckName } from '../../core/checks/checkKinds';
import { checkFindingKinds, checks } from '../../core/checks/checkKinds';
import { displayDistance } from '../../core/findings/findingMessage';
import type { Translate } from '../../core/l10n';
import { contextKeys } from '../contributions';
import { markersPerCall } from '../diagnostics/publisher';
import { commandUri, diagnosticSource } from '../diagnostics/toDiagnostics';
import { breathe } from '../../workspace/breathe';

const severities: Readonly<Record<CheckKindInfo['severity'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};
/** The files that a finding's link opens side by side: more would leave none of them room. */
const openedTogether = 2;

/** What checks found, in Problems: a collection a check, so that a run replaces only what the one before it found. */
export class CheckDiagnostics implements Disposable {
  private readonly collections = new Map<CheckName, ReturnType<typeof languages.createDiagnosticCollection>>();

  constructor(private readonly t: Translate) {}

  /** @param root absolute path of the folder that paths are relative to */
  async set(check: CheckName, root: string, findings: readonly CheckFinding[]): Promise<void> {
    const collection =
      this.collections.get(check) ?? languages.createDiagnosticCollection(`${diagnosticSource}.${checks[check].title}`);
    this.collections.set(check, collection);
    collection.clear();
    const byPath = new Map<string, Diagnostic[]>();
    for (const finding of findings) {
      const list = byPath.get(finding.path) ?? [];
      if (list.length < markersPerCall) list.push(this.toDiagnostic(root, finding));
      byPath.set(finding.path, list);
    }
    let batch: [Uri, Diagnostic[]][] = [];
    let markers = 0;
    for (const [path, diagnostics] of byPath) {
      if (markers + diagnostics.length > markersPerCall) {
        collection.set(batch);
        [batch, markers] = [[], 0];
        await breathe();
      }
      batch.push([uriOf(root, path), diagnostics]);
      markers += diagnostics.length;
    }
    collection.set(batch);
    this.tellContext();
  }

  clear(): void {
    for (const collection of this.collections.values()) collection.clear();
    this.tellContext();
  }

  dispose(): void {
    for (const collection of this.collections.values()) collection.dispose();
  }

  private tellContext(): void {
    const has = [...this.collections.values()].some(collection => [...collection].length > 0);
    void vscodeCommands.executeCommand('setContext', contextKeys.hasCheckFindings, has);
  }

  private toDiagnostic(root: string, finding: CheckFinding): Diagnostic {
    const { kind, path, line, related, message } = finding;
    const at = new Range((line ?? 1) - 1, 0, (line ?? 1) - 1, 0);
    const diagnostic = new Diagnostic(at, this.t(message.message, ...message.args), severities[checkFindingKinds[kind].severity]);
    diagnostic.source = diagnosticSource;
    const files = [path, ...related.map(each => each.path)].slice(0, openedTogether).map(each => join(root, each));
    diagnostic.code = { value: kind, target: commandUri(commands.openCheckFiles.id, ...files) };
    diagnostic.relatedInformation = related.map(each => {
      const text =
        each.distance === undefined
          ? this.t('Compared with this file')
          : this.t('At distance {0}', displayDistance(each.distance));
      return new DiagnosticRelatedInformation(new Location(uriOf(root, each.path), new Position(0, 0)), text);
    });
    return diagnostic;
  }
}

const uriOf = (root: string, path: string): Uri => Uri.file(join(root, path));
