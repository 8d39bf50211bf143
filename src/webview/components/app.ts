import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { t } from '../l10n';
import { groupsText, pairsText } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import type { Announce } from './announce';
import type { CompareView } from './compare/compareView';
import './compare/compareView';
import { button } from './controls/button';
import { icon } from './icon';
import type { ListView } from './listView';
import './listView';
import type { MapView } from './map/mapView';
import './map/mapView';
import type { NeighboursView } from './neighboursView';
import './neighboursView';
import type { RegionView } from './region/regionView';
import './region/regionView';
import { progressText } from './progressStrip';
import './progressStrip';
import type { ReviewView } from './review/reviewView';
import './review/reviewView';
import type { SuggestView } from './suggest/suggestView';
import './suggest/suggestView';
import type { TrainingView } from './training/trainingView';
import './training/trainingView';
import type { ShortcutHelp } from './shortcutHelp';
import './shortcutHelp';

/** Counts are said once the handle rests. */
const announceDelayMs = 700;
const progressAnnounceMs = 5000;

/** The whole page; {@link defineApp} makes it an element. */
export class App extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        min-width: 0;
      }
      main {
        flex: 1;
        min-height: 0;
        display: flex;
        flex-direction: column;
      }
      .view {
        flex: 1;
        min-height: 0;
      }
      .strip {
        padding: 6px 16px;
        border-block-end: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, transparent));
      }
      .error {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 6px 12px 0;
        padding: 4px 4px 4px 10px;
        border: 1px solid var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground));
        color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
        background: var(--vscode-inputValidation-errorBackground, transparent);
        overflow-wrap: anywhere;
      }
      .error span:nth-of-type(2) {
        flex: 1;
      }
      .skeleton {
        display: grid;
        gap: 12px;
        padding: 16px;
        align-content: start;
        overflow: hidden;
      }
      .skeleton div {
        height: 72px;
        border-radius: 4px;
        background: color-mix(in srgb, var(--vscode-foreground) 8%, transparent);
      }
      .skeleton .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(260px, 1fr));
        gap: 8px;
        height: auto;
        background: none;
      }
      .skeleton .cards div {
        height: 190px;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  @query('twinlint-shortcut-help') private help!: ShortcutHelp;
  @query('#live') private live!: HTMLElement;
  private lastView = '';
  private lastCount = '';
  private announceTimer: ReturnType<typeof setTimeout> | undefined;
  private progressSaidAt = -Infinity;
  private wasScanning = false;

  constructor() {
    super();
    new StoreController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.keyDown);
    this.store.addEventListener('focusContent', this.focusContent);
    this.addEventListener('announce', event => this.say((event as Announce).text));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.keyDown);
    this.store.removeEventListener('focusContent', this.focusContent);
  }

  override render(): TemplateResult {
    const { store } = this;
    return html`<main>
        ${
          store.progress
            ? html`<twinlint-progress-strip
                class="strip"
                .progress=${store.progress}
                .cancel=${() => void store.act({ kind: 'cancelScan' })}
              ></twinlint-progress-strip>`
            : nothing
        }
        <div role="alert">
          ${
            store.actionError
              ? html`<div class="error">
                  ${icon('error')}<span>${store.actionError}</span>${button({
                    label: t('Close'),
                    icon: 'close',
                    look: 'icon',
                    onClick: () => store.dismissError(),
                  })}
                </div>`
              : nothing
          }
        </div>
        ${
          // The other views have headings of their own.
          store.view.kind === 'grid' ? html`<h1 class="visually-hidden">${t('Twinlint: Pairs')}</h1>` : nothing
        }
        ${this.view()}
        <div id="live" class="visually-hidden" role="status" aria-live="polite"></div>
      </main>
      <twinlint-shortcut-help></twinlint-shortcut-help>`;
  }

  override updated(_changed: PropertyValues<this>): void {
    this.sayCount();
    this.sayProgress();
    const { view } = this.store;
    const name = view.kind === 'compare' ? `compare ${view.pair.findingId}` : view.kind;
    const { lastView } = this;
    this.lastView = name;
    if (lastView === name || lastView === '' || !this.store.snapshot) return;
    // Where a view has gone the focus goes on; a next pair in the same view keeps it where it is.
    if (name.split(' ')[0] !== lastView.split(' ')[0]) this.focusContent();
  }

  private view(): TemplateResult {
    const { store } = this;
    if (!store.snapshot) {
      return store.loadError === null
        ? html`<div class="view skeleton" role="status" aria-busy="true" aria-label=${t('Loading')}>
            <div></div>
            <div class="cards">${Array.from({ length: 6 }, () => html`<div></div>`)}</div>
          </div>`
        : html`<twinlint-empty-state
            class="view"
            .sign=${'error'}
            .heading=${t('The panel could not be loaded')}
            .text=${store.loadError}
            .actions=${[{ label: t('Try Again'), run: () => void store.start() }]}
          ></twinlint-empty-state>`;
    }
    const { view } = store;
    switch (view.kind) {
      case 'compare':
        return html`<twinlint-compare-view class="view" .store=${store} .pair=${view.pair}></twinlint-compare-view>`;
      case 'neighbours':
        return html`<twinlint-neighbours-view
          class="view"
          .store=${store}
          .image=${view.query}
          .neighbours=${view.neighbours}
        ></twinlint-neighbours-view>`;
      case 'region':
        return html`<twinlint-region-view
          class="view"
          .store=${store}
          .image=${view.query}
          .search=${view.search}
        ></twinlint-region-view>`;
      case 'training':
        return html`<twinlint-training-view class="view" .store=${store}></twinlint-training-view>`;
      case 'map':
        return html`<twinlint-map-view class="view" .store=${store}></twinlint-map-view>`;
      case 'review':
        return html`<twinlint-review-view class="view" .store=${store}></twinlint-review-view>`;
      case 'suggest':
        return html`<twinlint-suggest-view class="view" .store=${store}></twinlint-suggest-view>`;
      case 'grid':
        return html`<twinlint-list-view class="view" .store=${store} .showHelp=${() => this.help.open()}></twinlint-list-view>`;
    }
  }

  private readonly focusContent = (): void => void this.focusView();

  private async focusView(): Promise<void> {
    const view = this.renderRoot.querySelector<
      ListView | CompareView | NeighboursView | RegionView | TrainingView | MapView | ReviewView | SuggestView
    >('.view:not(.skeleton)');
    await view?.updateComplete;
    view?.focusStart?.();
  }

  private readonly keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || this.help.isOpen) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLInputElement && target.type !== 'range') return;
    if (event.key === '?') this.help.open();
    else if (event.key.toLowerCase() === 'z') void this.undo();
    else if (
      event.key === 'Escape' &&
      ['neighbours', 'region', 'training', 'map', 'review', 'suggest'].includes(this.store.view.kind) &&
      !this.store.progress
    ) {
      void this.store.showList();
    } else {
      // A row that a newer list has moved loses the focus for a moment: what is pressed then is meant for it.
      if (target === document.body) this.answering?.keyDown(event);
      return;
    }
    event.preventDefault();
  };

  /** The view that answers by keys and takes its own answers back, if one is on show. */
  private get answering(): ReviewView | SuggestView | null {
    return this.renderRoot.querySelector<ReviewView | SuggestView>('twinlint-review-view, twinlint-suggest-view');
  }

  private async undo(): Promise<void> {
    const { answering } = this;
    if (answering) return answering.undo();
    if (await this.store.undo()) this.say(t('Undone.'));
  }

  private say(text: string): void {
    // The same text twice would not be read out again.
    this.live.textContent = this.live.textContent === text ? `${text}\u00a0` : text;
  }

  private sayCount(): void {
    const { store } = this;
    if (!store.snapshot?.summary || store.view.kind !== 'grid' || store.groupCount === null) return;
    const count = t('{0} in {1}', pairsText(store.pairCount), groupsText(store.groupCount));
    if (count === this.lastCount) return;
    const first = this.lastCount === '';
    this.lastCount = count;
    clearTimeout(this.announceTimer);
    if (!first) this.announceTimer = setTimeout(() => this.say(count), announceDelayMs);
  }

  private sayProgress(): void {
    const { progress } = this.store;
    const now = performance.now();
    if (progress && now - this.progressSaidAt > progressAnnounceMs) {
      this.progressSaidAt = now;
      this.say(progressText(progress));
    } else if (!progress && this.wasScanning) {
      this.progressSaidAt = -Infinity;
      this.say(t('The scan is over.'));
    }
    this.wasScanning = progress !== null;
  }
}

/** Brings the page's `<twinlint-app>` to life: it stands in the page before this script runs, so the store comes with the class. */
export function defineApp(store: PanelStore): void {
  customElements.define(
    'twinlint-app',
    class extends App {
      constructor() {
        super();
        this.store = store;
      }
    },
  );
}
