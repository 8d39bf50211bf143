import {
  CodeAction,
  CodeActionKind,
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  Disposable,
  languages,
  Location,
  Position,
  Range,
  Uri,
  workspace,
} from 'vscode';
import type { TextDocument } from 'vscode';
import { commands } from '../../core/commands';
import { parseList } from '../../core/curation/listFile';
import { normalRef } from '../../core/curation/matchRows';
import type { Finding } from '../../core/findings/finding';
import { findingMessage } from '../../core/findings/findingMessage';
import { FindingsRequest, type ScanRoot } from '../../protocol/engine';
import { diagnosticSource } from '../diagnostics/toDiagnostics';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';

/** Problems of one file beyond these are of no use to anybody. */
const mostRows = 500;

export interface LabelRowParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly messenger: Messenger;
}

/** Marks doubtful labels on their rows, where they come from a table, with a fix for each. */
export function registerLabelRows(parts: LabelRowParts): Disposable {
  const collection = languages.createDiagnosticCollection('twinlint-labels');
  const found = new Map<string, Finding>();
  let turn = 0;
  const refresh = async (): Promise<void> => {
    const own = ++turn;
    const { session, engine, scans } = parts;
    const tables = session.roots.filter(({ settings, reference }) => isTable(settings.labels) && !reference);
    if (tables.length === 0 || !session.state || !(await scans.ready())) {
      collection.clear();
      return;
    }
    const { findings } = await engine.request(FindingsRequest, { offset: 0, limit: mostRows, kinds: ['mislabeled'] });
    const entries: [Uri, Diagnostic[]][] = [];
    found.clear();
    for (const root of tables) {
      const uri = tableUri(root);
      const doubts = new Map(
        findings.filter(({ root: index }) => session.roots[index] === root).map(finding => [finding.path, finding]),
      );
      const diagnostics = doubts.size === 0 ? [] : diagnosticsOf(await workspace.openTextDocument(uri), root, doubts, parts);
      for (const { diagnostic, finding } of diagnostics) found.set(keyOf(uri, diagnostic.range), finding);
      entries.push([uri, diagnostics.map(({ diagnostic }) => diagnostic)]);
    }
    // Another change has come meanwhile.
    if (own !== turn) return;
    collection.clear();
    collection.set(entries);
  };
  const run = (): void => void refresh().catch((error: unknown) => parts.messenger.failure('', error));
  const fixes = languages.registerCodeActionsProvider(
    [{ pattern: '**/*.{csv,tsv,jsonl,json,txt}' }],
    {
      provideCodeActions: (document, _range, context) =>
        context.diagnostics.flatMap(each => actionsFor(document, each, found, parts)),
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
  return Disposable.from(
    collection,
    fixes,
    parts.session.onDidChange(({ cause }) => cause !== 'threshold' && run()),
  );
}

const isTable = (labels: string): boolean => labels !== 'folders' && labels !== 'none';
const tableUri = ({ path, settings }: ScanRoot): Uri => Uri.joinPath(Uri.file(path), ...settings.labels.split('/'));
const keyOf = (uri: Uri, { start }: Range): string => `${uri.toString()}#${start.line}`;

function diagnosticsOf(
  document: TextDocument,
  root: ScanRoot,
  doubts: ReadonlyMap<string, Finding>,
  { session, messenger }: LabelRowParts,
): { readonly diagnostic: Diagnostic; readonly finding: Finding }[] {
  const file = parseList(root.settings.labels, document.getText());
  return (file?.rows ?? []).flatMap(({ ref, label, range }) => {
    const finding = doubts.get(normalRef(ref, '') ?? '');
    if (!finding) return [];
    const { start, end } = label?.range ?? range;
    const place = new Range(
      document.positionAt(start).line,
      document.positionAt(start).character,
      document.positionAt(end).line,
      document.positionAt(end).character,
    );
    const diagnostic = new Diagnostic(place, findingMessage(finding, messenger.t), DiagnosticSeverity.Warning);
    diagnostic.source = diagnosticSource;
    diagnostic.code = 'mislabeled';
    diagnostic.relatedInformation = [
      new DiagnosticRelatedInformation(new Location(session.uriOf(finding), new Position(0, 0)), messenger.t('The image')),
    ];
    return [{ diagnostic, finding }];
  });
}

function actionsFor(
  document: TextDocument,
  diagnostic: Diagnostic,
  found: ReadonlyMap<string, Finding>,
  { session, messenger }: LabelRowParts,
): CodeAction[] {
  const finding = diagnostic.source === diagnosticSource ? found.get(keyOf(document.uri, diagnostic.range)) : undefined;
  if (!finding) return [];
  const { t } = messenger;
  const path = session.fsPathOf(finding);
  const suggested = finding.details.labels?.[1] ?? '';
  const make = (title: string, command: string, args: unknown[], isPreferred: boolean): CodeAction => {
    const action = new CodeAction(title, CodeActionKind.QuickFix);
    action.command = { title, command, arguments: args };
    action.diagnostics = [diagnostic];
    action.isPreferred = isPreferred;
    return action;
  };
  return [
    make(t('Relabel to {0}', suggested), commands.relabel.id, [path, suggested], true),
    make(t('The label is right'), commands.labelIsRight.id, [path], false),
  ];
}
