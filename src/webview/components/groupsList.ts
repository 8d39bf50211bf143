import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { GroupRow } from '../../protocol/engine';
import { t } from '../l10n';
import { formatCount } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import { Announce } from './announce';
import type { GroupRowElement } from './groupRow';
import './groupRow';
import { RowScroller } from './rowScroller';

const pictureHeight = 96;
const textLines = 3;
const gap = 8;
/** As in the rows' own styles. */
const narrowWidth = 480;

/** Groups under the threshold, largest first; a group a row. */
@customElement('twinlint-groups-list')
export class GroupsList extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        overflow-x: hidden;
        overflow-y: auto;
        overflow-anchor: none;
        contain: strict;
        padding-inline: 12px;
      }
      .rows {
        position: relative;
      }
      twinlint-group-row {
        position: absolute;
        inset-inline: 0;
        inset-block-start: 0;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  private rowHeight = 190;
  private focusAfterUpdate = false;
  private readonly scroller = new RowScroller(this, {
    initialScrollTop: () => this.store.saved.groupsScroll,
    onScroll: groupsScroll => this.store.save({ groupsScroll }),
  });

  constructor() {
    super();
    new StoreController(this);
  }

  private get total(): number {
    return this.store.groupTotal?.total ?? 0;
  }

  private get selected(): number {
    return Math.max(0, Math.min(this.store.saved.selectedGroup, this.total - 1));
  }

  override render(): TemplateResult {
    const { total, selected, store } = this;
    const fontSize = parseFloat(getComputedStyle(this).fontSize) || 13;
    // In a narrow pane a group's size and its button stand on two lines.
    const narrow = this.scroller.width > 0 && this.scroller.width <= narrowWidth ? 26 : 0;
    this.rowHeight = Math.round(pictureHeight + textLines * fontSize * 1.45 + 54 + narrow + gap);
    const rows = this.scroller.rows(total, this.rowHeight, selected);
    return html`<div
      class="rows"
      role="grid"
      aria-label=${t('Groups under the threshold')}
      aria-rowcount=${total}
      @keydown=${this.keyDown}
    >
      ${repeat(
        rows,
        row => row,
        row =>
          html`<twinlint-group-row
            role="row"
            aria-rowindex=${row + 1}
            data-row=${row}
            .group=${store.groups.at(row)}
            .previews=${store.previews}
            .current=${row === selected}
            .busy=${store.busy}
            @focusin=${() => this.select(row)}
            @keep-group=${() => void this.keep(row)}
            @open-member=${(event: CustomEvent<number>) => this.open(row, event.detail)}
          ></twinlint-group-row>`,
      )}
    </div>`;
  }

  override updated(): void {
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>('twinlint-group-row')) {
      row.style.setProperty('height', `${this.rowHeight - gap}px`);
    }
    const { first, end } = this.scroller.inView;
    // The first window also tells how many groups there are.
    this.store.needGroups(0, 1);
    this.store.needGroups(first, end);
    this.store.needGroups(this.selected, Math.min(this.selected + 1, this.total));
    if (this.focusAfterUpdate) {
      this.focusAfterUpdate = false;
      void this.rowOf(this.selected)?.focusMember();
    }
  }

  focusSelected(): void {
    this.focusAfterUpdate = true;
    this.requestUpdate();
  }

  private rowOf(row: number): GroupRowElement | null {
    return this.renderRoot.querySelector<GroupRowElement>(`twinlint-group-row[data-row="${row}"]`);
  }

  private select(row: number): void {
    if (row !== this.store.saved.selectedGroup) this.store.save({ selectedGroup: row });
  }

  private moveTo(row: number): void {
    const target = Math.max(0, Math.min(row, this.total - 1));
    this.scroller.reveal(target);
    this.focusAfterUpdate = true;
    this.select(target);
    this.requestUpdate();
  }

  private freshGroup(row: number): GroupRow | undefined {
    return this.store.groups.isFresh(row) ? this.store.groups.at(row) : undefined;
  }

  /** Member 0 is the kept image. */
  private open(row: number, member: number): void {
    const group = this.freshGroup(row);
    const other = group?.members[Math.max(0, member - 1)];
    if (group && other) void this.store.act({ kind: 'compareImages', images: [group.keep, other.image] });
  }

  private async keep(row: number): Promise<void> {
    const group = this.freshGroup(row);
    if (!group) return;
    const trash = group.members.filter(member => member.direct && !member.image.reference).map(member => member.image);
    if (trash.length === 0) return;
    const done = await this.store.act({ kind: 'keepAndTrash', keep: group.keep, trash });
    if (!done) return;
    const text =
      trash.length === 1 ? t('1 image is in the trash.') : t('{0} images are in the trash.', formatCount(trash.length));
    this.dispatchEvent(new Announce(text));
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { selected } = this;
    const page = Math.max(1, Math.floor(this.clientHeight / this.rowHeight));
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: selected - 1,
      ArrowDown: selected + 1,
      PageUp: selected - page,
      PageDown: selected + page,
    };
    const element = this.rowOf(selected);
    const onControl = event.composedPath().some(target => target instanceof HTMLElement && target.localName === 'vscode-button');
    if (moves[event.key] !== undefined) this.moveTo(moves[event.key]);
    else if (onControl) return;
    else if (event.key === '1' || event.key.toLowerCase() === 'k') void this.keep(selected);
    else if (event.key === 'Enter' || event.key === ' ') this.open(selected, element?.member ?? 0);
    else if (event.key.toLowerCase() === 'o') {
      const image = element?.memberImage;
      if (image) void this.store.act({ kind: 'openImage', image });
    } else return;
    event.preventDefault();
  }
}
