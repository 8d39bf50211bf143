import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ClassRow } from '../../core/metrics/classTable';
import { t } from '../l10n';
import { distanceText, formatCount } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import type { ClassColumn } from '../state/savedState';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';

/** What a column sorts by; of the answers the share that agrees, classes without any last. */
const valueOf: Readonly<Record<Exclude<ClassColumn, 'label'>, (row: ClassRow) => number>> = {
  images: row => row.images,
  within: row => row.within,
  across: row => row.across,
  agreeing: row => (row.answered === 0 ? -1 : row.agreeing / row.answered),
};

/** By name where a column does not tell two classes apart. */
export function sortedRows(rows: readonly ClassRow[], column: ClassColumn, descending: boolean): ClassRow[] {
  const sign = descending ? -1 : 1;
  const byName = (x: ClassRow, y: ClassRow): number => (x.label < y.label ? -1 : x.label > y.label ? 1 : 0);
  if (column === 'label') return [...rows].sort((x, y) => sign * byName(x, y));
  const value = valueOf[column];
  return [...rows].sort((x, y) => sign * (value(x) - value(y)) || byName(x, y));
}

/** Each class with its pairs under the handle, within it and with others. */
@customElement('twinlint-class-table')
export class ClassTable extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        overflow: auto;
        padding: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        max-width: 900px;
        font-variant-numeric: tabular-nums;
      }
      caption {
        text-align: start;
        padding-block-end: 6px;
        color: var(--dim);
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        padding: 0;
        background: var(--vscode-editor-background);
        border-block-end: 1px solid var(--edge);
      }
      th button {
        width: 100%;
        padding: 4px 8px;
        border: none;
        background: transparent;
        color: inherit;
        font: inherit;
        font-weight: 600;
        text-align: end;
        cursor: pointer;
      }
      th:first-child button,
      tbody th {
        text-align: start;
      }
      th button:hover {
        background: var(--vscode-list-hoverBackground, transparent);
      }
      .arrow {
        display: inline-block;
        width: 1em;
      }
      tbody th {
        font-weight: normal;
        overflow-wrap: anywhere;
      }
      tbody th,
      td {
        padding: 3px 8px;
        vertical-align: top;
      }
      td {
        text-align: end;
      }
      tbody tr:nth-child(even) {
        background: color-mix(in srgb, var(--vscode-foreground) 4%, transparent);
      }
      td .dim {
        display: block;
        font-size: 0.9em;
        overflow-wrap: anywhere;
      }
      /* Stripes would take the contrast of descriptions below what can be read. */
      tbody .dim {
        color: var(--vscode-foreground);
      }
      p {
        margin: 10px 0 0;
        max-width: 72ch;
      }
      .stale tbody {
        opacity: 0.6;
      }
      tbody th {
        min-width: 3.5em;
      }
      @media (max-width: 480px) {
        :host {
          padding-inline: 8px;
        }
        table {
          font-size: 0.9em;
        }
        th button,
        tbody th,
        td {
          padding-inline: 2px;
        }
        th button {
          white-space: normal;
        }
        .arrow {
          width: auto;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;

  constructor() {
    super();
    new StoreController(this);
  }

  focusStart(): void {
    this.renderRoot.querySelector<HTMLElement>('th button')?.focus();
  }

  override render(): TemplateResult {
    const { store } = this;
    const { answer } = store.classes;
    if (!answer) return html`<p role="status" aria-busy="true">${t('Loading')}</p>`;
    const { classColumn, classDescending } = store.saved;
    const rows = sortedRows(answer.rows, classColumn, classDescending);
    const hasAnswers = rows.some(({ answered }) => answered > 0);
    return html`<table class=${store.classes.isFresh ? '' : 'stale'}>
        <caption>
          ${t('Pairs under {0} by class', distanceText(store.threshold))}
        </caption>
        <thead>
          <tr>
            ${this.head('label', t('Class'))} ${this.head('images', t('Images'))} ${this.head('within', t('Pairs within'))}
            ${this.head('across', t('Pairs with other classes'))}
            ${hasAnswers ? this.head('agreeing', t('Answers met')) : nothing}
          </tr>
        </thead>
        <tbody>
          ${rows.map(row => this.row(row, hasAnswers))}
        </tbody>
      </table>
      ${
        answer.total > rows.length
          ? html`<p>${t('The {0} classes with most pairs, of {1}.', formatCount(rows.length), formatCount(answer.total))}</p>`
          : nothing
      }
      ${
        hasAnswers
          ? html`<p class="dim">
              ${t(
                'Answers met: answered pairs that the slider puts on the side that you said. Most were asked because they are hard to tell, and a model may have learned from them: to measure, there are precision and recall above.',
              )}
            </p>`
          : nothing
      }`;
  }

  private head(column: ClassColumn, label: string): TemplateResult {
    const { classColumn, classDescending } = this.store.saved;
    const isSorted = column === classColumn;
    return html`<th scope="col" aria-sort=${isSorted ? (classDescending ? 'descending' : 'ascending') : nothing}>
      <button type="button" @click=${() => this.sort(column)}>
        ${label}<span class="arrow" aria-hidden="true">${isSorted ? (classDescending ? '↓' : '↑') : ''}</span>
      </button>
    </th>`;
  }

  private row(row: ClassRow, hasAnswers: boolean): TemplateResult {
    const { label, images, within, across, mostWith, answered, agreeing } = row;
    return html`<tr>
      <th scope="row">${label}</th>
      <td>${formatCount(images)}</td>
      <td>${formatCount(within)}</td>
      <td>
        ${formatCount(across)}${
          mostWith
            ? html`<span class="dim">${t('most with {0}: {1}', mostWith.label, formatCount(mostWith.pairs))}</span>`
            : nothing
        }
      </td>
      ${
        hasAnswers
          ? html`<td>${answered === 0 ? '–' : t('{0} of {1}', formatCount(agreeing), formatCount(answered))}</td>`
          : nothing
      }
    </tr>`;
  }

  /** The sorted column turns round; numbers begin with the largest. */
  private sort(column: ClassColumn): void {
    const { classColumn, classDescending } = this.store.saved;
    this.store.save({
      classColumn: column,
      classDescending: column === classColumn ? !classDescending : column !== 'label',
    });
  }
}
