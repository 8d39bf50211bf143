import { commands as vscodeCommands } from 'vscode';
import type { Event } from 'vscode';
import { commands } from '../../core/commands';
import { isSuspect, JudgeLabelsRequest, judgementOf } from '../../protocol/labels';
import type { LabelPhase, LabelProgress, LabelSummary } from '../../protocol/labels';
import type { HandlersOf } from '../commands/register';
import type { Engine } from '../engineProcess/engine';
import { isCancellation } from '../engineProcess/errors';
import type { ScanController } from '../scan/scanController';
import type { Words } from '../scan/scanText';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import { showProgress } from '../util/progress';

/** An engine process that judges labels; ended afterwards, so that what its networks took is free again. */
export interface LabelEngine extends Engine {
  readonly onDidLabelProgress: Event<LabelProgress>;
  stop(): Promise<void>;
}

export interface LabelFlowParts {
  readonly engine: LabelEngine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly messenger: Messenger;
  readonly words: Words;
}

/** How far a phase's beginning is, and its share, in percent: almost all of it is training. */
const phaseShare: Readonly<Record<LabelPhase, readonly [start: number, share: number]>> = {
  list: [0, 1],
  read: [1, 9],
  group: [10, 8],
  train: [18, 77],
  vote: [95, 5],
};

/** "Find Wrong Labels" as a person sees it: progress with Cancel, findings in Problems, and a sentence. */
export class LabelFlow {
  private judging = false;

  constructor(private readonly parts: LabelFlowParts) {}

  table(): HandlersOf<'findWrongLabels'> {
    return { findWrongLabels: () => this.run() };
  }

  get isJudging(): boolean {
    return this.judging;
  }

  /** Resolves to whether labels were judged. */
  async run(): Promise<boolean> {
    const { engine, session, scans, messenger } = this.parts;
    const { t } = messenger;
    if (this.judging) {
      messenger.info(t('Labels are being judged already.'));
      return false;
    }
    this.judging = true;
    try {
      if (!session.state) await vscodeCommands.executeCommand(commands.scanWorkspace.id);
      const params = session.state?.params;
      if (!params) return false;
      const summary = await this.judge(token => engine.request(JudgeLabelsRequest, { scan: params }, token));
      const judgement = judgementOf(summary);
      if (!(await scans.setJudgement(judgement))) {
        messenger.warn(t('The scan changed meanwhile, so the labels were judged in vain. Scan, then try again.'));
        return false;
      }
      messenger.notes(summary.notes);
      this.tell(summary, judgement.labels.filter(isSuspect).length);
      return true;
    } catch (error) {
      if (!isCancellation(error)) throw error;
      messenger.info(t('Judging labels was cancelled. What was found before stays.'));
      return false;
    } finally {
      this.judging = false;
      await engine.stop().catch(() => undefined);
    }
  }

  private judge(work: (token: Parameters<Engine['request']>[2]) => Promise<LabelSummary>): Promise<LabelSummary> {
    const { engine, messenger } = this.parts;
    return showProgress({
      title: messenger.t('Twinlint: finding wrong labels'),
      onDidProgress: engine.onDidLabelProgress,
      stage: each => {
        const [start, length] = phaseShare[each.phase];
        return { message: this.phaseText(each), percent: start + length * each.share };
      },
      work,
    });
  }

  private phaseText({ phase, etaMs }: LabelProgress): string {
    const { t } = this.parts.words;
    const texts: Readonly<Record<LabelPhase, () => string>> = {
      list: () => t('Listing images'),
      read: () => t('Reading images'),
      group: () => t('Looking for near-duplicates'),
      train: () =>
        etaMs === undefined
          ? t('Training on parts of the images')
          : t('Training on parts of the images, about {0} s left', Math.max(1, Math.round(etaMs / 1000))),
      vote: () => t('Asking neighbours'),
    };
    return texts[phase]();
  }

  private tell({ judged, wrongLabels }: LabelSummary, suspects: number): void {
    const { messenger } = this.parts;
    const { t } = messenger;
    const problems = {
      label: t('Open Problems'),
      run: () => vscodeCommands.executeCommand('workbench.panel.markers.view.focus'),
    };
    const { calibrated } = wrongLabels;
    const text =
      calibrated === undefined
        ? t('{0} of {1} labels are doubtful.', suspects, judged)
        : t('{0} of {1} labels are doubtful; about {2} are estimated to be wrong.', suspects, judged, Math.round(calibrated));
    const review = { label: t('Review Labels'), run: () => vscodeCommands.executeCommand(commands.reviewLabels.id) };
    // Where none is doubtful enough for Problems, the review still has those that come nearest.
    messenger.info(text, ...(judged > 0 ? [review] : []), ...(suspects > 0 ? [problems] : []));
  }
}
