import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PairRow } from '../../protocol/engine';
import '../components/thumbnail';
import { t } from '../l10n';
import { distanceText, fileName } from '../state/format';
import type { Previews } from '../state/previews';
import { sharedStyles } from '../styles/shared';
import { cardSide, keyOf } from './labelingStore';

const id = (pair: PairRow): string => keyOf(pair).join(' ');

/** The pairs that wait, as cards to select: one key answers all that are selected. */
@customElement('twinlint-batch-grid')
export class BatchGrid extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        overflow: auto;
      }
      .batch {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        gap: 6px;
        outline: none;
      }
      .card {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 4px;
        padding: 4px;
        border: 1px solid var(--edge);
        border-radius: 4px;
        cursor: pointer;
      }
      .card[aria-selected='true'] {
        border-color: var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
        background: var(--vscode-list-activeSelectionBackground);
        color: var(--vscode-list-activeSelectionForeground);
      }
      .card:focus-visible {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      twinlint-thumbnail {
        height: 72px;
      }
      .distance {
        grid-column: 1 / -1;
        font-size: 0.9em;
      }
    `,
  ];

  @property({ attribute: false }) pairs: readonly PairRow[] = [];
  @property({ attribute: false }) previews!: Previews;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private active = 0;

  /** What is selected; where nothing is, the card with the focus. */
  get selected(): readonly PairRow[] {
    const selected = this.pairs.filter(pair => this.chosen.has(id(pair)));
    const focused = this.renderRoot.querySelector('.card:focus') ? this.pairs.at(this.active) : undefined;
    return selected.length > 0 ? selected : focused ? [focused] : [];
  }

  focusFirst(): void {
    this.focusCard(0);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('pairs')) return;
    const there = new Set(this.pairs.map(id));
    this.chosen = new Set([...this.chosen].filter(each => there.has(each)));
    this.active = Math.max(0, Math.min(this.active, this.pairs.length - 1));
  }

  override render(): TemplateResult {
    return html`<div
      class="batch"
      role="listbox"
      aria-multiselectable="true"
      aria-label=${t('Pairs to answer; Space selects')}
      @keydown=${this.keyDown}
    >
      ${this.pairs.map(
        (pair, i) =>
          html`<div
            class="card"
            role="option"
            tabindex=${i === this.active ? 0 : -1}
            aria-selected=${this.chosen.has(id(pair)) ? 'true' : 'false'}
            aria-label=${t('{0} and {1}, distance {2}', fileName(pair.a), fileName(pair.b), distanceText(pair.distance))}
            @click=${() => this.toggle(i)}
            @focus=${() => (this.active = i)}
          >
            <twinlint-thumbnail .image=${pair.a} .previews=${this.previews} .side=${cardSide}></twinlint-thumbnail>
            <twinlint-thumbnail .image=${pair.b} .previews=${this.previews} .side=${cardSide}></twinlint-thumbnail>
            <span class="distance">${t('Distance {0}', distanceText(pair.distance))}</span>
          </div>`,
      )}
    </div>`;
  }

  private toggle(index: number): void {
    const key = id(this.pairs[index]);
    const chosen = new Set(this.chosen);
    if (!chosen.delete(key)) chosen.add(key);
    this.chosen = chosen;
    this.focusCard(index);
  }

  private focusCard(index: number): void {
    this.active = index;
    void this.updateComplete.then(() => this.renderRoot.querySelectorAll<HTMLElement>('.card')[index]?.focus());
  }

  private readonly keyDown = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.chosen = new Set(this.pairs.map(id));
      return;
    }
    if (event.key === ' ') {
      event.preventDefault();
      this.toggle(this.active);
      return;
    }
    const columns = getComputedStyle(this.renderRoot.querySelector('.batch')!).gridTemplateColumns.split(' ').length;
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.active + step;
    if (next >= 0 && next < this.pairs.length) this.focusCard(next);
  };
}
