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
import './thumbnail';

/** One image and those nearest to it, in order. */
@customElement('twinlint-neighbours-view')
export class NeighboursView extends LitElement {
  static override styles = [
    sharedStyles,
    nameStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(160px, 260px) minmax(0, 1fr);
        grid-template-rows: auto minmax(0, 1fr);
        gap: 8px 12px;
        padding: 6px 12px 0;
        min-height: 0;
      }
      .bar {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
      }
      h1 {
        margin: 0;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-size: inherit;
        font-weight: 600;
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
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(132px, 1fr));
        grid-auto-rows: min-content;
        gap: 8px;
        margin: 0;
        padding: 2px 2px 12px;
        list-style: none;
        overflow-y: auto;
      }
      li {
        display: flex;
        min-width: 0;
      }
      li > button {
        flex: 1;
        display: flex;
        flex-direction: column;
        gap: 3px;
        min-width: 0;
        padding: 4px;
        border: 1px solid var(--edge);
        border-radius: 4px;
        color: inherit;
        background: transparent;
        font: inherit;
        line-height: 1.35;
        text-align: start;
        cursor: pointer;
      }
      li > button:hover {
        --dim: var(--vscode-foreground);
        background: var(--vscode-list-hoverBackground, transparent);
      }
      li twinlint-thumbnail {
        height: 104px;
      }
      .fact {
        display: flex;
        justify-content: space-between;
        gap: 6px;
        font-variant-numeric: tabular-nums;
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
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('li > button')];
    const top = buttons[0]?.offsetTop;
    const columns = Math.max(1, buttons.filter(each => each.offsetTop === top).length);
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: this.current - 1,
      ArrowRight: this.current + 1,
      ArrowUp: this.current - columns,
      ArrowDown: this.current + columns,
      Home: 0,
      End: buttons.length - 1,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(target, buttons.length - 1))]?.focus();
  }
}
