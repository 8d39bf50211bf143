import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ImageRecord } from '../../core/dataset/image';
import { displayPath, transformText } from '../../core/findings/findingMessage';
import { findingKinds } from '../../core/findings/kinds';
import type { PairRow } from '../../protocol/engine';
import { t } from '../l10n';
import { differs, distanceText } from '../state/format';
import type { Previews } from '../state/previews';
import { sharedStyles } from '../styles/shared';
import { button } from './controls/button';
import { icon } from './icon';
import { folderText, nameLine, nameStyles } from './names';
import './thumbnail';

/** What a card's buttons ask of the list. */
export type CardAction = 'notDuplicate' | 'keepLeft' | 'keepRight' | 'openBoth';

/** In font sizes. Names and what is under them are one line each. */
const lineHeight = 1.5;
const pictureHeight = 9;
/** Pixels: the foot's badge has an edge and padding. */
const footExtra = 4;
const padding = 6;
const spacing = 5;
const border = 1;

/** How high a card is, in pixels, whatever is on it; its pictures take what its lines of text leave. */
export const cardHeight = (fontSize: number): number =>
  Math.ceil((pictureHeight + 3 * lineHeight) * fontSize) + footExtra + 2 * (spacing + padding + border);

/**
 * One pair in the grid. It is as high as the list makes it, {@link cardHeight}. The list gives it its role and focus; its name for assistive technology is what stands on it. Its own buttons
 * are for the mouse, keys do the same.
 */
@customElement('twinlint-pair-card')
export class PairCard extends LitElement {
  static override styles = [
    sharedStyles,
    nameStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: ${spacing}px;
        min-width: 0;
        min-height: 0;
        padding: ${padding}px;
        border: ${border}px solid var(--edge);
        border-radius: 4px;
        cursor: pointer;
        position: relative;
      }
      :host(:hover) {
        --dim: var(--vscode-foreground);
        background: var(--vscode-list-hoverBackground, transparent);
      }
      :host([aria-selected='true']) {
        border-color: var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
      }
      :host(:focus-visible) {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 0;
      }
      .sides {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 6px;
      }
      .sides.pictures {
        flex: 1;
        min-height: 0;
        grid-template-rows: minmax(0, 1fr);
        gap: 2px;
      }
      .picture {
        position: relative;
        min-height: 0;
      }
      twinlint-thumbnail {
        height: 100%;
      }
      .text {
        flex: none;
      }
      /* Heights are fixed: letters of other scripts may be taller than those of the font. */
      .name,
      .second {
        height: ${lineHeight}em;
        line-height: ${lineHeight};
        overflow: hidden;
      }
      .folder,
      .chips {
        overflow: hidden;
        font-size: 0.9em;
      }
      .folder {
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .chips {
        display: flex;
        gap: 3px;
        min-width: 0;
        line-height: 1.3;
      }
      .chip {
        flex: 0 1 auto;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        padding: 0 4px;
        border: 1px solid var(--vscode-editorWarning-foreground);
        border-radius: 3px;
      }
      .foot {
        display: flex;
        align-items: center;
        gap: 6px;
        flex: none;
        height: calc(${lineHeight}em + ${footExtra}px);
        min-width: 0;
        overflow: hidden;
        white-space: nowrap;
      }
      .foot .badge {
        flex: 0 1 auto;
      }
      .foot .distance {
        margin-inline-start: auto;
        font-variant-numeric: tabular-nums;
      }
      .foot .icon {
        flex: none;
      }
      .tools {
        position: absolute;
        display: flex;
        border-radius: 5px;
        border: 1px solid var(--edge);
        background: var(--vscode-editorWidget-background);
        color: var(--vscode-editorWidget-foreground);
        inset-block-start: 4px;
        inset-inline-end: 4px;
      }
      .foot .tools {
        inset-block-start: auto;
        inset-block-end: 3px;
        inset-inline-end: 3px;
      }
      @media (forced-colors: active) {
        :host([aria-selected='true']) {
          border-color: Highlight;
          outline: 1px solid Highlight;
        }
      }
      .bone {
        border-radius: 3px;
        background: color-mix(in srgb, var(--vscode-foreground) 8%, transparent);
      }
      .bone.line {
        flex: none;
        height: 1em;
        margin-block: 0.1em;
      }
    `,
  ];

  @property({ attribute: false }) pair: PairRow | undefined;
  @property({ attribute: false }) previews!: Previews;
  /** "Pair 3 of 120": where it stands, for those who do not see it. */
  @property() place = '';
  @state() private hovered = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('mouseenter', this.entered);
    this.addEventListener('mouseleave', this.left);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('mouseenter', this.entered);
    this.removeEventListener('mouseleave', this.left);
  }

  override render(): TemplateResult {
    const { pair } = this;
    if (!pair) {
      return html`<span class="visually-hidden">${t('Loading')}</span>
        <div class="sides pictures">
          <div class="bone"></div>
          <div class="bone"></div>
        </div>
        <div class="bone line"></div>
        <div class="bone line"></div>
        <div class="bone line"></div>`;
    }
    const turned = transformText(pair.transform, t);
    return html`<div class="sides pictures">${this.picture(pair.a, 'keepRight')}${this.picture(pair.b, 'keepLeft')}</div>
      <span class="visually-hidden">${this.place}</span>
      <div class="sides text">${this.text(pair, pair.a)}${this.text(pair, pair.b)}</div>
      <div class="foot">
        ${pair.kind ? html`<span class="badge">${t(findingKinds[pair.kind].title)}</span>` : nothing}
        ${turned ? html`<span class="dim" title=${turned}>${icon('mirror')}<span class="visually-hidden">${turned}</span></span>` : nothing}
        <span class="distance" title=${t('Distance')}
          ><span class="visually-hidden">${t('Distance')} </span>${distanceText(pair.distance)}</span
        >
        ${
          this.hovered
            ? html`<span class="tools"
                >${this.tool('notDuplicate', t('Not a Duplicate (D)'), 'circle-slash')}${this.tool(
                  'openBoth',
                  t('Open Both (O)'),
                  'split-horizontal',
                )}</span
              >`
            : nothing
        }
      </div>`;
  }

  private picture(image: ImageRecord, trashThis: CardAction): TemplateResult {
    const label = trashThis === 'keepLeft' ? t('Keep Left, Trash This (1)') : t('Keep Right, Trash This (2)');
    return html`<div class="picture">
      <twinlint-thumbnail aria-hidden="true" .image=${image} .previews=${this.previews}></twinlint-thumbnail>
      ${this.hovered && !image.reference ? html`<span class="tools">${this.tool(trashThis, label, 'trash')}</span>` : nothing}
    </div>`;
  }

  private text({ a, b }: PairRow, image: ImageRecord): TemplateResult {
    const chips = [
      ...(differs(a.split, b.split) ? [image.split ?? t('no split')] : []),
      ...(differs(a.label, b.label) ? [image.label ?? t('no label')] : []),
    ];
    const second =
      chips.length > 0
        ? html`<div class="chips">
            ${chips.map(chip => html`<span class="chip" title=${displayPath(chip)}>${displayPath(chip)}</span>`)}
          </div>`
        : html`<div class="folder dim" title=${folderText(image)}>${folderText(image) || './'}</div>`;
    return html`<div class="side">
      ${nameLine(image)}
      <div class="second">${second}</div>
    </div>`;
  }

  private tool(action: CardAction, label: string, name: 'trash' | 'circle-slash' | 'split-horizontal'): TemplateResult {
    return button({
      label,
      icon: name,
      look: 'icon',
      tabIndex: -1,
      onClick: event => {
        event.stopPropagation();
        this.dispatchEvent(new CustomEvent<CardAction>('card-action', { detail: action, bubbles: true, composed: true }));
      },
    });
  }

  private readonly entered = (): void => {
    this.hovered = true;
  };

  private readonly left = (): void => {
    this.hovered = false;
  };
}
