import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ImageRecord } from '../../core/dataset/image';
import type { PreviewAnswer } from '../host';
import { t } from '../l10n';
import type { Previews } from '../state/previews';
import { sharedStyles } from '../styles/shared';
import { icon } from './icon';

const thumbnailSide = 256;

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
  @property({ type: Number }) side = thumbnailSide;
  @state() private answer: PreviewAnswer | undefined;
  private giveUp: () => void = () => undefined;
  private retried = false;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('image') || changed.has('side')) {
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
    const isTiny = Math.max(this.image.width, this.image.height) <= 64;
    return html`<img
      class=${isTiny ? 'tiny' : ''}
      src=${answer.uri}
      alt=""
      decoding="async"
      draggable="false"
      @error=${this.failed}
    />`;
  }

  private load(): void {
    this.giveUp();
    this.answer = this.previews.peek(this.image, this.side);
    if (this.answer) return;
    this.giveUp = this.previews.load(this.image, this.side, answer => {
      this.answer = answer;
    });
  }

  private failed(): void {
    this.previews.forget(this.image, this.side);
    if (this.retried) {
      this.answer = { problem: t('The preview cannot be shown.') };
      return;
    }
    this.retried = true;
    this.load();
  }
}
