import { StatusBarAlignment, window } from 'vscode';
import type { Disposable, StatusBarItem } from 'vscode';
import { commands } from '../../core/commands';
import type { TrainingRun } from '../../protocol/panelTraining';
import type { Words } from '../scan/scanText';
import { percentTrained, trainProgressText } from '../training/trainText';

/** How far a training is; a click opens its curves. Hidden while there is none. */
export class TrainingStatus implements Disposable {
  private readonly item: StatusBarItem;

  constructor(private readonly words: Words) {
    this.item = window.createStatusBarItem('twinlint.training', StatusBarAlignment.Left, -1);
    this.item.name = words.t('Twinlint: training');
    this.item.command = commands.openTraining.id;
  }

  set(run: TrainingRun | null): void {
    const { t } = this.words;
    if (run === null || (run.state !== 'running' && run.state !== 'cancelling')) {
      this.item.hide();
      return;
    }
    const percent = run.progress ? Math.floor(percentTrained(run.progress)) : 0;
    this.item.text = `$(mortar-board) ${t('Training')} ${percent} %`;
    const detail = run.progress ? trainProgressText(run.progress, this.words) : t('Listing images');
    this.item.tooltip = `${detail}\n${t('Click to see the curves.')}`;
    this.item.accessibilityInformation = { label: `${t('Twinlint: training')}: ${percent} %, ${detail}`, role: 'button' };
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
