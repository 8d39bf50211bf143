import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { DEFAULT_LEAST_CONFIDENCE } from '../../../core/suggest/suggestion';
import { displayPath } from '../../../core/findings/findingMessage';
import type { SuggestAction, SuggestedImage, SuggestSnapshot } from '../../../protocol/panelSuggest';
import { t } from '../../l10n';
import { formatCount, imagesText } from '../../state/format';
import type { PanelStore } from '../../state/panelStore';
import { StoreController } from '../../state/storeController';
import { basisText, groupName, groupsOf, leftText, percentText } from '../../state/suggest';
import type { SuggestGroup } from '../../state/suggest';
import { sharedStyles } from '../../styles/shared';
import { Announce } from '../announce';
import { button } from '../controls/button';
import { numberField } from '../controls/numberField';
import '../emptyState';
import { icon } from '../icon';
import { nameLine, nameStyles } from '../names';
import '../thumbnail';
import { nextByArrow } from './moveAround';
import { suggestStyles } from './suggestStyles';

/** So many of a class are listed at first, and so many more each time. */
const pageLength = 60;

/** Suggested labels by class, unknown images apart; chosen ones are accepted in one action. */
@customElement('twinlint-suggest-view')
export class SuggestView extends LitElement {
  static override styles = [sharedStyles, nameStyles, suggestStyles];

  @property({ attribute: false }) store!: PanelStore;
  @state() private least = DEFAULT_LEAST_CONFIDENCE;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private current = '';
  @state() private lengths: ReadonlyMap<string, number> = new Map();
  private focusAfterUpdate = false;
  /** Settles with the last action. */
  private acting: Promise<unknown> = Promise.resolve();

  constructor() {
    super();
    new StoreController(this);
  }

  focusStart(): void {
    const target = this.buttons.find(each => each.tabIndex === 0) ?? this.renderRoot.querySelector<HTMLElement>('#back');
    target?.focus();
  }

  override firstUpdated(): void {
    this.focusStart();
  }

  /** Takes the last accepted images back; the app's Z comes here, too. */
  async undo(): Promise<void> {
    await this.acting;
    if (await this.act({ kind: 'undo' })) this.say(t('Undone.'));
  }

  private get suggest(): SuggestSnapshot | null {
    return this.store.snapshot?.suggest ?? null;
  }

  private get buttons(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('li > button')];
  }

  override willUpdate(): void {
    // What was accepted is gone, whoever did it.
    const places = new Set(this.suggest?.images.map(({ place }) => place));
    if ([...this.chosen].some(place => !places.has(place))) {
      this.chosen = new Set([...this.chosen].filter(place => places.has(place)));
    }
    if (!places.has(this.current)) this.current = '';
  }

  override updated(): void {
    if (!this.focusAfterUpdate || this.store.busy) return;
    this.focusAfterUpdate = false;
    this.focusStart();
  }

  override render(): TemplateResult {
    const { suggest, store } = this;
    return html`<header>
        ${button({ id: 'back', label: t('Back to the List (Escape)'), icon: 'arrow-left', look: 'icon', onClick: () => void store.showList() })}
        <h1>${t('Suggested Labels')}</h1>
        ${suggest ? this.controls(suggest) : nothing}
      </header>
      ${suggest && suggest.images.length > 0 ? this.list(suggest) : this.empty(suggest)}`;
  }

  private controls(suggest: SuggestSnapshot): TemplateResult {
    const { store, least, chosen } = this;
    const label = t('Least confidence, in percent');
    const onChange = (percent: number): void => {
      this.least = percent / 100;
    };
    const count = chosen.size;
    return html`<span id="left" class="dim">${leftText(suggest)}</span>
      <label class="least"
        ><span>${t('Least confidence')}</span
        >${numberField({ label, value: 100 * least, digits: 0, min: 0, max: 100, step: 5, onChange })} %</label
      >
      ${button({
        id: 'accept',
        label: count > 0 ? t('Accept {0} (A)', formatCount(count)) : t('Accept (A)'),
        icon: 'check',
        look: 'primary',
        shortcut: 'a',
        disabled: store.busy,
        onClick: () => void this.accept('accept'),
      })}
      ${button({ id: 'other', label: t('Other Label… (L)'), shortcut: 'l', disabled: store.busy, onClick: () => void this.accept('other') })}
      ${button({ id: 'undo', label: t('Undo (Z)'), icon: 'discard', look: 'icon', disabled: store.busy, onClick: () => void this.undo() })}
      <p class="dim" id="basis">
        ${t('Images of {0}; accepted ones move to class folders in {1}.', suggest.folder, suggest.home)} ${basisText(suggest)}
      </p>
      ${
        suggest.problem === undefined
          ? nothing
          : html`<p class="problem" role="alert">${icon('warning')}<span>${suggest.problem}</span></p>`
      }`;
  }

  private empty(suggest: SuggestSnapshot | null): TemplateResult {
    return suggest
      ? html`<twinlint-empty-state
          .sign=${'check'}
          .heading=${t('No suggestion is left')}
          .text=${t('All images are accepted. Undo brings the last ones back.')}
          .actions=${[]}
        ></twinlint-empty-state>`
      : html`<twinlint-empty-state
          .sign=${'tag'}
          .heading=${t('No labels were suggested yet')}
          .text=${t('Run "Suggest Labels from References" on a folder of images, with a folder that holds a few images of each class.')}
          .actions=${[]}
        ></twinlint-empty-state>`;
  }

  private list(suggest: SuggestSnapshot): TemplateResult {
    const groups = groupsOf(suggest, this.least);
    const first = groups[0]?.images[0]?.place;
    const listed = groups.flatMap(group => this.shownOf(group).map(({ place }) => place));
    const focusable = listed.includes(this.current) ? this.current : first;
    return html`<div class="groups" @keydown=${this.keyDown}>
      ${repeat(
        groups,
        ({ label }) => label ?? '',
        group => this.group(group, suggest, focusable),
      )}
    </div>`;
  }

  private shownOf(group: SuggestGroup): readonly SuggestedImage[] {
    return group.images.slice(0, this.lengths.get(group.label ?? '') ?? pageLength);
  }

  private group(group: SuggestGroup, { classes }: SuggestSnapshot, focusable: string | undefined): TemplateResult {
    const name = groupName(group);
    const shown = this.shownOf(group);
    const example = classes.find(({ label }) => label === group.label)?.example;
    const isAll = group.images.every(({ place }) => this.chosen.has(place));
    const more = group.images.length - shown.length;
    return html`<section aria-label=${name}>
      <div class="group">
        ${example ? html`<twinlint-thumbnail .image=${example} .previews=${this.store.previews}></twinlint-thumbnail>` : nothing}
        <h2>${name}</h2>
        <span class="dim">${imagesText(group.images.length)}</span>
        ${
          group.label === undefined
            ? nothing
            : button({
                label: isAll ? t('Choose None of {0}', name) : t('Choose All of {0}', name),
                onClick: () => this.chooseGroup(group),
              })
        }
      </div>
      <ul>
        ${repeat(
          shown,
          ({ place }) => place,
          each => this.item(each, group.label !== undefined, each.place === focusable),
        )}
      </ul>
      ${more > 0 ? html`<div class="more">${button({ label: t('Show {0} More', formatCount(Math.min(more, pageLength))), onClick: () => this.showMore(group) })}</div>` : nothing}
    </section>`;
  }

  private item(each: SuggestedImage, isKnown: boolean, isFocusable: boolean): TemplateResult {
    const { image, place, label, confidence } = each;
    const isChosen = this.chosen.has(place);
    return html`<li>
      <button
        type="button"
        data-place=${place}
        tabindex=${isFocusable ? 0 : -1}
        aria-pressed=${isChosen}
        title=${displayPath(place)}
        @click=${() => this.choose([place], !isChosen)}
        @focus=${() => {
          this.current = place;
        }}
      >
        ${isChosen ? html`<span class="mark">${icon('check')}</span>` : nothing}
        <twinlint-thumbnail .image=${image} .previews=${this.store.previews}></twinlint-thumbnail>
        ${nameLine(image)}
        <span class="fact"
          ><span>${percentText(confidence)}</span>${
            isKnown
              ? html`<span class="visually-hidden">${t('suggested: {0}', displayPath(label))}</span>`
              : html`<span class="dim"
                  ><span class="visually-hidden">${t('unknown; nearest:')}</span> ${displayPath(label)}</span
                >`
          }</span
        >
      </button>
    </li>`;
  }

  private choose(places: readonly string[], isChosen: boolean): void {
    const chosen = new Set(this.chosen);
    for (const place of places) {
      if (isChosen) chosen.add(place);
      else chosen.delete(place);
    }
    this.chosen = chosen;
  }

  private chooseGroup(group: SuggestGroup): void {
    const places = group.images.map(({ place }) => place);
    const isChosen = !places.every(place => this.chosen.has(place));
    this.choose(places, isChosen);
    this.say(isChosen ? t('{0} chosen', imagesText(places.length)) : t('None chosen'));
  }

  private showMore(group: SuggestGroup): void {
    const key = group.label ?? '';
    this.lengths = new Map(this.lengths).set(key, (this.lengths.get(key) ?? pageLength) + pageLength);
  }

  /** The chosen images, or the one that has the focus. */
  private async accept(kind: 'accept' | 'other'): Promise<void> {
    const places = this.chosen.size > 0 ? [...this.chosen] : [this.current].filter(place => place !== '');
    if (places.length === 0 || this.store.busy) return;
    this.focusAfterUpdate = true;
    const before = this.suggest?.accepted ?? 0;
    const done = await this.act({ kind, places });
    const { suggest } = this;
    this.focusAfterUpdate = true;
    this.requestUpdate();
    if (done) this.say(t('{0} accepted', imagesText(Math.max(places.length, (suggest?.accepted ?? 0) - before))));
  }

  private act(action: SuggestAction): Promise<boolean> {
    const done = this.store.act({ kind: 'suggest', action });
    this.acting = done.catch(() => undefined);
    return done;
  }

  private say(text: string): void {
    this.dispatchEvent(new Announce(text));
  }

  /** A key for the list, also where nothing has the focus. */
  keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const own = event.composedPath().find(each => each instanceof HTMLElement && each.dataset.place !== undefined) as
      HTMLElement | undefined;
    const key = event.key.toLowerCase();
    if (key === 'a') void this.accept('accept');
    else if (key === 'l') void this.accept('other');
    else if (!own) return;
    else if (key === 's') {
      const { suggest } = this;
      const group =
        suggest && groupsOf(suggest, this.least).find(each => each.images.some(({ place }) => place === own.dataset.place));
      if (group) this.chooseGroup(group);
    } else if (key === 'o') void this.act({ kind: 'open', place: own.dataset.place! });
    else {
      const target = nextByArrow(event.key, this.buttons, own);
      if (!target) return;
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: 'nearest' });
    }
    event.preventDefault();
  }
}
