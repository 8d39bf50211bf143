import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import uPlot from 'uplot';
import type { Columns } from '../../state/training';
import { sharedStyles } from '../../styles/shared';

/** Room for the numbers beside and below the drawing. */
const axisWidth = 46;
const axisHeight = 24;
const height = 190;

/**
 * Two lines over time: the batches' solid, the held-back pairs' dashed. uPlot draws on a canvas and places its few elements through CSSOM,
 * so a strict CSP holds; its own style sheet is the few rules here. Not to be read by a screen reader: the table beside it is.
 */
@customElement('twinlint-curves')
export class Curves extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        --first: var(--vscode-charts-blue, var(--vscode-foreground));
        --second: var(--vscode-charts-yellow, var(--vscode-foreground));
        --text: var(--vscode-foreground);
        --grid: color-mix(in srgb, var(--vscode-foreground) 16%, transparent);
        display: block;
        min-width: 0;
      }
      figure {
        margin: 0;
      }
      figcaption {
        padding-block-end: 4px;
        font-weight: 600;
      }
      .drawing {
        height: 190px;
        overflow: hidden;
      }
      .uplot,
      .u-wrap {
        position: relative;
      }
      .u-over,
      .u-under,
      .u-axis {
        position: absolute;
      }
      .uplot canvas {
        display: block;
        width: 100%;
        height: 100%;
      }
      @media (forced-colors: active) {
        :host {
          --first: CanvasText;
          --second: Highlight;
          --text: CanvasText;
          --grid: GrayText;
        }
      }
    `,
  ];

  @property() heading = '';
  /** What the drawing shows, in a sentence. */
  @property() summary = '';
  @property({ attribute: false }) columns: Columns = [[], [], []];
  /** The scale ends at 0 and 1 at the widest. */
  @property({ type: Boolean }) shares = false;
  @query('.drawing') private drawing!: HTMLElement;
  private plot: uPlot | undefined;
  private readonly resized = new ResizeObserver(() => this.fit());
  private readonly themed = new MutationObserver(() => this.plot?.redraw(false, true));

  override connectedCallback(): void {
    super.connectedCallback();
    // VS Code tells a new theme by the body's attributes.
    this.themed.observe(document.body, { attributes: true });
    this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    if (this.hasUpdated) this.firstUpdated();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.themed.disconnect();
    this.resized.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
  }

  override render(): TemplateResult {
    return html`<figure>
      <figcaption>${this.heading}</figcaption>
      <div class="drawing" role="img" aria-label=${this.summary}></div>
    </figure>`;
  }

  override firstUpdated(): void {
    this.plot = new uPlot(this.options(), this.columns as unknown as uPlot.AlignedData, this.drawing);
    this.resized.observe(this.drawing);
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('columns')) this.plot?.setData(this.columns as unknown as uPlot.AlignedData);
  }

  private fit(): void {
    const width = this.drawing.clientWidth;
    if (width > 0) this.plot?.setSize({ width, height });
  }

  private options(): uPlot.Options {
    const colour = (name: string) => () => this.colour(name);
    const axis: uPlot.Axis = {
      stroke: colour('--text'),
      grid: { stroke: colour('--grid'), width: 1 },
      ticks: { stroke: colour('--grid'), width: 1, size: 4 },
      font: this.font(),
      gap: 4,
    };
    const line = (name: string, dash?: number[]): uPlot.Series => ({
      stroke: colour(name),
      width: 2,
      ...(dash && { dash }),
      spanGaps: true,
      points: { show: false },
    });
    return {
      width: Math.max(1, this.drawing.clientWidth),
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_plot, low, high) => this.range(low, high) } },
      axes: [
        { ...axis, size: axisHeight, values: (_plot, splits) => splits.map(seconds => `${seconds} s`) },
        { ...axis, size: axisWidth },
      ],
      series: [{}, line('--first'), line('--second', [7, 4])],
    };
  }

  /** With a little room above and below; flat lines and none at all have some height too. */
  private range(low: number | null, high: number | null): [number, number] {
    if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
    const room = Math.max((high - low) * 0.08, this.shares ? 0.01 : 1e-6);
    const range: [number, number] = [low - room, high + room];
    if (range[0] < 0 && low >= 0) range[0] = 0;
    return this.shares ? [Math.max(0, range[0]), Math.min(1, range[1])] : range;
  }

  /** A canvas knows no variables. Those made of other colours are mixed by asking for a real property. */
  private colour(name: string): string {
    const probe = this.drawing;
    probe.style.setProperty('color', `var(${name})`);
    const { color } = getComputedStyle(probe);
    probe.style.removeProperty('color');
    return color;
  }

  private font(): string {
    const { fontFamily } = getComputedStyle(this);
    return `11px ${fontFamily}`;
  }
}
