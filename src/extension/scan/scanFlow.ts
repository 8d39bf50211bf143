import { commands as vscodeCommands, workspace } from 'vscode';
import type { CancellationToken } from 'vscode';
import { commands } from '../../core/commands';
import type { ScanSummary } from '../../protocol/engine';
import { tellEngineLoss } from '../engineProcess/crashes';
import { isEngineLoss, wordsOf } from '../engineProcess/errors';
import type { Messenger } from '../util/messages';
import { showProgress } from '../util/progress';
import type { RootSpec } from './rootSpecs';
import type { ScanController } from './scanController';
import { percentDone, progressText, summaryText, totalOf, type Words } from './scanText';

export interface ScanFlowParts {
  readonly scans: ScanController;
  readonly messenger: Messenger;
  readonly words: Words;
  /** Opens the panel without taking the focus. */
  readonly openPanel: () => void;
}

/** A scan as a person sees it: progress with Cancel, the result in a sentence, and where to go from there. */
export class ScanFlow {
  private lastSpecs: readonly RootSpec[] = [];

  constructor(private readonly parts: ScanFlowParts) {}

  /** @param quiet In the status bar, without words where all went well. */
  async run(specs: readonly RootSpec[], quiet = false): Promise<ScanSummary | undefined> {
    const { scans, messenger } = this.parts;
    const { t } = messenger;
    if (specs.length === 0) return undefined;
    this.lastSpecs = specs;
    const names = specs.map(spec => (spec.only.length > 0 ? spec.only.join(', ') : spec.name)).join(', ');
    const outcome = await this.withProgress(t('Twinlint: {0}', names), quiet, token => scans.scan(specs, token));
    switch (outcome.kind) {
      case 'cancelled':
        // A newer scan that took this one's place speaks for itself.
        if (!quiet && !scans.isScanning) messenger.info(t('The scan was cancelled. What was found before stays.'));
        return undefined;
      case 'failed':
        this.tellFailure(outcome.error);
        return undefined;
      case 'done':
        messenger.notes(outcome.notes);
        if (!quiet) await this.tellResult(outcome.summary);
        return outcome.summary;
    }
  }

  /** Shows progress for work that may include a scan, such as a search for an image's neighbours. */
  withProgress<T>(title: string, quiet: boolean, work: (token: CancellationToken) => Promise<T>): Promise<T> {
    const { scans, words } = this.parts;
    return showProgress({
      title,
      quiet,
      onDidProgress: scans.onDidProgress,
      stage: value => value && { message: progressText(value, words), percent: percentDone(value) },
      work,
    });
  }

  tellFailure(error: unknown): void {
    const { messenger } = this.parts;
    if (isEngineLoss(error)) {
      tellEngineLoss(error, messenger);
      return;
    }
    const specs = this.lastSpecs;
    messenger.error(
      messenger.t('The scan failed: {0}', wordsOf(error, messenger.t)),
      { label: messenger.t('Run Again'), run: () => this.run(specs) },
      messenger.showLogChoice(),
    );
  }

  /** Runs the last scan that was asked for once more, e.g. after a crash. */
  async again(): Promise<void> {
    const { scans } = this.parts;
    const specs = this.lastSpecs.length > 0 ? this.lastSpecs : scans.specs();
    if (specs.length > 0) await this.run(specs);
  }

  private async tellResult(summary: ScanSummary): Promise<void> {
    const { messenger, words, openPanel } = this.parts;
    const { t } = messenger;
    const text = workspace.isTrusted
      ? summaryText(summary, words)
      : `${summaryText(summary, words)} ${t('The workspace is not trusted: its own settings and verdicts were not used.')}`;
    const pairs = { label: t('Open Pairs'), run: () => vscodeCommands.executeCommand(commands.openPairs.id) };
    const problems = {
      label: t('Open Problems'),
      run: () => vscodeCommands.executeCommand('workbench.panel.markers.view.focus'),
    };
    if (summary.images === 0) {
      const where = summary.roots.map(root => root.name).join(', ');
      messenger.warn(
        t('There are no images in {0} (or all are left out by files.exclude, .twinlintignore or twinlint.exclude).', where),
      );
      return;
    }
    if (summary.readable === 0) {
      messenger.error(text, problems);
      return;
    }
    // Not `workbench.actions.view.problems`: that closes the view where it has the focus already.
    if (totalOf(summary.counts) > 0) {
      await vscodeCommands.executeCommand('workbench.panel.markers.view.focus', { preserveFocus: true });
    }
    openPanel();
    messenger.info(text, problems, pairs);
  }
}
