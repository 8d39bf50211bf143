import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ModelRow, TrainingAction, TrainingSnapshot } from '../../../protocol/panelTraining';
import { t } from '../../l10n';
import { dateText, formatCount, imagesText, pairsText, sizeText } from '../../state/format';
import { decimals, learnedFromText, relationText } from '../../state/training';
import { sharedStyles } from '../../styles/shared';
import { button } from '../controls/button';
import { icon } from '../icon';

const listsAlike = (a: TrainingSnapshot, b: TrainingSnapshot): boolean =>
  a.models === b.models && a.problems === b.problems && a.previous === b.previous && a.locked === b.locked;

/** The models, newest first, with what can be done to each. */
@customElement('twinlint-model-list')
export class ModelList extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
        padding-block-end: 6px;
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 1.1em;
        font-weight: 600;
      }
      ul {
        display: grid;
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 14px;
        align-items: center;
        padding: 8px 10px;
        border: 1px solid var(--edge);
        border-radius: 4px;
      }
      li.active {
        border-color: var(--vscode-focusBorder);
      }
      .facts {
        flex: 1 1 260px;
        min-width: 0;
        display: grid;
        gap: 2px;
      }
      .name {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        align-items: center;
      }
      .problem {
        display: flex;
        gap: 6px;
        align-items: baseline;
        overflow-wrap: anywhere;
      }
      p {
        margin: 0;
      }
      @media (forced-colors: active) {
        li.active {
          border: 2px solid Highlight;
        }
      }
    `,
  ];

  /** Progress changes nothing here, and the list may be long. */
  @property({
    attribute: false,
    hasChanged: (now: TrainingSnapshot, before?: TrainingSnapshot) => !before || !listsAlike(now, before),
  })
  training!: TrainingSnapshot;
  @property({ attribute: false }) act!: (action: TrainingAction) => void;

  override render(): TemplateResult {
    const { models, problems, previous } = this.training;
    const hasActive = models.some(({ isActive }) => isActive);
    return html`<div class="head">
        <h2>${t('Models')}</h2>
        ${
          previous
            ? button({
                id: 'previous',
                label: t('Go Back to {0}', previous.name ?? t('the built-in measure')),
                icon: 'discard',
                disabled: this.training.locked !== null,
                onClick: () => this.act({ kind: 'previous' }),
              })
            : nothing
        }
      </div>
      <ul aria-label=${t('Models')}>
        ${models.map(row => this.item(row))}
        <li class=${hasActive ? '' : 'active'}>
          <div class="facts">
            <span class="name">${t('Built-in measure')} ${hasActive ? nothing : this.activeBadge()}</span>
            <span class="dim">${t('Compares pictures without having learned anything: always there.')}</span>
          </div>
          ${
            hasActive
              ? html`<div class="actions">
                  ${button({
                    label: t('Make Active'),
                    title: t('Make the built-in measure active'),
                    disabled: this.training.locked !== null,
                    onClick: () => this.act({ kind: 'builtIn' }),
                  })}
                </div>`
              : nothing
          }
        </li>
      </ul>
      ${problems.map(
        ({ path, note }) => html`<p class="problem">${icon('warning')}<span>${path}: ${t(note.message, ...note.args)}</span></p>`,
      )}`;
  }

  private item(row: ModelRow): TemplateResult {
    const { info, name, isActive } = row;
    // A choice is asked for where there is one.
    const isOnly = this.training.models.length === 1;
    const { path, metrics, trainedOn, sizeBytes, relation, trainedAt } = info;
    const disabled = this.training.locked !== null;
    const classes = info.labels.length;
    const data = [
      learnedFromText(trainedOn.learnFrom),
      ...(classes > 0 ? [classes === 1 ? t('1 class') : t('{0} classes', formatCount(classes))] : []),
      imagesText(trainedOn.images),
      ...(trainedOn.pairs > 0 ? [pairsText(trainedOn.pairs)] : []),
    ].join(t(', '));
    const measured = metrics
      ? t('Pair accuracy {0}, ROC-AUC {1} on held-back pairs', decimals(metrics.accuracy), decimals(metrics.rocAuc))
      : t('Not measured: too few images could be held back.');
    return html`<li class=${isActive ? 'active' : ''}>
      <div class="facts">
        <span class="name"
          >${name} ${isActive ? this.activeBadge() : nothing} <span class="badge">${relationText(relation)}</span></span
        >
        <span>${measured}</span>
        <span class="dim">${dateText(Date.parse(trainedAt))} · ${data} · ${sizeText(sizeBytes)}</span>
      </div>
      <div class="actions">
        ${
          isActive
            ? nothing
            : button({
                label: t('Make Active'),
                title: t('Make the model {0} active', name),
                disabled,
                onClick: () => this.act({ kind: 'activate', path }),
              })
        }
        ${button({
          label: isOnly ? t('Compare') : t('Compare…'),
          title: isOnly
            ? t('Compare the model {0} with the built-in measure', name)
            : t('Compare the model {0} with another one, or with the built-in measure', name),
          disabled,
          onClick: () => this.act({ kind: 'compare', path }),
        })}
        ${button({
          label: t('Rename the model {0}', name),
          icon: 'edit',
          look: 'icon',
          disabled,
          onClick: () => this.act({ kind: 'rename', path }),
        })}
        ${button({
          label: t('Export the model {0} as ONNX', name),
          icon: 'export',
          look: 'icon',
          onClick: () => this.act({ kind: 'export', path }),
        })}
        ${button({
          label: t('Move the model {0} to the trash', name),
          icon: 'trash',
          look: 'icon',
          disabled,
          onClick: () => this.act({ kind: 'delete', path }),
        })}
      </div>
    </li>`;
  }

  private activeBadge(): TemplateResult {
    return html`<span class="badge">${t('active')}</span>`;
  }
}
