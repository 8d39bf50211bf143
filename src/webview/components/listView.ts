import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../l10n';
import { distanceText, imagesText, pairsText } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import type { PairOrder } from '../state/savedState';
import { isUnderWay } from '../state/training';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import type { ClassTable } from './classTable';
import './classTable';
import { button } from './controls/button';
import { dropdown } from './controls/dropdown';
import type { EmptyAction } from './emptyState';
import './emptyState';
import './filterChip';
import type { GroupsList } from './groupsList';
import './groupsList';
import type { IconName } from './icon';
import type { PairsGrid } from './pairsGrid';
import './pairsGrid';
import './thresholdBar';

/** The threshold, the tools, and the list of pairs or groups, or why there is none. */
@customElement('twinlint-list-view')
export class ListView extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        container-type: size;
      }
      header {
        display: flex;
        flex-direction: column;
        gap: 8px;
        padding: 10px 16px 8px;
        border-block-end: 1px solid
          var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-widget-border, transparent)));
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
      }
      .segments {
        display: flex;
        gap: 2px;
      }
      .grow {
        flex: 1;
      }
      vscode-button[appearance='secondary'].pressed {
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        --button-secondary-background: var(--vscode-button-background);
        --button-secondary-foreground: var(--vscode-button-foreground);
        --button-secondary-hover-background: var(--vscode-button-hoverBackground);
      }
      .content {
        flex: 1;
        min-height: 0;
        display: flex;
        flex-direction: column;
        padding-block-start: 8px;
      }
      .content > * {
        flex: 1;
        min-height: 0;
      }
      /* Very low panes, narrow ones that are not high, and a zoom of 200 %: the list keeps room, the page scrolls. */
      @container (max-height: 420px) or ((max-width: 400px) and (max-height: 680px)) {
        .scroller {
          overflow-y: auto;
        }
        .content {
          flex: none;
          height: 300px;
        }
      }
      .scroller {
        flex: 1;
        min-height: 0;
        display: flex;
        flex-direction: column;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  /** Opens the list of keys. */
  @property({ attribute: false }) showHelp!: () => void;

  constructor() {
    super();
    new StoreController(this);
  }

  /** Gives the focus to the list's selection, or to the first button there is. */
  focusStart(): void {
    const list = this.renderRoot.querySelector<PairsGrid | GroupsList>('twinlint-pairs-grid, twinlint-groups-list');
    const classes = this.renderRoot.querySelector<ClassTable>('twinlint-class-table');
    if (list) list.focusSelected();
    else if (classes) classes.focusStart();
    else this.renderRoot.querySelector('twinlint-empty-state')?.shadowRoot?.querySelector<HTMLElement>('vscode-button')?.focus();
  }

  override render(): TemplateResult {
    const summary = this.store.snapshot?.summary;
    const hasPictures = summary !== null && summary !== undefined && summary.readable > 0;
    return html`<div class="scroller">
      ${hasPictures ? html`<header><twinlint-threshold-bar .store=${this.store}></twinlint-threshold-bar>${this.tools()}</header>` : ''}
      <div class="content">${this.content()}</div>
    </div>`;
  }

  private tools(): TemplateResult {
    const { store } = this;
    const { mode } = store;
    const { order } = store.saved;
    return html`<div class="tools">
      <span class="segments" role="group" aria-label=${t('What to list')}>
        ${button({ label: t('Pairs'), pressed: mode === 'pairs', onClick: () => store.setList({ mode: 'pairs' }) })}
        ${button({ label: t('Groups'), pressed: mode === 'groups', onClick: () => store.setList({ mode: 'groups' }) })}
        ${
          store.hasClasses
            ? button({ label: t('Classes'), pressed: mode === 'classes', onClick: () => store.setList({ mode: 'classes' }) })
            : ''
        }
        ${button({ label: t('Map'), onClick: () => void store.showMap() })}
      </span>
      ${
        mode === 'pairs'
          ? dropdown<PairOrder>({
              label: t('Order'),
              value: order,
              options: [
                { value: 'closest', label: t('Closest first') },
                { value: 'borderline', label: t('Borderline first') },
              ],
              onChange: chosen => store.setList({ order: chosen }),
            })
          : ''
      }
      <twinlint-filter-chip .store=${store}></twinlint-filter-chip>
      <span class="grow"></span>
      ${
        store.hasClasses
          ? button({ label: t('Review Labels'), icon: 'tag', look: 'icon', onClick: () => void store.showReview() })
          : ''
      }
      ${button({
        label: isUnderWay(store.training.run) ? t('Training under way: show it') : t('Training and Models'),
        icon: 'mortar-board',
        look: 'icon',
        onClick: () => void store.showTraining(),
      })}
      ${button({
        label: t('Undo (Z)'),
        icon: 'discard',
        look: 'icon',
        disabled: !store.canUndo || store.busy,
        onClick: () => void store.undo(),
      })}
      ${button({
        label: t('Scan Workspace'),
        icon: 'refresh',
        look: 'icon',
        disabled: store.progress !== null,
        onClick: () => this.scan(),
      })}
      ${button({ label: t('Keyboard Shortcuts (?)'), icon: 'keyboard', look: 'icon', onClick: () => this.showHelp() })}
    </div>`;
  }

  private content(): TemplateResult {
    const { store } = this;
    const summary = store.snapshot?.summary;
    const again: EmptyAction = { label: t('Scan Again'), run: () => this.scan() };
    if (!summary) {
      return store.progress
        ? this.empty('search', t('Looking for twins…'), t('Pairs appear here when the scan is done.'), [])
        : this.empty(
            'search',
            t('No scan yet'),
            t(
              'Twinlint looks through the image folders of this workspace for pictures that are the same or nearly so. Nothing is changed.',
            ),
            [{ label: t('Scan Workspace'), run: () => this.scan() }],
          );
    }
    if (summary.images === 0) {
      return this.empty(
        'file-media',
        t('No images found'),
        t(
          'The scanned folders hold no images. Folders may be left out by files.exclude, .gitignore-like ignore lists or twinlint.exclude.',
        ),
        [again],
      );
    }
    if (summary.readable === 0) {
      return this.empty(
        'warning',
        t('None of {0} could be read', imagesText(summary.images)),
        t('The Problems panel says for each file what is wrong with it.'),
        [again],
      );
    }
    const { classes } = store;
    if (store.mode === 'classes' && classes.error) {
      return this.empty('error', t('The list could not be loaded'), classes.error.message, [
        { label: t('Try Again'), run: () => classes.retry() },
      ]);
    }
    if (store.mode === 'classes') return html`<twinlint-class-table .store=${store}></twinlint-class-table>`;
    const failed = store.mode === 'pairs' ? store.pairs : store.groups;
    if (failed.error) {
      return this.empty('error', t('The list could not be loaded'), failed.error.message, [
        { label: t('Try Again'), run: () => failed.retry() },
      ]);
    }
    if (store.distances.length === 0 && summary.filtered !== undefined) {
      return this.empty(
        'check',
        t('No pairs among the chosen images'),
        t('Only what touches {0} is shown. None of them has a twin.', imagesText(summary.filtered)),
        [{ label: t('Show All Images Again'), run: () => void store.showOnly('all') }],
      );
    }
    if (store.distances.length === 0) {
      return this.empty(
        'check',
        t('No twins among {0}', imagesText(summary.readable)),
        t('No two pictures are nearer to each other than {0}.', distanceText(summary.radius)),
        [again],
      );
    }
    if (store.pairCount === 0) {
      return this.empty(
        'check',
        t('No pairs under {0}', distanceText(store.threshold)),
        t(
          'Up to {0} there are {1}. Move the slider to the right to see them.',
          distanceText(summary.radius),
          pairsText(store.distances.length),
        ),
        [{ label: t('Back to the Default'), run: () => store.moveThreshold(summary.defaultThreshold, true) }],
      );
    }
    return store.mode === 'pairs'
      ? html`<twinlint-pairs-grid .store=${store}></twinlint-pairs-grid>`
      : html`<twinlint-groups-list .store=${store}></twinlint-groups-list>`;
  }

  private empty(sign: IconName, heading: string, text: string, actions: readonly EmptyAction[]): TemplateResult {
    return html`<twinlint-empty-state
      .sign=${sign}
      .heading=${heading}
      .text=${text}
      .actions=${actions}
    ></twinlint-empty-state>`;
  }

  private scan(): void {
    void this.store.act({ kind: 'scanWorkspace' });
  }
}
