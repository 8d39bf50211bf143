import { MarkdownString, StatusBarAlignment, window } from 'vscode';
import type { Disposable, StatusBarItem } from 'vscode';
import { commands } from '../../core/commands';
import type { ScanProgress } from '../../protocol/engine';
import type { Published } from '../diagnostics/publisher';
import { countsText, percentDone, progressText, type Words } from '../scan/scanText';

/** How many findings there are, or how far a scan is; a click opens the panel. Hidden before the first scan. */
export class StatusBar implements Disposable {
  private readonly item: StatusBarItem;
  private progress: ScanProgress | null = null;
  private published: Published | undefined;

  constructor(private readonly words: Words) {
    this.item = window.createStatusBarItem('twinlint.status', StatusBarAlignment.Left, 0);
    this.item.name = 'Twinlint';
    this.item.command = commands.openPairs.id;
  }

  /** Undefined: there is no scan. */
  setPublished(published: Published | undefined): void {
    this.published = published;
    this.update();
  }

  setProgress(progress: ScanProgress | null): void {
    this.progress = progress;
    this.update();
  }

  dispose(): void {
    this.item.dispose();
  }

  private update(): void {
    const { t, language } = this.words;
    const { progress, published } = this;
    if (progress) {
      this.item.text = `$(sync~spin) Twinlint ${Math.floor(percentDone(progress))} %`;
      this.item.tooltip = progressText(progress, this.words);
    } else if (published) {
      this.item.text = `$(files) ${published.total.toLocaleString(language)}`;
      this.item.tooltip = new MarkdownString(
        `**Twinlint**\n\n${countsText(published.counts, this.words) || t('nothing found')}\n\n${t('Click to open the pairs.')}`,
      );
    } else {
      this.item.hide();
      return;
    }
    const tooltip = typeof this.item.tooltip === 'string' ? this.item.tooltip : countsText(published?.counts ?? {}, this.words);
    this.item.accessibilityInformation = { label: `Twinlint: ${tooltip || t('nothing found')}`, role: 'button' };
    this.item.show();
  }
}
