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
  private filtered: number | undefined;

  constructor(private readonly words: Words) {
    this.item = window.createStatusBarItem('twinlint.status', StatusBarAlignment.Left, 0);
    this.item.name = 'Twinlint';
    this.item.command = commands.openPairs.id;
  }

  /**
   * @param published undefined: there is no scan
   * @param filtered how many images all this is about; absent = all
   */
  setPublished(published: Published | undefined, filtered?: number): void {
    this.published = published;
    this.filtered = filtered;
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
    const { progress, published, filtered } = this;
    if (progress) {
      this.item.text = `$(sync~spin) Twinlint ${Math.floor(percentDone(progress))} %`;
      this.item.tooltip = progressText(progress, this.words);
    } else if (published) {
      this.item.text = `$(${filtered === undefined ? 'files' : 'filter'}) ${published.total.toLocaleString(language)}`;
      const found = countsText(published.counts, this.words) || t('nothing found');
      const about = filtered === undefined ? [] : [filterText(filtered, this.words)];
      this.item.tooltip = new MarkdownString(['**Twinlint**', found, ...about, t('Click to open the pairs.')].join('\n\n'));
    } else {
      this.item.hide();
      return;
    }
    const tooltip = typeof this.item.tooltip === 'string' ? this.item.tooltip : countsText(published?.counts ?? {}, this.words);
    this.item.accessibilityInformation = { label: `Twinlint: ${tooltip || t('nothing found')}`, role: 'button' };
    this.item.show();
  }
}

/** Problems cannot say for itself that it shows a part. */
const filterText = (filtered: number, { t, language }: Words): string =>
  t('Filter: only what touches {0} images chosen on the map.', filtered.toLocaleString(language));
