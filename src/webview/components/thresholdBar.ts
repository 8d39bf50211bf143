import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ScanSummary } from '../../protocol/engine';
import '../charts/histogram';
import { t } from '../l10n';
import { distanceText, expectedText, formatCount, groupsText, pairsText } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import './auditMeasure';
import { button } from './controls/button';
import { numberField } from './controls/numberField';

const step = 0.001;
const noAnswers = new Float32Array(0);

/** The threshold: a slider under the histogram of all distances, a number, and what it means in pairs, groups and Problems. */
@customElement('twinlint-threshold-bar')
export class ThresholdBar extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        column-gap: 12px;
        align-items: end;
      }
      .scale {
        min-width: 0;
      }
      /* As wide as the thumb's way: its middle stands under the line. */
      twinlint-histogram {
        margin-inline: 7px;
      }
      input[type='range'] {
        appearance: none;
        display: block;
        width: 100%;
        height: 18px;
        margin: 0;
        background: transparent;
        cursor: pointer;
      }
      input[type='range']::-webkit-slider-runnable-track {
        height: 3px;
        border-radius: 2px;
        background: color-mix(in srgb, var(--vscode-foreground) 25%, transparent);
      }
      input[type='range']::-webkit-slider-thumb {
        appearance: none;
        width: 14px;
        height: 14px;
        margin-block-start: -5.5px;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 50%;
        background: var(--vscode-button-background, var(--vscode-foreground));
      }
      input[type='range']:disabled {
        opacity: 0.5;
        cursor: default;
      }
      input[type='range']:focus-visible {
        outline: none;
      }
      input[type='range']:focus-visible::-webkit-slider-thumb {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 2px;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        margin-inline: 7px;
        font-size: 0.9em;
      }
      .controls {
        display: flex;
        gap: 6px;
        align-items: center;
        padding-block-end: calc(1.35em + 1px);
      }
      .controls .number {
        --input-min-width: 0;
        width: calc(4em + 20px);
      }
      .facts {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
        align-items: baseline;
        padding-block-start: 6px;
      }
      twinlint-audit-measure {
        grid-column: 1 / -1;
        padding-block-start: 6px;
      }
      .count {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .pending {
        opacity: 0.6;
      }
      @media (max-width: 480px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
        .controls {
          padding-block: 4px 0;
        }
      }
      @media (forced-colors: active) {
        input[type='range']::-webkit-slider-runnable-track {
          background: CanvasText;
        }
        input[type='range']::-webkit-slider-thumb {
          background: Highlight;
          border-color: CanvasText;
          forced-color-adjust: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;

  constructor() {
    super();
    new StoreController(this);
  }

  override render(): TemplateResult | typeof nothing {
    const { store } = this;
    const summary = store.snapshot?.summary;
    if (!summary) return nothing;
    const { radius } = summary;
    const disabled = store.distances.length === 0;
    const answers = store.estimate.answer;
    return html`<div class="scale">
        <twinlint-histogram
          .distances=${store.distances}
          .similar=${answers?.similar ?? noAnswers}
          .different=${answers?.different ?? noAnswers}
          .end=${radius}
          .threshold=${store.threshold}
          .defaultThreshold=${summary.defaultThreshold}
        ></twinlint-histogram>
        <input
          type="range"
          id="threshold"
          min="0"
          max=${Math.ceil(radius / step) * step}
          step=${step}
          aria-label=${t('Threshold')}
          aria-valuetext=${t('{0}, {1}', distanceText(store.threshold), pairsText(store.pairCount))}
          ?disabled=${disabled}
          @input=${(event: Event) => this.moved(event, false)}
          @change=${(event: Event) => this.moved(event, true)}
        />
        <div class="ends dim">
          <span>0</span><span>${t('The slider ends at {0}: pairs beyond it were not looked for.', distanceText(radius))}</span>
        </div>
      </div>
      <div class="controls">
        ${numberField({
          label: t('Threshold as a number'),
          value: store.threshold,
          digits: 3,
          min: 0,
          max: radius,
          step,
          disabled,
          onChange: threshold => store.moveThreshold(threshold, true),
        })}
        ${button({
          label: t('Default'),
          title: t('Back to the default of these images: {0}', distanceText(summary.defaultThreshold)),
          disabled: disabled || store.threshold === summary.defaultThreshold,
          onClick: () => store.moveThreshold(summary.defaultThreshold, true),
        })}
      </div>
      <div class="facts">${this.count()}${this.problems()}${this.expected(summary)}</div>
      ${disabled ? nothing : html`<twinlint-audit-measure .store=${store}></twinlint-audit-measure>`}`;
  }

  override updated(_changed: PropertyValues<this>): void {
    // Set as a property, after the range's own limits: a value given before them would be cut to the old ones.
    const input = this.renderRoot.querySelector<HTMLInputElement>('#threshold');
    if (input && !this.matchesHandle(input)) input.value = String(this.store.threshold);
  }

  /** The handle stands on a step; the threshold itself need not. */
  private matchesHandle(input: HTMLInputElement): boolean {
    return Math.abs(Number(input.value) - this.store.threshold) < step / 2;
  }

  private count(): TemplateResult {
    const { pairCount, groupCount, groupTotal } = this.store;
    const shownGroups = groupCount ?? groupTotal?.total;
    return html`<span class="count"
      >${pairsText(pairCount)}${
        shownGroups === undefined
          ? nothing
          : html` <span class=${groupCount === null ? 'pending' : ''}>${t('in {0}', groupsText(shownGroups))}</span>`
      }</span
    >`;
  }

  private problems(): TemplateResult {
    const { shown, total } = this.store.snapshot!.problems;
    const text =
      shown < total
        ? t('Problems shows {0} of {1}', formatCount(shown), formatCount(total))
        : t('Problems shows all {0}', formatCount(total));
    return html`<span class="dim">${text}</span>`;
  }

  private expected(summary: ScanSummary): TemplateResult {
    return html`<span class="dim"
      >${t(
        'Expected false pairs at the default ({0}): {1}',
        distanceText(summary.defaultThreshold),
        expectedText(summary.expectedFalsePairs),
      )}</span
    >`;
  }

  private moved(event: Event, settled: boolean): void {
    const value = Number((event.target as HTMLInputElement).value);
    // Where the handle was not moved off its step, the exact threshold stays.
    const threshold =
      Math.abs(value - this.store.threshold) < step / 2 ? this.store.threshold : Math.min(value, this.store.radius);
    this.store.moveThreshold(threshold, settled);
  }
}
