import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ImageRecord } from '../../core/dataset/image';
import { transformText } from '../../core/findings/findingMessage';
import type { Neighbour } from '../../protocol/engine';
import { t } from '../l10n';
import { dimensionsText, distanceText, fileName, filePath, imagesText } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import { button } from './controls/button';
import { nameLine, nameStyles } from './names';
import { moveInResults, resultListStyles } from './resultList';
import './thumbnail';

/** One image and those nearest to it, in order. */
@customElement('twinlint-neighbours-view')
export class NeighboursView extends LitElement {
  static override styles = [
    sharedStyles,
    nameStyles,
    resultListStyles,
    css`
      :host {
        grid-template-columns: minmax(160px, 260px) minmax(0, 1fr);
      }
      .query {
        display: flex;
        flex-direction: column;
        gap: 4px;
        min-width: 0;
        overflow: auto;
      }
      .query twinlint-thumbnail {
        height: 220px;
        flex: none;
      }
      .query .path {
        overflow-wrap: anywhere;
      }
      ol {
        grid-template-columns: repeat(auto-fill, minmax(132px, 1fr));
      }
      li twinlint-thumbnail {
        height: 104px;
      }
      @media (max-width: 480px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto auto minmax(0, 1fr);
        }
        .query twinlint-thumbnail {
          height: 120px;
        }
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  @property({ attribute: false }) image!: ImageRecord;
  @property({ attribute: false }) neighbours!: readonly Neighbour[];
  @state() private current = 0;

  constructor() {
    super();
    new StoreController(this);
  }

  focusStart(): void {
    this.renderRoot.querySelector<HTMLElement>('li > button[tabindex="0"], #back')?.focus();
  }

  override firstUpdated(): void {
    this.focusStart();
  }

  override render(): TemplateResult {
    const { image, neighbours, store } = this;
    return html`<div class="bar">
        ${button({ id: 'back', label: t('Back to the List (Escape)'), icon: 'arrow-left', look: 'icon', onClick: () => void store.showList() })}
        <h1 title=${filePath(image)}>${t('Nearest to {0}', fileName(image))}</h1>
      </div>
      <div class="query">
        <twinlint-thumbnail .image=${image} .previews=${store.previews} .side=${512}></twinlint-thumbnail>
        <span class="path">${filePath(image)}</span>
        <span class="dim">${dimensionsText(image)}</span>
        <span class="dim">${neighbours.length === 0 ? t('No similar images were found.') : imagesText(neighbours.length)}</span>
      </div>
      <ol aria-label=${t('Nearest to {0}', fileName(image))} @keydown=${this.keyDown}>
        ${neighbours.map((neighbour, index) => this.item(neighbour, index))}
      </ol>`;
  }

  private item({ image, distance, transform }: Neighbour, index: number): TemplateResult {
    const turned = transformText(transform, t);
    return html`<li>
      <button
        type="button"
        data-index=${index}
        tabindex=${index === Math.min(this.current, this.neighbours.length - 1) ? 0 : -1}
        title=${t('Compare with {0}', filePath(image))}
        @click=${() => void this.store.act({ kind: 'compareImages', images: [this.image, image] })}
        @focus=${() => {
          this.current = index;
        }}
      >
        <twinlint-thumbnail .image=${image} .previews=${this.store.previews}></twinlint-thumbnail>
        ${nameLine(image)}
        <span class="fact"><span>${distanceText(distance)}</span><span class="dim">${turned ?? ''}</span></span>
      </button>
    </li>`;
  }

  private keyDown(event: KeyboardEvent): void {
    moveInResults(event, [...this.renderRoot.querySelectorAll<HTMLElement>('li > button')], this.current);
  }
}
