import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ScanProgress } from '../../protocol/engine';
import { t } from '../l10n';
import { formatCount } from '../state/format';
import { progressStyles, sharedStyles } from '../styles/shared';
import { button } from './controls/button';

/** What a scan is doing, in words. The last two phases count their own small steps, which only make sense as a part of the whole. */
export function progressText({ phase, done, total }: ScanProgress): string {
  const known = total > 0;
  const [d, all] = [formatCount(done), formatCount(total)];
  const percent = known ? Math.min(100, Math.floor((100 * done) / total)) : 0;
  switch (phase) {
    case 'count':
      return t('Counting images: {0}', d);
    case 'decode':
      return known ? t('Reading images: {0} of {1}', d, all) : t('Reading images: {0}', d);
    case 'join':
      return known ? t('Looking for similar images: {0} %', percent) : t('Looking for similar images');
    case 'rescore':
      return known ? t('Measuring pairs: {0} %', percent) : t('Measuring pairs');
  }
}

function etaText(etaMs: number): string {
  const seconds = Math.max(1, Math.round(etaMs / 1000));
  return seconds < 90 ? t('about {0} s left', seconds) : t('about {0} min left', Math.round(seconds / 60));
}

/** A scan under way: a bar, what it does, and a way to end it. */
@customElement('twinlint-progress-strip')
export class ProgressStrip extends LitElement {
  static override styles = [
    sharedStyles,
    progressStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
      }
      progress:indeterminate {
        background: linear-gradient(
            90deg,
            transparent 0 30%,
            var(--vscode-progressBar-background, var(--vscode-foreground)) 30% 50%,
            transparent 50%
          )
          0 0 / 200% 100%;
        animation: slide 1.6s linear infinite;
      }
      @keyframes slide {
        from {
          background-position: 100% 0;
        }
        to {
          background-position: -100% 0;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        progress:indeterminate {
          animation: none;
        }
      }
      .text {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) progress!: ScanProgress;
  @property({ attribute: false }) cancel!: () => void;

  override render(): TemplateResult {
    const { progress } = this;
    const { etaMs } = progress;
    return html`<span class="text">${progressText(progress)}</span> ${
        progress.total > 0
          ? html`<progress max=${progress.total} .value=${progress.done} aria-label=${t('Scan')}></progress>`
          : html`<progress aria-label=${t('Scan')}></progress>`
      }
      ${etaMs === undefined ? nothing : html`<span class="dim">${etaText(etaMs)}</span>`}
      ${button({ label: t('Cancel Scan'), icon: 'stop-circle', onClick: () => this.cancel() })}`;
  }
}
