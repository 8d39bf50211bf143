import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ImageRecord } from '../../../core/dataset/image';
import { transformText } from '../../../core/findings/findingMessage';
import { findingKinds } from '../../../core/findings/kinds';
import type { PairRow } from '../../../protocol/engine';
import type { PanelAction } from '../../../protocol/panel';
import { t } from '../../l10n';
import { distanceText, fileName, formatCount, sideOf } from '../../state/format';
import type { PanelStore } from '../../state/panelStore';
import type { CompareMode } from '../../state/savedState';
import { StoreController } from '../../state/storeController';
import { sharedStyles } from '../../styles/shared';
import { Announce } from '../announce';
import { button } from '../controls/button';
import { factStyles, facts } from './facts';
import type { PictureStage } from './pictureStage';
import './pictureStage';

const zoomStep = 1.5;
const panStep = 0.15;
/** Space held longer than this shows the other picture only as long as it is held. */
const holdMs = 350;
const blinkMs = 1000;

/** One pair, large: what is the same, what is not, and what to do about it. */
@customElement('twinlint-compare-view')
export class CompareView extends LitElement {
  static override styles = [
    sharedStyles,
    factStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 6px;
        padding: 6px 12px 8px;
        min-height: 0;
        overflow: auto;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 6px;
      }
      .bar .grow {
        flex: 1;
      }
      .segments {
        display: flex;
        gap: 2px;
      }
      vscode-button[appearance='secondary'].pressed {
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        --button-secondary-background: var(--vscode-button-background);
        --button-secondary-foreground: var(--vscode-button-foreground);
        --button-secondary-hover-background: var(--vscode-button-hoverBackground);
      }
      h1 {
        margin: 0;
        font-size: inherit;
        font-weight: 600;
        white-space: nowrap;
      }
      /* Whatever the text under them leaves, and never less than nearly half. */
      twinlint-picture-stage {
        flex: 1 0 max(120px, 45%);
      }
      /* Always in sight, also where so little fits that the view scrolls. */
      .actions {
        position: sticky;
        inset-block-end: 0;
        z-index: 1;
        background: var(--vscode-editor-background);
      }
      .details {
        min-height: 4em;
        overflow: auto;
      }
      .verdict {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        align-items: center;
      }
      .sides {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 4px;
      }
      .sides div {
        display: flex;
        gap: 2px;
      }
      @media (max-width: 480px) {
        col.names {
          width: 108px;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  @property({ attribute: false }) pair!: PairRow;
  @state() private top: 'a' | 'b' = 'a';
  @state() private gain = 1;
  @state() private blinking = false;
  @query('twinlint-picture-stage') private stage!: PictureStage;
  private place = -1;
  private spaceDownAt = 0;
  private blinkTimer: ReturnType<typeof setInterval> | undefined;
  private readonly stillMotion = matchMedia('(prefers-reduced-motion: reduce)');

  constructor() {
    super();
    new StoreController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.keyDown);
    window.addEventListener('keyup', this.keyUp);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.keyDown);
    window.removeEventListener('keyup', this.keyUp);
    this.setBlinking(false);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('pair')) return;
    const { saved, pairs } = this.store;
    // Known from the list it was opened from; else, in order of distance, from its rank.
    const listed = pairs.at(saved.selectedPair);
    if (listed?.findingId === this.pair.findingId) this.place = saved.selectedPair;
    else if (saved.order === 'closest' && this.pair.rank >= 0 && this.pair.rank < this.store.pairCount) {
      this.place = this.pair.rank;
    } else if (changed.get('pair')?.findingId !== this.pair.findingId) this.place = -1;
    if (changed.get('pair')?.findingId !== this.pair.findingId) this.top = 'a';
  }

  override firstUpdated(): void {
    this.focusStart();
  }

  focusStart(): void {
    this.renderRoot.querySelector<HTMLElement>('#back')?.focus();
  }

  override render(): TemplateResult {
    const { pair, store } = this;
    const total = store.pairCount;
    return html`${this.navigation(total)}
      <twinlint-picture-stage
        .a=${pair.a}
        .b=${pair.b}
        .transform=${pair.transform}
        .mode=${this.mode}
        .top=${this.top}
        .gain=${this.gain}
        .previews=${store.previews}
      ></twinlint-picture-stage>
      ${this.actions()}
      <div class="details">
        ${this.summary()}${facts(pair.a, pair.b)}
        <div class="sides">${this.fileTools(pair.a)}${this.fileTools(pair.b)}</div>
      </div>`;
  }

  private get mode(): CompareMode {
    return this.store.saved.compareMode;
  }

  private navigation(total: number): TemplateResult {
    const { place } = this;
    const place1 = formatCount(place + 1);
    const modes: readonly (readonly [CompareMode, string, string])[] = [
      ['side', t('Side by Side'), 's'],
      ['blink', t('Blink'), 'b'],
      ['difference', t('Difference'), 'f'],
    ];
    return html`<div class="bar">
      ${button({ id: 'back', label: t('Back to the List (Escape)'), icon: 'arrow-left', look: 'icon', onClick: () => this.back() })}
      ${button({
        label: t('Previous Pair (P)'),
        icon: 'chevron-left',
        look: 'icon',
        disabled: place <= 0,
        onClick: () => void this.go(place - 1),
      })}
      ${button({
        label: t('Next Pair (N)'),
        icon: 'chevron-right',
        look: 'icon',
        disabled: place < 0 || place + 1 >= total,
        onClick: () => void this.go(place + 1),
      })}
      <h1>${place >= 0 && total > 0 ? t('Pair {0} of {1}', place1, formatCount(total)) : t('Pair')}</h1>
      <span class="grow"></span>
      <span class="segments" role="group" aria-label=${t('How to compare')}>
        ${modes.map(([mode, label, key]) =>
          button({
            label,
            title: t('{0} ({1})', label, key.toUpperCase()),
            shortcut: key,
            pressed: this.mode === mode,
            onClick: () => this.setMode(mode),
          }),
        )}
      </span>
      ${this.modeTools()}
      ${button({ label: t('Zoom Out (-)'), icon: 'zoom-out', look: 'icon', onClick: () => this.stage.zoomBy(1 / zoomStep) })}
      ${button({ label: t('Fit (0)'), icon: 'screen-normal', look: 'icon', onClick: () => this.stage.fit() })}
      ${button({ label: t('Zoom In (+)'), icon: 'zoom-in', look: 'icon', onClick: () => this.stage.zoomBy(zoomStep) })}
    </div>`;
  }

  private modeTools(): TemplateResult | typeof nothing {
    if (this.mode === 'difference') {
      return button({
        label: t('Brightness ×{0}', this.gain),
        title: t('Makes small differences brighter'),
        onClick: () => {
          this.gain = this.gain >= 16 ? 1 : this.gain * 4;
        },
      });
    }
    if (this.mode !== 'blink') return nothing;
    const still = this.stillMotion.matches || document.body.classList.contains('vscode-reduce-motion');
    return html`${button({
      label: t('Flip'),
      title: t('Shows the other picture (Space, or hold it)'),
      onClick: () => this.flip(),
    })}${
      still
        ? nothing
        : button({
            label: t('Automatic'),
            title: t('Flips once a second'),
            pressed: this.blinking,
            onClick: () => this.setBlinking(!this.blinking),
          })
    }`;
  }

  private actions(): TemplateResult {
    const { busy } = this.store;
    const { a, b } = this.pair;
    return html`<div class="bar actions" role="group" aria-label=${t('What to do with this pair')}>
      ${button({
        label: t('Not a Duplicate'),
        look: 'primary',
        icon: 'circle-slash',
        title: t('{0} ({1})', t('Not a Duplicate'), 'D'),
        shortcut: 'd',
        disabled: busy,
        onClick: () => void this.act('notDuplicate'),
      })}
      ${button({
        label: t('Keep Left, Trash Right'),
        icon: 'trash',
        title: t('{0} ({1})', t('Keep Left, Trash Right'), '1'),
        shortcut: '1',
        disabled: busy || b.reference,
        onClick: () => void this.act('a'),
      })}
      ${button({
        label: t('Keep Right, Trash Left'),
        icon: 'trash',
        title: t('{0} ({1})', t('Keep Right, Trash Left'), '2'),
        shortcut: '2',
        disabled: busy || a.reference,
        onClick: () => void this.act('b'),
      })}
      ${button({
        label: t('Open Both'),
        icon: 'split-horizontal',
        title: t('{0} ({1})', t('Open Both'), 'O'),
        shortcut: 'o',
        disabled: busy,
        onClick: () => void this.store.act({ kind: 'openBoth', pair: this.pair }),
      })}
    </div>`;
  }

  private summary(): TemplateResult {
    const { pair } = this;
    const turned = transformText(pair.transform, t);
    return html`<div class="verdict">
      ${pair.kind ? html`<span class="badge">${t(findingKinds[pair.kind].title)}</span>` : nothing}
      <span>${t('Distance {0}', distanceText(pair.distance))}</span>
      ${turned ? html`<span>${t('The right one is {0}.', turned)}</span>` : nothing}
      ${pair.distance > this.store.threshold ? html`<span class="dim">${t('Over the threshold.')}</span>` : nothing}
      ${pair.verdict === 'different' ? html`<span>${t('Remembered as not a duplicate.')}</span>` : nothing}
    </div>`;
  }

  private fileTools(image: ImageRecord): TemplateResult {
    const name = fileName(image);
    const tool = (label: string, icon: 'open-preview' | 'target' | 'search' | 'selection', action: PanelAction): TemplateResult =>
      button({ label, icon, look: 'icon', disabled: this.store.busy, onClick: () => void this.store.act(action) });
    return html`<div>
      ${tool(t('Open {0}', name), 'open-preview', { kind: 'openImage', image })}
      ${tool(t('Reveal {0} in the Explorer', name), 'target', { kind: 'revealImage', image })}
      ${tool(t('Find Similar to {0}', name), 'search', { kind: 'findSimilar', image })}
      ${tool(t('Find a Region of {0} in Other Images', name), 'selection', { kind: 'markRegion', image })}
    </div>`;
  }

  private back(): void {
    if (this.place >= 0) this.store.save({ selectedPair: this.place });
    void this.store.showList();
  }

  private async go(place: number): Promise<void> {
    if (place < 0 || this.store.busy) return;
    try {
      const pair = place < this.store.pairCount ? await this.store.pairAt(place) : undefined;
      if (!pair) return;
      this.store.save({ selectedPair: place });
      await this.store.compare(pair);
    } catch {
      // The list says what is wrong with the host.
    }
  }

  private async act(what: 'notDuplicate' | 'a' | 'b'): Promise<void> {
    const { pair, place } = this;
    const choice = what === 'notDuplicate' ? undefined : sideOf(pair, what);
    if (choice?.trash.reference) return;
    const done = await this.store.act(
      choice ? { kind: 'keepAndTrash', keep: choice.keep, trash: [choice.trash] } : { kind: 'notDuplicate', pair },
    );
    if (!done) return;
    this.dispatchEvent(
      new Announce(choice ? t('{0} is in the trash.', fileName(choice.trash)) : t('Remembered as not a duplicate.')),
    );
    // The next pair has taken its place; after the last one there is only the list.
    const next = place < 0 ? undefined : await this.store.pairAfter(place, pair);
    if (next) await this.store.compare(next);
    else await this.store.showList();
  }

  private setMode(compareMode: CompareMode): void {
    this.setBlinking(false);
    this.top = 'a';
    this.store.save({ compareMode });
  }

  private flip(): void {
    this.top = this.top === 'a' ? 'b' : 'a';
  }

  private setBlinking(blinking: boolean): void {
    this.blinking = blinking;
    clearInterval(this.blinkTimer);
    if (blinking) this.blinkTimer = setInterval(() => this.flip(), blinkMs);
  }

  private readonly keyDown = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    const onButton = target instanceof HTMLElement && target.closest('button, a, input, textarea, dialog') !== null;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open]')) {
      return;
    }
    const isActivation = event.key === ' ' || event.key === 'Enter';
    if (isActivation && onButton && !(event.key === ' ' && this.mode === 'blink')) return;
    const run = this.keyAction(event);
    if (!run) return;
    event.preventDefault();
    run();
  };

  /** Keys that do the same in every mode. */
  private readonly plainKeys: ReadonlyMap<string, () => void> = new Map([
    ['+', () => this.stage.zoomBy(zoomStep)],
    ['=', () => this.stage.zoomBy(zoomStep)],
    ['-', () => this.stage.zoomBy(1 / zoomStep)],
    ['0', () => this.stage.fit()],
    ['n', () => void this.go(this.place + 1)],
    ['p', () => void this.go(this.place - 1)],
    ['s', () => this.setMode('side')],
    ['b', () => this.setMode('blink')],
    ['f', () => this.setMode('difference')],
    ['d', () => void this.act('notDuplicate')],
    ['1', () => void this.act('a')],
    ['2', () => void this.act('b')],
    ['o', () => void this.store.act({ kind: 'openBoth', pair: this.pair })],
  ]);

  private keyAction(event: KeyboardEvent): (() => void) | undefined {
    const pans: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [panStep, 0],
      ArrowRight: [-panStep, 0],
      ArrowUp: [0, panStep],
      ArrowDown: [0, -panStep],
    };
    const pan = pans[event.key];
    if (pan) {
      if (this.stage.isZoomed) return () => this.stage.pan(...pan);
      if (event.key === 'ArrowLeft') return () => void this.go(this.place - 1);
      if (event.key === 'ArrowRight') return () => void this.go(this.place + 1);
      return undefined;
    }
    switch (event.key.toLowerCase()) {
      case 'escape':
        // While a scan runs, Escape is VS Code's key to cancel it.
        return this.store.progress ? undefined : () => this.back();
      case ' ':
        if (this.mode !== 'blink') return undefined;
        return () => {
          if (event.repeat) return;
          this.spaceDownAt = performance.now();
          this.flip();
        };
      default:
        return this.plainKeys.get(event.key.toLowerCase());
    }
  }

  private readonly keyUp = (event: KeyboardEvent): void => {
    if (event.key !== ' ' || this.mode !== 'blink' || this.spaceDownAt === 0) return;
    // A button that has the focus would take the key for a click.
    event.preventDefault();
    if (performance.now() - this.spaceDownAt > holdMs) this.flip();
    this.spaceDownAt = 0;
  };
}
