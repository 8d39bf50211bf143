import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { PairRow } from '../../protocol/engine';
import { t } from '../l10n';
import { fileName, formatCount, pairsText, sideOf } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import { Announce } from './announce';
import { cardHeight } from './pairCard';
import type { CardAction } from './pairCard';
import './pairCard';
import { RowScroller } from './rowScroller';

const minCardWidth = 264;
/** In font sizes: larger letters need wider cards. */
const minCardEms = 20;
const gap = 8;

/** All pairs under the threshold as cards; only those in view exist. */
@customElement('twinlint-pairs-grid')
export class PairsGrid extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        overflow-anchor: none;
        contain: strict;
        padding-inline: 12px 4px;
      }
      .rows {
        position: relative;
      }
      .em {
        position: absolute;
        width: 1em;
        height: 1em;
        visibility: hidden;
      }
      .row {
        position: absolute;
        inset-inline: 0;
        inset-block-start: 0;
        display: grid;
        /* Not "auto": that grows with what is in it, over the next row. */
        grid-template-rows: minmax(0, 1fr);
        gap: ${gap}px;
        padding-block-end: ${gap}px;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  private columns = 1;
  private rowHeight = 200;
  private focusAfterUpdate = false;
  private readonly scroller = new RowScroller(this, {
    initialScrollTop: () => this.store.saved.pairsScroll,
    onScroll: pairsScroll => this.store.save({ pairsScroll }),
  });

  constructor() {
    super();
    new StoreController(this);
  }

  override firstUpdated(): void {
    // Something 1em high: rows are as high as their letters need, also when the font changes.
    new ResizeObserver(() => this.requestUpdate()).observe(this.renderRoot.querySelector('.em')!);
  }

  private get total(): number {
    return this.store.pairCount;
  }

  private get selected(): number {
    return Math.max(0, Math.min(this.store.saved.selectedPair, this.total - 1));
  }

  override render(): TemplateResult {
    const { total, selected } = this;
    const width = this.scroller.width - 16;
    const fontSize = parseFloat(getComputedStyle(this).fontSize) || 13;
    const cardWidth = Math.max(minCardWidth, minCardEms * fontSize);
    const fitting = Math.max(1, Math.floor((width + gap) / (cardWidth + gap)));
    // Cards go to other rows, and the one with the focus is made anew.
    if (fitting !== this.columns && this.shadowRoot?.activeElement) this.focusAfterUpdate = true;
    this.columns = fitting;
    this.rowHeight = cardHeight(fontSize) + gap;
    const { columns } = this;
    const rowCount = Math.ceil(total / columns);
    const rows = this.scroller.rows(rowCount, this.rowHeight, Math.floor(selected / columns));
    return html`<div class="em" aria-hidden="true"></div>
      <div
        class="rows"
        role="grid"
        aria-label=${t('Pairs under the threshold')}
        aria-rowcount=${rowCount}
        aria-colcount=${columns}
        @keydown=${this.keyDown}
        @card-action=${this.cardAction}
      >
        ${repeat(
          rows,
          row => row,
          row =>
            html`<div class="row" role="row" aria-rowindex=${row + 1} data-row=${row}>${this.cells(row, total, selected)}</div>`,
        )}
      </div>`;
  }

  override updated(): void {
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>('.row')) {
      row.style.setProperty('grid-template-columns', `repeat(${this.columns}, minmax(0, 1fr))`);
      row.style.setProperty('height', `${this.rowHeight}px`);
    }
    const { selected, columns } = this;
    const { first, end } = this.scroller.inView;
    this.store.needPairs(first * columns, end * columns);
    if (selected < this.total) this.store.needPairs(selected, selected + 1);
    if (this.focusAfterUpdate && this.scroller.width > 0) {
      this.focusAfterUpdate = false;
      this.cellOf(selected)?.focus({ preventScroll: true });
    }
  }

  /** Gives the focus to the selected card. */
  focusSelected(): void {
    this.focusAfterUpdate = true;
    this.requestUpdate();
  }

  private cells(row: number, total: number, selected: number): TemplateResult[] {
    const start = row * this.columns;
    const count = Math.min(this.columns, total - start);
    return Array.from({ length: count }, (_, column) => {
      const index = start + column;
      const pair = this.store.pairs.at(index);
      return html`<twinlint-pair-card
        role="gridcell"
        data-index=${index}
        aria-colindex=${column + 1}
        aria-selected=${index === selected}
        aria-busy=${pair ? nothing : 'true'}
        .place=${t('Pair {0} of {1}', formatCount(index + 1), formatCount(total))}
        aria-keyshortcuts="Enter D 1 2 O"
        tabindex=${index === selected ? 0 : -1}
        .pair=${pair}
        .previews=${this.store.previews}
        @click=${() => this.open(index)}
        @focus=${() => this.select(index)}
      ></twinlint-pair-card>`;
    });
  }

  private cellOf(index: number): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[data-index="${index}"]`);
  }

  private select(index: number): void {
    if (index !== this.store.saved.selectedPair) this.store.save({ selectedPair: index });
  }

  private moveTo(index: number): void {
    const target = Math.max(0, Math.min(index, this.total - 1));
    this.scroller.reveal(Math.floor(target / this.columns));
    this.focusAfterUpdate = true;
    this.select(target);
    this.requestUpdate();
  }

  /** A pair that may be acted on: what is drawn is what the host has. */
  private freshPair(index: number): PairRow | undefined {
    return this.store.pairs.isFresh(index) ? this.store.pairs.at(index) : undefined;
  }

  private open(index: number): void {
    this.select(index);
    const pair = this.freshPair(index);
    if (pair) void this.store.compare(pair);
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if ((event.ctrlKey || event.metaKey) && (event.key === 'Home' || event.key === 'End')) {
        event.preventDefault();
        this.moveTo(event.key === 'Home' ? 0 : this.total - 1);
      }
      return;
    }
    const { selected, columns } = this;
    const page = columns * Math.max(1, Math.floor(this.clientHeight / this.rowHeight));
    const rowStart = selected - (selected % columns);
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: selected - 1,
      ArrowRight: selected + 1,
      ArrowUp: selected - columns < 0 ? selected : selected - columns,
      ArrowDown: selected + columns,
      PageUp: selected - page,
      PageDown: selected + page,
      Home: rowStart,
      End: rowStart + columns - 1,
    };
    const actions: Readonly<Record<string, CardAction>> = { d: 'notDuplicate', '1': 'keepLeft', '2': 'keepRight', o: 'openBoth' };
    const move = moves[event.key];
    const action = actions[event.key.toLowerCase()];
    if (move !== undefined) this.moveTo(move);
    else if (event.key === 'Enter' || event.key === ' ') this.open(selected);
    else if (action !== undefined) void this.run(action, selected);
    else return;
    event.preventDefault();
  }

  private cardAction(event: CustomEvent<CardAction>): void {
    const cell = event.composedPath().find(target => target instanceof HTMLElement && target.dataset.index !== undefined);
    if (cell instanceof HTMLElement) void this.run(event.detail, Number(cell.dataset.index));
  }

  private async run(action: CardAction, index: number): Promise<void> {
    const pair = this.freshPair(index);
    if (!pair) return;
    if (action === 'openBoth') {
      await this.store.act({ kind: 'openBoth', pair });
    } else if (action === 'notDuplicate') {
      const done = await this.store.act({ kind: 'notDuplicate', pair });
      if (done) this.dispatchEvent(new Announce(t('Remembered as not a duplicate. {0} left.', pairsText(this.total))));
    } else {
      const { keep, trash } = sideOf(pair, action === 'keepLeft' ? 'a' : 'b');
      if (trash.reference) return;
      const done = await this.store.act({ kind: 'keepAndTrash', keep, trash: [trash] });
      if (done) this.dispatchEvent(new Announce(t('{0} is in the trash.', fileName(trash))));
    }
  }
}
