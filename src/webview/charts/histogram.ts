import { css, html, LitElement, nothing, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../l10n';
import { formatCount } from '../state/format';
import { histogramOf, histogramPath, stacksOf } from '../state/histogram';
import type { Stack } from '../state/histogram';
import { sharedStyles } from '../styles/shared';
import { answerColours, hatchPattern } from './answerMarks';

const bins = 120;
/** Answers are few: in wider parts, of which a bar takes the middle. */
const answerBins = 40;
const barShare = 0.7;
/** Bars stay under the top, where the handle's line sticks out. */
const highestBar = 92;

const none = new Float32Array(0);

/**
 * How many pairs there are at each distance, over them the answered ones: similar in a plain colour, different hatched and above, so that
 * they can be told apart without colours too. Drawn through SVG attributes: a strict CSP holds.
 */
@customElement('twinlint-histogram')
export class Histogram extends LitElement {
  static override styles = [
    sharedStyles,
    answerColours,
    css`
      :host {
        display: block;
        height: 64px;
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      .beyond {
        fill: color-mix(in srgb, var(--vscode-foreground) 20%, transparent);
      }
      .within {
        fill: color-mix(in srgb, var(--vscode-foreground) 48%, transparent);
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
          fill: CanvasText;
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
  /** Of pairs that were answered so; ascending. */
  @property({ attribute: false }) similar: Float32Array = none;
  @property({ attribute: false }) different: Float32Array = none;
  @property({ type: Number }) end = 1;
  @property({ type: Number }) threshold = 0;
  @property({ type: Number }) defaultThreshold = 0;
  private path = '';
  private stacks: readonly Stack[] = [];

  override willUpdate(changed: PropertyValues<this>): void {
    const { distances, similar, different, end } = this;
    if (changed.has('distances') || changed.has('end')) this.path = histogramPath(histogramOf(distances, end, bins));
    if (changed.has('similar') || changed.has('different') || changed.has('end')) {
      this.stacks = stacksOf(histogramOf(similar, end, answerBins), histogramOf(different, end, answerBins), highestBar);
    }
  }

  override render(): TemplateResult {
    const placeOf = (distance: number): number => (this.end > 0 ? (bins * distance) / this.end : 0);
    const handle = placeOf(this.threshold);
    const usual = placeOf(this.defaultThreshold);
    const { similar, different } = this;
    const name =
      similar.length + different.length === 0
        ? t('Histogram of the distances of all pairs')
        : t(
            'Histogram of the distances of all pairs, with your answers: {0} similar, {1} different',
            formatCount(similar.length),
            formatCount(different.length),
          );
    return html`<svg role="img" aria-label=${name}>
      ${hatchPattern}
      <svg viewBox="0 0 ${bins} 100" preserveAspectRatio="none">
        <clipPath id="within"><rect x="0" y="0" width=${handle} height="100"></rect></clipPath>
        <path class="beyond" d=${this.path}></path>
        <path class="within" d=${this.path} clip-path="url(#within)"></path>
        <line class="base" x1="0" x2=${bins} y1="100" y2="100"></line>
      </svg>
      ${this.stacks.map((stack, bin) => this.bars(stack, bin))}
      <svg viewBox="0 0 ${bins} 100" preserveAspectRatio="none">
        ${svg`<line class="default" x1=${usual} x2=${usual} y1="0" y2="100"></line>`}
        ${svg`<line class="handle" x1=${handle} x2=${handle} y1="-6" y2="100"></line>`}
      </svg>
    </svg>`;
  }

  private bars({ similar, different }: Stack, bin: number) {
    const wide = 100 / answerBins;
    const x = `${(bin + (1 - barShare) / 2) * wide}%`;
    const bar = (className: string, bottom: number, height: number) =>
      height === 0
        ? nothing
        : svg`<rect class=${className} x=${x} y="${100 - bottom - height}%" width="${wide * barShare}%" height="${height}%"></rect>`;
    return svg`${bar('similar', 0, similar)}${bar('different', similar, different)}`;
  }
}
