import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { PairRow } from '../../protocol/engine';
import type { LabelAnswer } from '../../protocol/panelLabeling';
import type { PictureStage } from '../components/compare/pictureStage';
import '../components/compare/pictureStage';
import { button } from '../components/controls/button';
import { dropdown } from '../components/controls/dropdown';
import '../components/emptyState';
import { icon } from '../components/icon';
import { t } from '../l10n';
import { distanceText, fileName } from '../state/format';
import type { CompareMode } from '../state/savedState';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import type { BatchGrid } from './batchGrid';
import './batchGrid';
import { keyOf, type LabelingStore } from './labelingStore';
import { labelingPageStyles } from './labelingPageStyles';
import { answerText, countText, measureText, openText, questionText, reasonText, relationText } from './words';

const zoomStep = 1.5;
const ownRelation = '\0own';

/** Asks about one pair after the other; {@link defineLabelingPage} makes it an element. */
export class LabelingPage extends LitElement {
  static override styles = [sharedStyles, labelingPageStyles];

  @property({ attribute: false }) store!: LabelingStore;
  @state() private mode: CompareMode = 'side';
  @state() private top: 'a' | 'b' = 'a';
  @state() private isBatch = false;
  @state() private said = '';
  @query('twinlint-picture-stage') private readonly stage!: PictureStage | null;
  @query('twinlint-batch-grid') private readonly grid!: BatchGrid | null;

  constructor() {
    super();
    new StoreController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.keyDown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.keyDown);
  }

  override render(): TemplateResult {
    const { snapshot, failure } = this.store;
    const problem = failure ?? snapshot?.problem;
    return html`<main>
        ${problem ? html`<div class="problem" role="alert">${icon('warning')}<span>${problem}</span></div>` : nothing}
        ${snapshot ? this.body() : nothing}
      </main>
      <div class="visually-hidden" role="status" aria-live="polite">${this.said}</div>`;
  }

  private body(): TemplateResult {
    const snapshot = this.store.snapshot!;
    switch (snapshot.state) {
      case 'untrusted':
        return this.empty(t('This workspace is not trusted'), t('Twinlint writes no answers here.'), [
          t('Manage Workspace Trust'),
          'manageTrust',
        ]);
      case 'scanning':
        return this.empty(t('Scanning'), t('Pairs to ask about are there in a moment.'));
      case 'no-scan':
        return this.empty(
          t('Nothing was scanned yet'),
          t('A scan finds the pairs that are worth a question. Your answers teach Twinlint what “the same” means here.'),
          [t('Scan Workspace'), 'scan'],
        );
      case 'ready':
        return html`${this.head()}${this.asking()}${this.foot()}`;
    }
  }

  private empty(heading: string, text: string, action?: readonly [string, 'scan' | 'manageTrust']): TemplateResult {
    const actions = action ? [{ label: action[0], run: () => void this.store.act({ kind: action[1] }) }] : [];
    return html`<h1 class="visually-hidden">${t('Label Pairs')}</h1>
      <twinlint-empty-state .sign=${'files'} .heading=${heading} .text=${text} .actions=${actions}></twinlint-empty-state>`;
  }

  private head(): TemplateResult {
    const { relation, relations } = this.store.snapshot!;
    const options = [
      ...relations.map(value => ({ value, label: relationText(value) })),
      { value: ownRelation, label: t('A Relation of Your Own…') },
    ];
    const choose = (value: string): void =>
      void (value === ownRelation ? this.store.act({ kind: 'newRelation' }) : this.store.setRelation(value));
    return html`<div class="row head">
      <h1>${questionText(relation)}</h1>
      ${dropdown({ label: t('What similar means'), value: relation, options, onChange: choose })}
    </div>`;
  }

  private asking(): TemplateResult {
    const { store } = this;
    const shown = store.shown;
    if (!shown) {
      return html`<twinlint-empty-state
        .sign=${'check'}
        .heading=${t('No pair is left to ask about')}
        .text=${t('A larger threshold, another relation or more images bring new ones.')}
        .actions=${[{ label: t('Open Pairs'), run: () => void store.act({ kind: 'openPairs' }) }]}
      ></twinlint-empty-state>`;
    }
    if (this.isBatch) {
      return html`<twinlint-batch-grid
        .pairs=${store.snapshot!.questions.map(({ pair }) => pair)}
        .previews=${store.previews}
      ></twinlint-batch-grid>`;
    }
    return this.single(shown.pair, shown.answer);
  }

  private single(pair: PairRow, answer: LabelAnswer | undefined): TemplateResult {
    const question = this.store.snapshot!.questions.at(0);
    return html`<p class="why" id="why">
        ${answer ? t('Answered: {0}. Another answer replaces it.', answerText(answer)) : question ? reasonText(question) : ''}
      </p>
      <twinlint-picture-stage
        .a=${pair.a}
        .b=${pair.b}
        .transform=${pair.transform}
        .mode=${this.mode}
        .top=${this.top}
        .previews=${this.store.previews}
      ></twinlint-picture-stage>
      <div class="row tools">
        <span class="dim">${t('Distance {0}', distanceText(pair.distance))}</span>
        ${this.tools(pair)}
      </div>`;
  }

  private tools(pair: PairRow): TemplateResult {
    const { store } = this;
    return html`<span class="row" role="toolbar" aria-label=${t('How to look at the pair')}>
      ${button({
        label: t('Earlier Pair (←)'),
        icon: 'chevron-left',
        look: 'icon',
        disabled: store.back >= store.snapshot!.past.length,
        onClick: () => store.browse(1),
      })}
      ${button({
        label: t('Later Pair (→)'),
        icon: 'chevron-right',
        look: 'icon',
        disabled: store.back === 0,
        onClick: () => store.browse(-1),
      })}
      ${button({ label: t('Blink'), title: t('{0} ({1})', t('Blink'), 'B'), pressed: this.mode === 'blink', onClick: () => this.blink() })}
      ${button({
        label: t('Difference'),
        title: t('{0} ({1})', t('Difference'), 'F'),
        pressed: this.mode === 'difference',
        onClick: () => this.setMode('difference'),
      })}
      ${button({ label: t('Zoom In (+)'), icon: 'zoom-in', look: 'icon', onClick: () => this.stage?.zoomBy(zoomStep) })}
      ${button({ label: t('Fit (0)'), icon: 'screen-normal', look: 'icon', onClick: () => this.stage?.fit() })}
      ${button({
        label: t('Compare in the Panel'),
        icon: 'split-horizontal',
        look: 'icon',
        onClick: () => void store.act({ kind: 'compare', pair }),
      })}
    </span>`;
  }

  private foot(): TemplateResult {
    const { store } = this;
    const snapshot = store.snapshot!;
    const nothingShown = store.shown === undefined;
    const open = openText(snapshot);
    const key = (label: string, shortcut: string): string => t('{0} ({1})', label, shortcut);
    return html`<div class="answers" role="group" aria-label=${questionText(snapshot.relation)}>
        ${button({
          id: 'similar',
          label: t('Similar'),
          title: key(t('Similar'), 'S'),
          shortcut: 's',
          disabled: nothingShown,
          onClick: () => void this.answer('similar'),
        })}
        ${button({
          id: 'different',
          label: t('Different'),
          title: key(t('Different'), 'D'),
          shortcut: 'd',
          disabled: nothingShown,
          onClick: () => void this.answer('different'),
        })}
        ${button({
          id: 'skip',
          label: t('Skip'),
          title: key(t('Skip'), t('Space')),
          shortcut: 'Space',
          disabled: nothingShown,
          onClick: () => void this.answer('skip'),
        })}
        ${button({
          id: 'undo',
          label: t('Undo'),
          title: key(t('Undo'), 'Z'),
          shortcut: 'z',
          disabled: snapshot.past.length === 0,
          onClick: () => void this.undo(),
        })}
      </div>
      <div class="row foot">
        ${button({
          id: 'batch',
          label: t('Many at Once'),
          title: key(t('Many at Once'), 'G'),
          shortcut: 'g',
          pressed: this.isBatch,
          onClick: () => this.toggleBatch(),
        })}
        ${button({
          id: 'train',
          label: snapshot.isTraining ? t('Training…') : t('Train'),
          icon: 'mortar-board',
          disabled: snapshot.isTraining || snapshot.counts.similar + snapshot.counts.different === 0,
          onClick: () => void store.act({ kind: 'train' }),
        })}
      </div>
      <p class="counter" id="counter">${countText(snapshot)}</p>
      ${open ? html`<p class="dim" id="open">${open}</p>` : nothing}
      <p class="dim measure">${measureText(snapshot)}</p>`;
  }

  private async answer(answer: LabelAnswer): Promise<void> {
    const { store } = this;
    const pairs = this.isBatch && store.back === 0 ? (this.grid?.selected ?? []) : store.shown ? [store.shown.pair] : [];
    if (pairs.length === 0) {
      if (this.isBatch) this.said = t('Select pairs first.');
      return;
    }
    if (!this.isBatch && store.isUnseen) {
      this.said = t('Another pair has just taken the place of the one before. Look again.');
      return;
    }
    if (!(await store.answer(pairs, answer))) return;
    const next = store.shown?.pair;
    // It could not be saved: the problem's own words say so.
    if (next && !this.isBatch && String(keyOf(next)) === String(keyOf(pairs[0]))) return;
    this.top = 'a';
    const done = pairs.length === 1 ? answerText(answer) : t('{0}: {1} pairs', answerText(answer), pairs.length);
    this.said = next && !this.isBatch ? t('{0}. Next: {1} and {2}', done, fileName(next.a), fileName(next.b)) : done;
  }

  private async undo(): Promise<void> {
    if ((this.store.snapshot?.past.length ?? 0) === 0) return;
    if (await this.store.undo()) this.said = t('The last answer was taken back.');
  }

  private toggleBatch(): void {
    this.isBatch = !this.isBatch;
    if (this.isBatch) void this.updateComplete.then(() => this.grid?.focusFirst());
  }

  private setMode(mode: CompareMode): void {
    this.mode = this.mode === mode ? 'side' : mode;
    this.top = 'a';
  }

  /** Each press shows the other picture. */
  private blink(): void {
    if (this.mode !== 'blink') this.setMode('blink');
    else if (this.top === 'a') this.top = 'b';
    else this.setMode('blink');
  }

  private readonly keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (this.store.snapshot?.state !== 'ready') return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && target.closest('input, textarea, vscode-dropdown, [role=listbox]:not(.batch)')) return;
    const onButton = target instanceof HTMLElement && target.closest('button, vscode-button') !== null;
    const run = this.keyAction(event.key, onButton);
    if (!run) return;
    event.preventDefault();
    run();
  };

  private keyAction(key: string, onButton: boolean): (() => void) | undefined {
    switch (key.toLowerCase()) {
      case 's':
        return () => void this.answer('similar');
      case 'd':
        return () => void this.answer('different');
      case 'z':
        return () => void this.undo();
      case 'g':
        return () => this.toggleBatch();
      case ' ':
        return onButton || this.isBatch ? undefined : () => void this.answer('skip');
      case 'escape':
        return this.isBatch ? () => this.toggleBatch() : undefined;
    }
    if (this.isBatch) return undefined;
    switch (key.toLowerCase()) {
      case 'arrowleft':
        return () => this.store.browse(1);
      case 'arrowright':
        return () => this.store.browse(-1);
      case 'b':
        return () => this.blink();
      case 'f':
        return () => this.setMode('difference');
      case '+':
      case '=':
        return () => this.stage?.zoomBy(zoomStep);
      case '-':
        return () => this.stage?.zoomBy(1 / zoomStep);
      case '0':
        return () => this.stage?.fit();
      default:
        return undefined;
    }
  }
}

/** Brings `<twinlint-labeling>` to life: it stands in the page before this script runs, so the store comes with the class. */
export function defineLabelingPage(store: LabelingStore): void {
  customElements.define(
    'twinlint-labeling',
    class extends LabelingPage {
      constructor() {
        super();
        this.store = store;
      }
    },
  );
}
