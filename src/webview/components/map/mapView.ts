import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { t } from '../../l10n';
import { filePath, formatCount, imagesText } from '../../state/format';
import type { MapState } from '../../state/map/mapStore';
import type { PanelStore } from '../../state/panelStore';
import { mapColours } from '../../state/savedState';
import type { MapColour } from '../../state/savedState';
import { StoreController } from '../../state/storeController';
import { progressStyles, sharedStyles } from '../../styles/shared';
import type { EmbeddingMap } from '../../../protocol/map';
import { Announce } from '../announce';
import { button } from '../controls/button';
import { dropdown } from '../controls/dropdown';
import '../emptyState';
import '../filterChip';
import { icon } from '../icon';
import '../thumbnail';
import type { MapCanvas } from './mapCanvas';
import './mapCanvas';
import './mapLegend';

/** Fewer images have no neighbourhoods that a map could show. */
const fewImages = 5;
const buttonZoom = 1.6;

/** Where each image lies among the others: near ones are alike to the model. What is chosen here can be all that the panel shows. */
@customElement('twinlint-map-view')
export class MapView extends LitElement {
  static override styles = [
    sharedStyles,
    progressStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(140px, 230px);
        grid-template-rows: auto auto minmax(0, 1fr) auto;
        gap: 6px 12px;
        padding: 6px 12px 8px;
      }
      .bar,
      .notes {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
        min-width: 0;
      }
      h1 {
        margin: 0;
        font-size: inherit;
        font-weight: 600;
      }
      .grow {
        flex: 1;
      }
      .note {
        display: flex;
        align-items: center;
        gap: 6px;
        margin: 0;
      }
      twinlint-map-canvas {
        border: 1px solid var(--edge);
        border-radius: 3px;
        min-height: 120px;
      }
      aside {
        display: flex;
        flex-direction: column;
        gap: 8px;
        min-width: 0;
        min-height: 0;
        overflow-y: auto;
      }
      .image {
        display: flex;
        flex-direction: column;
        gap: 3px;
        min-width: 0;
      }
      .image twinlint-thumbnail {
        height: 130px;
        flex: none;
      }
      .path {
        overflow-wrap: anywhere;
      }
      .caption {
        grid-column: 1 / -1;
        margin: 0;
      }
      .wait {
        grid-column: 1 / -1;
        grid-row: 3;
        display: flex;
        align-items: center;
        align-self: start;
        gap: 10px;
      }
      twinlint-empty-state {
        grid-column: 1 / -1;
        grid-row: 3;
      }
      @media (max-width: 560px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto auto minmax(160px, 1fr) minmax(0, auto) auto;
        }
        aside {
          max-height: 34vh;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  @query('twinlint-map-canvas') private canvas!: MapCanvas | null;
  @state() private lasso = false;
  /** Under the pointer; −1 = nothing. */
  @state() private hovered = -1;
  private saidPoint = '';
  /** The map came: who waited for it goes on there. */
  private hadCanvas = false;

  constructor() {
    super();
    new StoreController(this, () => this.sayCurrent());
  }

  focusStart(): void {
    const { canvas } = this;
    // Its own content comes a moment after it.
    if (canvas) void canvas.updateComplete.then(() => canvas.focus());
    else this.renderRoot.querySelector<HTMLElement>('#back')?.focus();
  }

  override firstUpdated(): void {
    this.store.map.open();
    this.focusStart();
  }

  override updated(): void {
    // The scan may come later than the page.
    this.store.map.open();
    const hasCanvas = this.canvas !== null;
    const isIdle = ['', 'back'].includes(this.shadowRoot?.activeElement?.id ?? '');
    if (hasCanvas && !this.hadCanvas && isIdle) this.focusStart();
    this.hadCanvas = hasCanvas;
  }

  override render(): TemplateResult {
    const { map } = this.store.map;
    return html`<div class="bar">
        ${button({ id: 'back', label: t('Back to the List (Escape)'), icon: 'arrow-left', look: 'icon', onClick: () => void this.store.showList() })}
        <h1>${t('Map')}</h1>
        ${map && map.images.length > 0 ? this.tools(map) : nothing}
      </div>
      <div class="notes">
        <twinlint-filter-chip .store=${this.store}></twinlint-filter-chip>
        ${this.store.map.isStale ? this.staleNote() : nothing} ${map ? this.chosen() : nothing}
      </div>
      ${this.content(this.store.map.state)}`;
  }

  private tools(map: EmbeddingMap): TemplateResult {
    const { store } = this;
    const names: Readonly<Record<MapColour, string>> = { label: t('Label'), split: t('Split'), finding: t('Finding') };
    const has: Readonly<Record<MapColour, boolean>> = {
      label: map.classes.length > 0,
      split: map.splitNames.length > 0,
      finding: true,
    };
    return html`${dropdown<MapColour>({
        label: t('Colour by'),
        value: store.saved.mapColour,
        options: mapColours
          .filter(colour => has[colour] || colour === store.saved.mapColour)
          .map(value => ({ value, label: t('Colour by {0}', names[value]) })),
        onChange: mapColour => this.colourBy(mapColour),
      })}
      ${button({
        id: 'lasso',
        label: t('Lasso'),
        title: t('Draw around images to choose them (with Shift: a rectangle)'),
        icon: 'edit',
        pressed: this.lasso,
        onClick: () => {
          this.lasso = !this.lasso;
        },
      })}
      <span class="grow"></span>
      ${button({ label: t('Zoom In (+)'), icon: 'zoom-in', look: 'icon', onClick: () => this.canvas?.zoom(buttonZoom) })}
      ${button({ label: t('Zoom Out (-)'), icon: 'zoom-out', look: 'icon', onClick: () => this.canvas?.zoom(1 / buttonZoom) })}
      ${button({ label: t('Show the Whole Map (0)'), icon: 'screen-normal', look: 'icon', onClick: () => this.canvas?.showAll() })}`;
  }

  private staleNote(): TemplateResult {
    return html`<p class="note">
      ${icon('info')}<span>${t('The images have changed since this map was drawn.')}</span>
      ${button({ id: 'redraw', label: t('Draw Again'), onClick: () => void this.store.map.draw() })}
    </p>`;
  }

  /** What is chosen, and what can be done with it. */
  private chosen(): TemplateResult | typeof nothing {
    const { map } = this.store;
    const count = map.selection.length;
    if (count === 0) return nothing;
    return html`${button({
      id: 'only',
      label: count === 1 ? t('Show This Image Only') : t('Show {0} Images Only', formatCount(count)),
      title: t('Pairs, groups and Problems then show only what touches the chosen images'),
      icon: 'filter',
      look: 'primary',
      disabled: map.isStale || this.store.progress !== null,
      onClick: () => void this.showOnly(),
    })}
    ${button({ id: 'drop', label: t('Choose None'), onClick: () => map.select([]) })}`;
  }

  private content(now: MapState): TemplateResult {
    const { store } = this;
    const draw = { label: t('Draw the Map'), run: () => void store.map.draw() };
    switch (now.kind) {
      case 'none':
        return this.empty(
          t('No scan yet'),
          t('The map shows the images of a scan: near ones look alike.'),
          store.progress ? [] : [{ label: t('Scan Workspace'), run: () => void store.act({ kind: 'scanWorkspace' }) }],
        );
      case 'cancelled':
        return this.empty(t('Drawing was cancelled'), t('The map shows which images look alike.'), [draw]);
      case 'failed':
        return this.empty(t('The map could not be drawn'), now.problem, [{ ...draw, label: t('Try Again') }]);
      case 'drawing':
        return html`<div class="wait">
          <span>${t('Drawing the map')}</span>
          <progress max="1" .value=${now.share} aria-label=${t('Drawing the map')}></progress>
          ${button({ id: 'cancel', label: t('Cancel'), icon: 'stop-circle', onClick: () => store.map.cancel() })}
        </div>`;
      case 'ready':
        return now.map.images.length === 0
          ? this.empty(t('Nothing to show on a map'), t('None of the scanned images can be compared with others.'), [])
          : this.ready(now.map);
    }
  }

  private ready(map: EmbeddingMap): TemplateResult {
    const { store } = this;
    const { marking } = store.map;
    return html`<twinlint-map-canvas
        .store=${store}
        ?lasso=${this.lasso}
        @point=${(event: CustomEvent<number>) => {
          this.hovered = event.detail;
        }}
        @open=${(event: CustomEvent<number>) => void this.open(event.detail)}
      ></twinlint-map-canvas>
      <aside>
        <twinlint-map-legend
          .categories=${marking?.categories ?? []}
          .hiddenNames=${store.map.hidden}
          .toggle=${(category: string) => store.map.toggle(category)}
        ></twinlint-map-legend>
        ${this.image()}
      </aside>
      <p class="caption dim">${captionOf(map)}</p>`;
  }

  /** The image under the pointer, or else the one that the keyboard is at. */
  private image(): TemplateResult | typeof nothing {
    const { store } = this;
    const point = this.hovered >= 0 ? this.hovered : store.map.current;
    const image = store.map.imageAt(point);
    if (!image) return nothing;
    return html`<div class="image">
      <twinlint-thumbnail .image=${image} .previews=${store.previews}></twinlint-thumbnail>
      <span class="path">${filePath(image)}</span>
      <span class="dim">${this.factsOf(point)}</span>
    </div>`;
  }

  private factsOf(point: number): string {
    const { map, marking } = this.store.map;
    if (!map) return '';
    const names = [map.classes[map.labels[point]], map.splitNames[map.splits[point]]];
    const category = this.store.saved.mapColour === 'finding' ? marking?.categories[marking.categoryOf[point]].name : undefined;
    return [...names, category].filter(name => name !== undefined).join(' · ');
  }

  private empty(heading: string, text: string, actions: readonly { label: string; run: () => void }[]): TemplateResult {
    return html`<twinlint-empty-state
      .sign=${'scatter'}
      .heading=${heading}
      .text=${text}
      .actions=${actions}
    ></twinlint-empty-state>`;
  }

  private colourBy(mapColour: MapColour): void {
    this.store.save({ mapColour });
    this.store.map.showAllCategories();
  }

  private async open(point: number): Promise<void> {
    const image = await this.store.map.fetchImage(point);
    if (image) await this.store.act({ kind: 'openImage', image });
  }

  private async showOnly(): Promise<void> {
    const count = this.store.map.selection.length;
    if (!(await this.store.showOnly('selection'))) return;
    this.dispatchEvent(new Announce(t('Only what touches {0} is shown now.', imagesText(count))));
    await this.store.showList();
  }

  /** The keyboard came to an image: its name, once it is known. */
  private sayCurrent(): void {
    const { map } = this.store;
    const image = map.current >= 0 ? map.imageAt(map.current) : undefined;
    if (!image) return;
    const text = [filePath(image), this.factsOf(map.current), map.selection.includes(map.current) ? t('chosen') : '']
      .filter(part => part !== '')
      .join(', ');
    if (text === this.saidPoint) return;
    this.saidPoint = text;
    this.dispatchEvent(new Announce(text));
  }
}

/** What a reader of the map has to know to trust it, no more than it deserves. */
function captionOf({ images, contents, laidOut, leftOut, encoder }: EmbeddingMap): string {
  const by =
    encoder === 'starter'
      ? t('the built-in encoder')
      : encoder === 'descriptor'
        ? t('the built-in measure')
        : t('the model {0}', encoder);
  const parts = [
    t('{0}, near ones alike to {1}. Distances and directions far apart mean little.', imagesText(images.length), by),
  ];
  if (images.length < fewImages) parts.push(t('So few images make no neighbourhoods.'));
  if (laidOut < contents) {
    parts.push(
      t('{0} of {1} were laid out; the others lie by their nearest among those.', formatCount(laidOut), formatCount(contents)),
    );
  }
  if (leftOut > 0) parts.push(t('{0} of one colour have no place.', imagesText(leftOut)));
  return parts.join(' ');
}
