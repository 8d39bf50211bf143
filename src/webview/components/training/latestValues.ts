import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { TrainPoint } from '../../../protocol/training';
import { t } from '../../l10n';
import { formatCount } from '../../state/format';
import { decimals, durationText, measuresOf, type Measure } from '../../state/training';
import { sharedStyles } from '../../styles/shared';

/** What the curves show, as numbers: the newest and the best of each. Also the key to the curves' lines. */
@customElement('twinlint-latest-values')
export class LatestValues extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      caption {
        text-align: start;
        font-weight: 600;
        padding-block-end: 4px;
      }
      th {
        font-weight: normal;
        text-align: start;
      }
      th,
      td {
        padding: 2px 18px 2px 0;
      }
      td,
      thead th:not(:first-child) {
        text-align: end;
      }
      thead th {
        color: var(--dim);
      }
      .key {
        display: inline-block;
        width: 22px;
        height: 0;
        margin-inline-end: 6px;
        border-block-start: 2px solid var(--vscode-charts-blue, var(--vscode-foreground));
        vertical-align: middle;
      }
      .key.held {
        border-block-start: 2px dashed var(--vscode-charts-yellow, var(--vscode-foreground));
      }
      .key.none {
        visibility: hidden;
      }
      @media (forced-colors: active) {
        .key {
          border-color: CanvasText;
        }
        .key.held {
          border-color: Highlight;
        }
      }
      @media (max-width: 480px) {
        th,
        td {
          padding-inline-end: 10px;
        }
      }
    `,
  ];

  @property({ attribute: false }) points: readonly TrainPoint[] = [];

  override render(): TemplateResult | typeof nothing {
    const last = this.points.at(-1);
    if (!last) return nothing;
    const all = measuresOf(this.points);
    return html`<table>
      <caption>
        ${t('Step {0}, after {1}', formatCount(last.step), durationText(last.elapsedMs))}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('Measured')}</th>
          <th scope="col">${t('Now')}</th>
          <th scope="col">${t('Best')}</th>
        </tr>
      </thead>
      <tbody>
        ${this.row('', t('Loss'), all.loss)} ${this.row('held', t('Loss on held-back pairs'), all.validationLoss)}
        ${this.row('', t('Pair accuracy'), all.accuracy)}
        ${this.row('held', t('Pair accuracy on held-back pairs'), all.validationAccuracy)}
        ${this.row('none', t('ROC-AUC on held-back pairs'), all.rocAuc)}
        <tr>
          <th scope="row"><span class="key none"></span>${t('Learning rate')}</th>
          <td>${last.learningRate.toPrecision(2)}</td>
          <td></td>
        </tr>
      </tbody>
    </table>`;
  }

  private row(line: string, name: string, measure: Measure | undefined): TemplateResult {
    const number = (value: number | undefined): string => (value === undefined ? '–' : decimals(value));
    return html`<tr>
      <th scope="row"><span class="key ${line}"></span>${name}</th>
      <td>${number(measure?.newest)}</td>
      <td>${number(measure?.best)}</td>
    </tr>`;
  }
}
