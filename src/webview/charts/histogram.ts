import { css, html, LitElement, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../l10n';
import { histogramOf, histogramPath } from '../state/histogram';
import { sharedStyles } from '../styles/shared';

const bins = 120;

/** How many pairs there are at each distance, with the handle's and the default's place. Drawn through SVG attributes: a strict CSP holds. */
@customElement('twinlint-histogram')
export class Histogram extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        height: 48px;
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      .beyond {
        fill: color-mix(in srgb, var(--vscode-foreground) 22%, transparent);
      }
      .within {
        fill: var(--vscode-charts-blue, var(--vscode-progressBar-background));
      }
      line {
        vector-effect: non-scaling-stroke;
      }
      .base {
        stroke: color-mix(in srgb, var(--vscode-foreground) 30%, transparent);
      }
      .handle {
        stroke: var(--vscode-foreground);
        stroke-width: 1.5;
      }
      .default {
        stroke: var(--vscode-foreground);
        stroke-dasharray: 2 3;
      }
      @media (forced-colors: active) {
        .within {
          fill: Highlight;
        }
        .beyond {
          fill: GrayText;
        }
        line {
          stroke: CanvasText;
        }
      }
    `,
  ];

  @property({ attribute: false }) distances!: Float32Array;
  @property({ type: Number }) end = 1;
  @property({ type: Number }) threshold = 0;
  @property({ type: Number }) defaultThreshold = 0;
  private path = '';

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('distances') || changed.has('end')) this.path = histogramPath(histogramOf(this.distances, this.end, bins));
  }

  override render(): TemplateResult {
    const placeOf = (distance: number): number => (this.end > 0 ? (bins * distance) / this.end : 0);
    const handle = placeOf(this.threshold);
    const usual = placeOf(this.defaultThreshold);
    return html`<svg
      viewBox="0 0 ${bins} 100"
      preserveAspectRatio="none"
      role="img"
      aria-label=${t('Histogram of the distances of all pairs')}
    >
      <clipPath id="within"><rect x="0" y="0" width=${handle} height="100"></rect></clipPath>
      <path class="beyond" d=${this.path}></path>
      <path class="within" d=${this.path} clip-path="url(#within)"></path>
      <line class="base" x1="0" x2=${bins} y1="100" y2="100"></line>
      ${svg`<line class="default" x1=${usual} x2=${usual} y1="0" y2="100"></line>`}
      ${svg`<line class="handle" x1=${handle} x2=${handle} y1="-6" y2="100"></line>`}
    </svg>`;
  }
}
