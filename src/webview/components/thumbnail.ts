import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ImageRecord } from '../../core/dataset/image';
import type { ImagePart } from '../../protocol/labelReview';
import type { PreviewAnswer } from '../host';
import { t } from '../l10n';
import type { Previews } from '../state/previews';
import { sharedStyles } from '../styles/shared';
import { icon } from './icon';

const thumbnailSide = 256;
/** Of an image of which a part is shown: a small part is sharp still. */
const partSide = 2048;
/** What is seen of a part's surroundings, as a share of its sides: a box alone is hard to tell. */
const margin = 0.08;

/** A picture in a list. Its name stands beside it, so it is silent for assistive technology. */
@customElement('twinlint-thumbnail')
export class Thumbnail extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        display: flex;
        align-items: center;
        justify-content: center;
        min-width: 0;
        min-height: 0;
        overflow: hidden;
        border-radius: 2px;
        /* A quiet chequer, so that transparent and white pictures have an edge in every theme. */
        background: color-mix(in srgb, var(--vscode-foreground) 6%, transparent);
      }
      /* Out of the flow: a picture takes the box that it is given, and never makes it larger. */
      img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      img.tiny {
        image-rendering: pixelated;
      }
      .problem {
        display: flex;
        flex-direction: column;
        align-items: center;
        gap: 4px;
        padding: 4px;
        max-height: 100%;
        overflow: hidden;
        text-align: center;
        font-size: 0.85em;
        color: var(--dim);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) image!: ImageRecord;
  @property({ attribute: false }) previews!: Previews;
  /** What is shown of the image; absent: all of it. */
  @property({ attribute: false }) crop: ImagePart | undefined;
  @property({ type: Number }) side = thumbnailSide;
  @state() private answer: PreviewAnswer | undefined;
  private giveUp: () => void = () => undefined;
  private retried = false;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('image') || changed.has('side') || changed.has('crop')) {
      this.retried = false;
      this.load();
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && !this.answer) this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.giveUp();
  }

  override render(): TemplateResult | typeof nothing {
    const { answer } = this;
    if (!answer) return nothing;
    if (answer.uri === undefined) {
      return html`<div class="problem" title=${answer.problem ?? ''}>
        ${icon('warning')}<span>${answer.problem ? answer.problem : t('No preview')}</span>
      </div>`;
    }
    const { image, crop } = this;
    const [width, height] = crop ? [crop.right - crop.left, crop.bottom - crop.top] : [1, 1];
    const isTiny = Math.max(image.width * width, image.height * height) <= 64;
    return html`<img
      class=${isTiny ? 'tiny' : ''}
      src=${answer.uri}
      alt=""
      decoding="async"
      draggable="false"
      @error=${this.failed}
    />`;
  }

  override updated(): void {
    // A style attribute would be against the page's CSP.
    this.renderRoot.querySelector('img')?.style.setProperty('object-view-box', this.crop ? viewBox(this.crop) : 'none');
  }

  private get wanted(): number {
    return this.crop ? partSide : this.side;
  }

  private load(): void {
    this.giveUp();
    this.answer = this.previews.peek(this.image, this.wanted);
    if (this.answer) return;
    this.giveUp = this.previews.load(this.image, this.wanted, answer => {
      this.answer = answer;
    });
  }

  private failed(): void {
    this.previews.forget(this.image, this.wanted);
    if (this.retried) {
      this.answer = { problem: t('The preview cannot be shown.') };
      return;
    }
    this.retried = true;
    this.load();
  }
}

/** What to cut off at each side, and none of what surrounds the image. */
function viewBox({ left, top, right, bottom }: ImagePart): string {
  const [x, y] = [margin * (right - left), margin * (bottom - top)];
  const insets = [top - y, 1 - right - x, 1 - bottom - y, left - x];
  return `inset(${insets.map(inset => `${(100 * Math.max(0, inset)).toFixed(2)}%`).join(' ')})`;
}
