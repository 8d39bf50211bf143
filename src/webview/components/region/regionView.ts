import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ImageRecord } from '../../../core/dataset/image';
import type { Box } from '../../../core/search/box';
import type { RegionSearch } from '../../../protocol/panel';
import { t } from '../../l10n';
import { dimensionsText, fileName, filePath, formatCount } from '../../state/format';
import type { PanelStore } from '../../state/panelStore';
import { StoreController } from '../../state/storeController';
import { sharedStyles } from '../../styles/shared';
import { button } from '../controls/button';
import { numberField } from '../controls/numberField';
import { nameLine, nameStyles } from '../names';
import { moveInResults, resultListStyles } from '../resultList';
import { dragged, moved, startBox } from './boxEdits';
import type { RegionPicture } from './regionPicture';
import './regionPicture';

const previewSide = 1024;

/** An image to mark a region of, and the other images in which it was found, with boxes. */
@customElement('twinlint-region-view')
export class RegionView extends LitElement {
  static override styles = [
    sharedStyles,
    nameStyles,
    resultListStyles,
    css`
      :host {
        grid-template-columns: minmax(220px, 2fr) minmax(0, 3fr);
      }
      .query {
        display: flex;
        flex-direction: column;
        gap: 6px;
        min-width: 0;
        min-height: 0;
        padding-block-end: 8px;
        overflow: auto;
      }
      .query twinlint-region-picture {
        flex: 1 1 160px;
        min-height: 140px;
        cursor: crosshair;
        touch-action: none;
      }
      .fields {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
      }
      .fields label {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .results {
        display: flex;
        flex-direction: column;
        gap: 6px;
        min-width: 0;
        min-height: 0;
      }
      ol {
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
      }
      li twinlint-region-picture {
        height: 124px;
      }
      @media (max-width: 560px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto minmax(200px, 1fr) minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  @property({ attribute: false }) image!: ImageRecord;
  @property({ attribute: false }) search: RegionSearch | undefined;
  @state() private box: Box = { x: 0, y: 0, width: 1, height: 1 };
  /** The result whose map of scores is shown because it has the focus. */
  @state() private focused = -1;
  @query('.query twinlint-region-picture') private picture!: RegionPicture;
  private from: { readonly x: number; readonly y: number } | undefined;

  constructor() {
    super();
    new StoreController(this);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('image');
    if (changed.has('search') && this.search) this.box = this.search.box;
    else if (changed.has('image') && before?.path !== this.image.path) this.box = startBox(this.image);
  }

  focusStart(): void {
    this.renderRoot.querySelector<HTMLElement>('#search')?.focus();
  }

  override firstUpdated(): void {
    this.focusStart();
  }

  override render(): TemplateResult {
    const { image, store, search } = this;
    return html`<div class="bar">
        ${button({ id: 'back', label: t('Back to the List (Escape)'), icon: 'arrow-left', look: 'icon', onClick: () => void store.showList() })}
        <h1 title=${filePath(image)}>${t('A region of {0} in other images', fileName(image))}</h1>
      </div>
      <div class="query">
        <twinlint-region-picture
          .image=${image}
          .previews=${store.previews}
          .side=${previewSide}
          .boxes=${[this.box]}
          title=${t('Drag to mark a region')}
          @pointerdown=${this.pointerDown}
          @pointermove=${this.pointerMoved}
          @pointerup=${this.pointerUp}
          @pointercancel=${this.pointerUp}
        ></twinlint-region-picture>
        <span class="dim">${dimensionsText(image)} · ${t('Drag on the picture, or type the place and size in pixels.')}</span>
        <div class="fields" role="group" aria-label=${t('Region')}>
          ${this.field(t('Left'), 'x')}${this.field(t('Top'), 'y')}${this.field(t('Width'), 'width')}${this.field(t('Height'), 'height')}
          ${button({
            id: 'search',
            label: t('Find in Other Images'),
            icon: 'search',
            look: 'primary',
            disabled: store.busy,
            onClick: () => void store.act({ kind: 'searchRegion', image, box: this.box }),
          })}
        </div>
      </div>
      <div class="results">${search ? this.results(search) : nothing}</div>`;
  }

  private field(label: string, side: keyof Box): TemplateResult {
    const { image, box } = this;
    const most = side === 'x' || side === 'width' ? image.width : image.height;
    const onChange = (value: number): void => {
      this.box = moved(box, side, Math.round(value), image);
    };
    const least = side === 'width' || side === 'height' ? 1 : 0;
    return html`<label
      >${label} ${numberField({ label, value: box[side], digits: 0, min: least, max: most, step: 1, onChange })}</label
    >`;
  }

  private results({ hits, found, searched, threshold }: RegionSearch): TemplateResult {
    const summary =
      found === 0
        ? t('Not found in {0} other images.', formatCount(searched))
        : t('Found in {0} of {1} other images', formatCount(found), formatCount(searched));
    return html`<span role="status">${summary} <span class="dim">${t('(score {0} or more)', threshold.toFixed(2))}</span></span>
      <ol aria-label=${summary} @keydown=${this.keyDown}>
        ${hits.map((hit, index) => this.hit(hit, index))}
      </ol>`;
  }

  private hit({ image, regions, heat }: RegionSearch['hits'][number], index: number): TemplateResult {
    const [best] = regions;
    return html`<li>
      <button
        type="button"
        tabindex=${index === Math.max(0, this.focused) ? 0 : -1}
        title=${t('Open {0}', filePath(image))}
        @click=${() => void this.store.act({ kind: 'openImage', image })}
        @focus=${() => {
          this.focused = index;
        }}
      >
        <twinlint-region-picture
          ?hot=${this.focused === index}
          .image=${image}
          .previews=${this.store.previews}
          .boxes=${regions.map(({ box }) => box)}
          .heat=${heat}
        ></twinlint-region-picture>
        ${nameLine(image)}
        <span class="fact"
          ><span>${t('Score {0}', best.score.toFixed(2))}</span
          ><span class="dim">${regions.length > 1 ? t('{0} places', regions.length) : ''}</span></span
        >
      </button>
    </li>`;
  }

  private pointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.picture.setPointerCapture(event.pointerId);
    this.from = this.picture.imagePoint(event);
  }

  private pointerMoved(event: PointerEvent): void {
    if (this.from) this.box = dragged(this.from, this.picture.imagePoint(event), this.image);
  }

  private pointerUp(): void {
    this.from = undefined;
  }

  private keyDown(event: KeyboardEvent): void {
    moveInResults(event, [...this.renderRoot.querySelectorAll<HTMLElement>('li > button')], this.focused);
  }
}
