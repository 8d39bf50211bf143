import { stat } from 'node:fs/promises';
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
import { positionsIn } from '../../core/curation/textPositions';
import type { TextPlace } from '../../core/dataset/boxes';
import type { Finding } from '../../core/findings/finding';
import { findingMessage } from '../../core/findings/findingMessage';
import { ScannedImagesRequest } from '../../protocol/curation';
import { FindingsRequest, type ScanRoot } from '../../protocol/engine';
import { readText } from '../../workspace/journal/editText';
import { boxTexts } from '../../workspace/labels/boxTexts';
import { labelTexts } from '../../workspace/labels/labelTexts';
import { diagnosticSource } from '../diagnostics/toDiagnostics';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import { seenBox } from './relabel';

/** Problems of one file beyond these are of no use to anybody. */
const mostRows = 500;
/** The editor's own limit for texts that extensions see. */
const mostBytes = 50 * 1024 * 1024;

export interface LabelRowParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly messenger: Messenger;
}

/** Marks doubtful labels where they stand, in tables and in files beside images, with a fix for each. */
export function registerLabelRows(parts: LabelRowParts): Disposable {
  const collection = languages.createDiagnosticCollection('twinlint-labels');
  const found = new Map<string, Finding>();
  let turn = 0;
  const refresh = async (): Promise<void> => {
    const own = ++turn;
    const { session, engine, scans } = parts;
    const hasTexts = session.roots.some(root => isInTexts(root) && !root.reference);
    if (!hasTexts || !session.state || !(await scans.ready())) {
      collection.clear();
      return;
    }
    const { findings } = await engine.request(FindingsRequest, { offset: 0, limit: mostRows, kinds: ['mislabeled'] });
    const entries = findings.length === 0 ? [] : await marksOf(findings, parts);
    // Another change has come meanwhile.
    if (own !== turn) return;
    found.clear();
    collection.clear();
    for (const { uri, marks } of entries) {
      for (const { diagnostic, finding } of marks) found.set(keyOf(uri, diagnostic.range), finding);
      collection.set(
        uri,
        marks.map(({ diagnostic }) => diagnostic),
      );
    }
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

const isInTexts = ({ settings }: ScanRoot): boolean =>
  settings.labelUnit === 'boxes' || (settings.labels !== 'folders' && settings.labels !== 'none');
const keyOf = (uri: Uri, { start }: Range): string => `${uri.toString()}#${start.line}`;

interface Mark {
  readonly diagnostic: Diagnostic;
  readonly finding: Finding;
}

async function marksOf(
  findings: readonly Finding[],
  { session, engine, messenger }: LabelRowParts,
): Promise<{ readonly uri: Uri; readonly marks: readonly Mark[] }[]> {
  const images = (await engine.request(ScannedImagesRequest, {}))?.images ?? [];
  const entries: { uri: Uri; marks: Mark[] }[] = [];
  for (const [index, root] of session.roots.entries()) {
    const own = findings.filter(finding => finding.root === index);
    if (!isInTexts(root) || root.reference || own.length === 0) continue;
    const doubts = new Map(own.map(finding => [placeKey(finding.path, finding.at), finding]));
    const uriOf = (path: string): Uri => Uri.joinPath(Uri.file(root.path), ...path.split('/'));
    const read = (path: string): Promise<string | undefined> => textOf(uriOf(path));
    const texts =
      root.settings.labelUnit === 'boxes'
        ? await boxTexts(
            root.path,
            own.flatMap(finding => seenBox(finding) ?? []),
            read,
          )
        : await labelTexts({
            root: root.path,
            settings: root.settings,
            images: new Set(own.map(({ path }) => path)),
            all: images.filter(image => image.root === index).map(image => image.path),
            read,
          });
    for (const { path, text, places } of texts) {
      const positionAt = positionsIn(text);
      const marks = places.flatMap(({ image, at, range: { start, end } }) => {
        const finding = doubts.get(placeKey(image, at));
        if (!finding) return [];
        const range = new Range(...positionAt(start), ...positionAt(end));
        const diagnostic = new Diagnostic(range, findingMessage(finding, messenger.t), DiagnosticSeverity.Warning);
        diagnostic.source = diagnosticSource;
        diagnostic.code = 'mislabeled';
        diagnostic.relatedInformation = [
          new DiagnosticRelatedInformation(new Location(session.uriOf(finding), new Position(0, 0)), messenger.t('The image')),
        ];
        return [{ diagnostic, finding }];
      });
      entries.push({ uri: uriOf(path), marks });
    }
  }
  return entries;
}

const placeKey = (image: string, at: TextPlace | undefined): string =>
  `${image}\0${at ? `${at.file}:${at.line}:${at.column}` : ''}`;

/** As the editor shows it, where it is open; undefined for what the editor would not open for an extension either. */
async function textOf({ fsPath }: Uri): Promise<string | undefined> {
  const open = workspace.textDocuments.find(document => document.uri.fsPath === fsPath);
  if (open) return open.getText();
  const size = await stat(fsPath).then(
    stats => stats.size,
    () => Infinity,
  );
  return size > mostBytes ? undefined : (await readText(fsPath))?.replace(/^\uFEFF/, '');
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
    make(t('Relabel to {0}', suggested), commands.relabel.id, [path, suggested, finding.id], true),
    make(t('The label is right'), commands.labelIsRight.id, [path, finding.id], false),
  ];
}
