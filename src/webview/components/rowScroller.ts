import type { LitElement, ReactiveController } from 'lit';
import { rowWindow } from '../state/rowWindow';
import type { RowWindow } from '../state/rowWindow';

const overscan = 2;

export interface ScrollerOptions {
  /** Where to begin; kept by the page's state. */
  readonly initialScrollTop: () => number;
  readonly onScroll: (scrollTop: number) => void;
}

/**
 * Makes a component a scrolling list of rows of one height. Its rows carry `data-row` and stand in an element of class `rows`; they
 * are placed through CSSOM, as a strict CSP allows no style attributes.
 */
export class RowScroller implements ReactiveController {
  width = 0;
  private height = 0;
  private observer: ResizeObserver | undefined;
  private placed = false;
  private window: RowWindow | undefined;

  constructor(
    private readonly component: LitElement,
    private readonly options: ScrollerOptions,
  ) {
    component.addController(this);
  }

  hostConnected(): void {
    this.component.addEventListener('scroll', this.scrolled, { passive: true });
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.component);
    this.measure();
  }

  hostDisconnected(): void {
    this.component.removeEventListener('scroll', this.scrolled);
    this.observer?.disconnect();
    this.placed = false;
  }

  /** Rows near the view, `end` exclusive: those whose data is worth fetching. */
  get inView(): { readonly first: number; readonly end: number } {
    return { first: this.window?.first ?? 0, end: this.window?.end ?? 0 };
  }

  /** The rows to draw: those in view, and the one that has the focus, which must not vanish under a person's hands. */
  rows(rowCount: number, rowHeight: number, keptRow: number): readonly number[] {
    const scrollTop = this.placed ? this.component.scrollTop : this.options.initialScrollTop();
    this.window = rowWindow({ scrollTop, viewportHeight: this.height, rowHeight, rowCount, overscan });
    const { first, end } = this.window;
    const rows = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
    if (keptRow >= 0 && keptRow < rowCount && (keptRow < first || keptRow >= end)) {
      if (keptRow < first) rows.unshift(keptRow);
      else rows.push(keptRow);
    }
    return rows;
  }

  hostUpdated(): void {
    const { window: rows, component } = this;
    const box = component.renderRoot.querySelector<HTMLElement>('.rows');
    if (!rows || !box) return;
    box.style.setProperty('height', `${rows.height}px`);
    for (const element of box.querySelectorAll<HTMLElement>(':scope > [data-row]')) {
      element.style.setProperty('transform', `translateY(${rows.topOf(Number(element.dataset.row))}px)`);
    }
    if (!this.placed && this.height > 0 && rows.height > 0) {
      this.placed = true;
      component.scrollTop = this.options.initialScrollTop();
    }
  }

  reveal(row: number): void {
    if (this.window) this.component.scrollTop = this.window.scrollTopFor(row);
  }

  scrollTo(scrollTop: number): void {
    this.component.scrollTop = scrollTop;
  }

  private readonly scrolled = (): void => {
    if (this.placed) this.options.onScroll(this.component.scrollTop);
    this.component.requestUpdate();
  };

  private measure(): void {
    const { clientWidth, clientHeight } = this.component;
    if (clientWidth === this.width && clientHeight === this.height) return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.component.requestUpdate();
  }
}
