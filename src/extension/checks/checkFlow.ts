import { commands as vscodeCommands, FileType, Uri, ViewColumn, window, workspace } from 'vscode';
import type { CancellationToken, Event } from 'vscode';
import type { CheckSummary } from '../../core/checks/checkFinding';
import type { CheckName } from '../../core/checks/checkKinds';
import { checks } from '../../core/checks/checkKinds';
import { RunCheckRequest } from '../../protocol/checks';
import type { CheckPhase, CheckProgress } from '../../protocol/checks';
import type { ScanRoot } from '../../protocol/engine';
import { areOnDisk } from '../commands/onDisk';
import { diskFolders, pickFolder, urisOf } from '../commands/picking';
import type { HandlersOf } from '../commands/register';
import type { Engine } from '../engineProcess/engine';
import { isCancellation } from '../engineProcess/errors';
import type { ParamsSource } from '../scan/scanController';
import { rootSpecs } from '../scan/rootSpecs';
import type { Messenger } from '../util/messages';
import { showProgress } from '../util/progress';
import type { CheckDiagnostics } from './checkDiagnostics';
import { showErrorRates } from './errorRatesPage';
import type { ReferenceChoice } from './pickReferences';
import { pickReferences } from './pickReferences';

/** An engine process that runs checks; ended afterwards, so that what its networks took is free again. */
export interface CheckEngine extends Engine {
  readonly onDidCheckProgress: Event<CheckProgress>;
  stop(): Promise<void>;
}

export interface CheckFlowParts {
  readonly engine: CheckEngine;
  readonly source: ParamsSource;
  readonly diagnostics: CheckDiagnostics;
  readonly messenger: Messenger;
}

export type CheckCommand = 'checkCaptions' | 'checkPairs' | 'checkModalities' | 'checkIdentities' | 'openCheckFiles';

/** What is checked, and what the check is told beside the folder. */
type Asked =
  | { readonly check: 'captions' | 'modalities' }
  | { readonly check: 'pairs'; readonly folders: readonly string[] }
  | ({ readonly check: 'identities' } & ReferenceChoice);

/** How far a phase's beginning is, and its share, in percent: almost all of it is training. */
const phaseShare: Readonly<Record<CheckPhase, readonly [start: number, share: number]>> = {
  list: [0, 1],
  read: [1, 9],
  group: [10, 5],
  train: [15, 80],
  judge: [95, 5],
};

/** Checks as a person sees them: a folder, progress with Cancel, findings in Problems, and a sentence. */
export class CheckFlow {
  private isChecking = false;

  constructor(private readonly parts: CheckFlowParts) {}

  table(): HandlersOf<CheckCommand> {
    return {
      checkCaptions: (...args) => this.run({ check: 'captions' }, urisOf(args)[0]),
      checkPairs: (...args) => this.runPairs(urisOf(args)),
      checkModalities: (...args) => this.run({ check: 'modalities' }, urisOf(args)[0]),
      checkIdentities: (...args) => this.runIdentities(urisOf(args)[0]),
      openCheckFiles: (...paths) => this.openFiles(paths),
    };
  }

  /** @param folder what a menu passed; absent: asks. Resolves to what was found, undefined where nothing was checked. */
  async run(asked: Asked, folder?: Uri): Promise<CheckSummary | undefined> {
    const { engine, diagnostics, messenger } = this.parts;
    const { t } = messenger;
    if (this.isChecking) {
      messenger.info(t('A check is running already.'));
      return undefined;
    }
    this.isChecking = true;
    try {
      const root = await this.rootOf(asked.check, folder);
      if (!root) return undefined;
      const summary = await this.withProgress(asked.check, token => engine.request(RunCheckRequest, { ...asked, root }, token));
      await diagnostics.set(asked.check, root.path, summary.findings);
      messenger.notes(summary.notes);
      this.tell(summary);
      return summary;
    } catch (error) {
      if (!isCancellation(error)) throw error;
      messenger.info(t('The check was cancelled. What was found before stays.'));
      return undefined;
    } finally {
      this.isChecking = false;
      await engine.stop().catch(() => undefined);
    }
  }

  /** @param chosen folders that a menu passed; where they are not two, the person is asked for them below one */
  private async runPairs(chosen: readonly Uri[]): Promise<CheckSummary | undefined> {
    const { t } = this.parts.messenger;
    const folders = chosen.length > 1 ? chosen : await this.pickPaired(chosen.at(0));
    if (!folders || !areOnDisk(folders, this.parts.messenger)) return undefined;
    const root = commonFolder(folders.map(({ path }) => path));
    if (folders.some(({ path }) => path === root)) {
      this.parts.messenger.info(t('Paired folders stand side by side: one of those chosen lies in another.'));
      return undefined;
    }
    const below = folders.map(({ path }) => path.slice(root.length + 1));
    return this.run({ check: 'pairs', folders: below }, Uri.file(root));
  }

  private async runIdentities(given: Uri | undefined): Promise<CheckSummary | undefined> {
    const { t } = this.parts.messenger;
    const folder = given ?? (await pickFolder(t));
    const choice = folder && (await pickReferences(folder.fsPath, t));
    if (!choice) return undefined;
    const summary = await this.run({ check: 'identities', ...choice }, folder);
    if (summary) showErrorRates(folder.fsPath, summary, t);
    return summary;
  }

  /** Two or more folders directly below one; the first in the list leads. */
  private async pickPaired(given: Uri | undefined): Promise<readonly Uri[] | undefined> {
    const { messenger } = this.parts;
    const { t } = messenger;
    const around = given ?? (await pickFolder(t));
    if (!around) return undefined;
    const entries = await workspace.fs.readDirectory(around);
    const names = entries.filter(([name, type]) => type === FileType.Directory && !name.startsWith('.')).map(([name]) => name);
    if (names.length < 2) {
      messenger.info(t('Paired folders are at least two, side by side: {0} has fewer folders.', around.fsPath));
      return undefined;
    }
    const picked = await window.showQuickPick(names.sort(), {
      canPickMany: true,
      title: t('Folders whose pictures of one name belong together'),
      placeHolder: t('Choose two or more'),
    });
    if (!picked) return undefined;
    if (picked.length < 2) {
      messenger.info(t('Choose two folders or more: the pictures of each are matched with those of the first, by name.'));
      return undefined;
    }
    return picked.map(name => Uri.joinPath(around, name));
  }

  /** Parts of a workspace folder are checked as such, but where folders themselves mean something: there the one that was chosen is the root. */
  private async rootOf(check: CheckName, given: Uri | undefined): Promise<ScanRoot | undefined> {
    const { source, messenger } = this.parts;
    const folder = given ?? (await pickFolder(messenger.t));
    if (!folder || !areOnDisk([folder], messenger)) return undefined;
    const isRoot = check === 'pairs' || check === 'identities';
    const holders = isRoot ? [] : diskFolders().map(each => ({ path: each.uri.fsPath, name: each.name }));
    const { params, notes } = await source.build(rootSpecs([folder.fsPath], holders));
    messenger.notes(notes);
    return params.roots[0];
  }

  private withProgress(check: CheckName, work: (token: CancellationToken) => Promise<CheckSummary>): Promise<CheckSummary> {
    const { engine, messenger } = this.parts;
    const { t } = messenger;
    return showProgress({
      title: t('Twinlint: checking ({0})', t(checks[check].title)),
      onDidProgress: engine.onDidCheckProgress,
      stage: each => {
        const [start, length] = phaseShare[each.phase];
        return { message: this.phaseText(each), percent: start + length * each.share };
      },
      work,
    });
  }

  private phaseText({ phase, etaMs }: CheckProgress): string {
    const { t } = this.parts.messenger;
    const texts: Readonly<Record<CheckPhase, () => string>> = {
      list: () => t('Listing files'),
      read: () => t('Reading images'),
      group: () => t('Looking for near-duplicates'),
      train: () => (etaMs === undefined ? t('Training') : t('Training, about {0} s left', Math.max(1, Math.round(etaMs / 1000)))),
      judge: () => t('Judging'),
    };
    return texts[phase]();
  }

  private tell({ check, findings, judged, samples }: CheckSummary): void {
    const { messenger } = this.parts;
    const { t } = messenger;
    const problems = {
      label: t('Open Problems'),
      run: () => vscodeCommands.executeCommand('workbench.panel.markers.view.focus'),
    };
    const text = t('{0}: {1} findings; {2} of {3} judged.', t(checks[check].title), findings.length, judged, samples);
    messenger.info(text, ...(findings.length > 0 ? [problems] : []));
  }

  /** The target of a finding's link: the files side by side, each in the editor that VS Code has for it. */
  private async openFiles(paths: readonly unknown[]): Promise<void> {
    const columns = [ViewColumn.One, ViewColumn.Two];
    const files = paths.filter(path => typeof path === 'string').slice(0, columns.length);
    for (const [i, path] of files.entries()) {
      const options = { viewColumn: columns[i], preview: false, preserveFocus: i > 0 };
      await vscodeCommands.executeCommand('vscode.open', Uri.file(path), options);
    }
  }
}

/** The innermost folder that holds all of some paths, or is one of them. */
function commonFolder(paths: readonly string[]): string {
  let common = paths[0].split('/');
  for (const path of paths.slice(1)) {
    const segments = path.split('/');
    const differs = common.findIndex((segment, i) => segment !== segments[i]);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join('/');
}
