import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { findingKinds } from '../../../core/findings/kinds';
import type { Interval } from '../../../core/metrics/interval';
import type { PairRow } from '../../../protocol/engine';
import type { FindingsComparison } from '../../../protocol/labeling';
import type { ComparedModels } from '../../../protocol/panelTraining';
import type { ModelInfo } from '../../../protocol/training';
import { t } from '../../l10n';
import { auditsText, intervalText } from '../../state/audits';
import { fileName, formatCount } from '../../state/format';
import { decimals, relationText } from '../../state/training';
import { sharedStyles } from '../../styles/shared';
import { button } from '../controls/button';

/** Two models beside each other: on the same audits, and what each file says of itself, and what each finds. */
@customElement('twinlint-comparison')
export class Comparison extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        overflow-x: auto;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 1.1em;
        font-weight: 600;
      }
      table {
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 3px 14px 3px 0;
        text-align: start;
        vertical-align: top;
        font-weight: normal;
        overflow-wrap: anywhere;
      }
      thead th {
        font-weight: 600;
      }
      caption {
        text-align: start;
        padding-block: 4px;
        color: var(--dim);
      }
      p {
        margin: 6px 0;
      }
      .pairs th:not(:first-child),
      .pairs td {
        min-width: 4.2em;
      }
      .pairs vscode-button {
        max-width: 100%;
      }
      @media (max-width: 480px) {
        .pairs {
          font-size: 0.9em;
        }
        th,
        td {
          padding-inline-end: 6px;
        }
      }
    `,
  ];

  @property({ attribute: false }) compared!: ComparedModels;
  @property({ attribute: false }) show!: (pair: PairRow) => void;
  @property({ attribute: false }) end!: () => void;

  override render(): TemplateResult {
    const { comparison, models } = this.compared;
    const [first, second] = models;
    return html`<div class="head">
        <h2 tabindex="-1">${t('{0} beside {1}', this.name(0), this.name(1))}</h2>
        ${button({ label: t('Close'), icon: 'close', look: 'icon', onClick: () => this.end() })}
      </div>
      ${this.table()}
      ${
        first && second && first.relation !== second.relation
          ? html`<p>
              ${t('The two answer different questions: {0}, and {1}.', relationText(first.relation), relationText(second.relation))}
            </p>`
          : nothing
      }
      ${
        comparison === null
          ? html`<p class="dim">${t('Nothing is scanned now, so the audits could not be judged.')}</p>`
          : comparison.audits === 0
            ? html`<p class="dim">
                ${t('No audits of this relation yet: the held-back pairs of two trainings are not the same pairs.')}
              </p>`
            : this.differing()
      }
      ${this.findings()}`;
  }

  private name(k: 0 | 1): string {
    return this.compared.names[k] ?? t('the built-in measure');
  }

  private table(): TemplateResult {
    const { models, comparison } = this.compared;
    const accuracies = comparison?.accuracies;
    const audited = (what: 'accuracy' | 'precision' | 'recall'): [string, string] | undefined =>
      accuracies && [shareOf(accuracies[0][what]), shareOf(accuracies[1][what])];
    const held = (valueOf: (metrics: NonNullable<ModelInfo['metrics']>) => number): [string, string] => [
      heldBack(models[0], valueOf),
      heldBack(models[1], valueOf),
    ];
    return html`<table>
      ${
        accuracies
          ? html`<caption>
              ${t('On the same {0}, each at its own threshold', auditsText(comparison.audits))}
            </caption>`
          : nothing
      }
      <thead>
        <tr>
          <th scope="col">${t('Measured')}</th>
          <th scope="col">${this.name(0)}</th>
          <th scope="col">${this.name(1)}</th>
        </tr>
      </thead>
      <tbody>
        ${this.row(t('Accuracy on audits'), audited('accuracy'))} ${this.row(t('Precision on audits'), audited('precision'))}
        ${this.row(t('Recall on audits'), audited('recall'))}
        ${this.row(
          t('Pair accuracy on held-back pairs'),
          held(metrics => metrics.accuracy),
        )}
        ${this.row(
          t('ROC-AUC on held-back pairs'),
          held(metrics => metrics.rocAuc),
        )}
      </tbody>
    </table>`;
  }

  private row(name: string, values: readonly [string, string] | undefined): TemplateResult | typeof nothing {
    if (!values) return nothing;
    return html`<tr>
      <th scope="row">${name}</th>
      <td>${values[0]}</td>
      <td>${values[1]}</td>
    </tr>`;
  }

  private findings(): TemplateResult | typeof nothing {
    const { findings } = this.compared;
    switch (findings.state) {
      case 'none':
        return nothing;
      case 'comparing':
        return html`<p class="dim">${t('Scanning with both to compare what they find…')}</p>`;
      case 'overtaken':
        return html`<p class="dim">
          ${t('A scan began meanwhile, so what the two find was not compared. Compare them again.')}
        </p>`;
      case 'failed':
        return html`<p>${t('What the two find could not be compared: {0}', findings.problem)}</p>`;
      case 'done':
        return this.found(findings.found);
    }
  }

  /** How many findings one has that the other has not. */
  private found({ kinds, thresholds }: FindingsComparison): TemplateResult {
    if (kinds.length === 0) return html`<p>${t('Neither finds anything in the scanned images.')}</p>`;
    return html`<table class="findings">
      <caption>
        ${t('Findings in the scanned images, each at its default threshold ({0} and {1})', ...thresholds.map(value => decimals(value)))}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('Kind')}</th>
          <th scope="col">${t('Only {0}', this.name(0))}</th>
          <th scope="col">${t('Only {0}', this.name(1))}</th>
          <th scope="col">${t('Both')}</th>
        </tr>
      </thead>
      <tbody>
        ${kinds.map(
          ({ kind, onlyFirst, onlySecond, both }) =>
            html`<tr>
              <th scope="row">${t(findingKinds[kind].title)}</th>
              <td>${formatCount(onlyFirst)}</td>
              <td>${formatCount(onlySecond)}</td>
              <td>${formatCount(both)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** Audited pairs to look at. */
  private differing(): TemplateResult {
    const { disagreements, differing } = this.compared.comparison!;
    if (disagreements === 0) return html`<p>${t('The two agree on every audit.')}</p>`;
    const said = (similar: boolean): string => (similar ? t('similar') : t('different'));
    return html`<table class="pairs">
      <caption>
        ${
          disagreements > differing.length
            ? t('They differ on {0}; the first {1}:', auditsText(disagreements), formatCount(differing.length))
            : t('They differ on {0}:', auditsText(disagreements))
        }
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('Pair')}</th>
          <th scope="col">${t('You said')}</th>
          <th scope="col">${this.name(0)}</th>
          <th scope="col">${this.name(1)}</th>
        </tr>
      </thead>
      <tbody>
        ${differing.map(({ pair, similar, said: [first, second] }) => {
          const names = t('{0} and {1}', fileName(pair.a), fileName(pair.b));
          return html`<tr>
            <th scope="row">${button({ label: names, title: t('Compare the two pictures'), onClick: () => this.show(pair) })}</th>
            <td>${said(similar)}</td>
            <td>${said(first)}</td>
            <td>${said(second)}</td>
          </tr>`;
        })}
      </tbody>
    </table>`;
  }
}

const shareOf = (share: Interval | undefined): string => (share ? intervalText(share) : '–');
const heldBack = (model: ModelInfo | null, valueOf: (metrics: NonNullable<ModelInfo['metrics']>) => number): string =>
  model?.metrics ? decimals(valueOf(model.metrics)) : '–';
