import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ImageRecord } from '../../../core/dataset/image';
import type { TransformName } from '../../../core/pairs/pairColumns';
import { t } from '../../l10n';
import { fileName } from '../../state/format';
import type { Previews } from '../../state/previews';
import type { CompareMode } from '../../state/savedState';
import { sharedStyles } from '../../styles/shared';
import { progressRing } from '../controls/progressRing';
import { icon } from '../icon';
import { drawStage } from './drawing';
import { fitted, panBy, zoomAt } from './zoom';
import type { Zoom } from './zoom';

const previewSide = 2048;
type Side = 'a' | 'b';
type Loaded = { readonly picture: HTMLImageElement } | { readonly problem: string } | undefined;

/** Two pictures side by side, one over the other, or their difference; zoomed and moved in step. */
@customElement('twinlint-picture-stage')
export class PictureStage extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        gap: 4px;
        min-height: 0;
        user-select: none;
        touch-action: none;
      }
      figure {
        position: relative;
        display: flex;
        min-width: 0;
        min-height: 0;
        margin: 0;
        overflow: hidden;
        border: 1px solid var(--edge);
        border-radius: 3px;
        background: color-mix(in srgb, var(--vscode-foreground) 6%, transparent);
        cursor: grab;
      }
      figure.dragging {
        cursor: grabbing;
      }
      .moved {
        position: absolute;
        inset: 0;
        transform-origin: center;
      }
      img,
      canvas {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .coarse {
        image-rendering: pixelated;
      }
      figcaption {
        position: absolute;
        inset-block-start: 4px;
        inset-inline-start: 4px;
        max-width: calc(100% - 8px);
        padding: 1px 6px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        border: 1px solid var(--edge);
        border-radius: 3px;
        color: var(--vscode-editorWidget-foreground);
        background: var(--vscode-editorWidget-background);
        pointer-events: none;
      }
      .message {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: 6px;
        margin: auto;
        padding: 32px 12px 12px;
        text-align: center;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) a!: ImageRecord;
  @property({ attribute: false }) b!: ImageRecord;
  @property() transform: TransformName = 'none';
  @property() mode: CompareMode = 'side';
  /** Which one is on top in blink mode. */
  @property() top: Side = 'a';
  /** Brightness of the difference. */
  @property({ type: Number }) gain = 1;
  @property({ attribute: false }) previews!: Previews;
  @state() private loaded: Record<Side, Loaded> = { a: undefined, b: undefined };
  @state() private zoom: Zoom = fitted;
  private giveUps: Record<Side, () => void> = { a: () => undefined, b: () => undefined };
  private pointer: { readonly id: number; x: number; y: number } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('wheel', this.wheeled, { passive: false });
    if (this.hasUpdated) this.loadAll();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('wheel', this.wheeled);
    this.giveUps.a();
    this.giveUps.b();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const isNew = (side: Side): boolean => {
      const before = changed.get(side);
      return changed.has(side) && (before?.path !== this[side].path || before.content !== this[side].content);
    };
    if (isNew('a') || isNew('b')) {
      this.zoom = fitted;
      this.loadAll();
    }
  }

  override render(): TemplateResult {
    return this.mode === 'side' ? html`${this.pane('a')}${this.pane('b')}` : this.overlay();
  }

  override updated(): void {
    const { scale, x, y } = this.zoom;
    for (const moved of this.renderRoot.querySelectorAll<HTMLElement>('.moved')) {
      moved.style.setProperty('transform', `translate(${x * 100}%, ${y * 100}%) scale(${scale})`);
      const content = moved.querySelector<HTMLElement>('img, canvas');
      const naturalWidth =
        content instanceof HTMLImageElement ? content.naturalWidth : ((content as HTMLCanvasElement)?.width ?? 0);
      const naturalHeight =
        content instanceof HTMLImageElement ? content.naturalHeight : ((content as HTMLCanvasElement)?.height ?? 0);
      const magnified = scale * Math.min(moved.clientWidth / naturalWidth, moved.clientHeight / naturalHeight);
      content?.classList.toggle('coarse', magnified >= 3);
    }
    const canvas = this.renderRoot.querySelector('canvas');
    const { a, b } = this.loaded;
    if (canvas && a && 'picture' in a && b && 'picture' in b) {
      const drawn = this.mode === 'difference' ? 'difference' : this.top;
      drawStage(canvas, { a: a.picture, b: b.picture }, this.transform, drawn, this.gain);
    }
  }

  zoomBy(factor: number): void {
    this.zoom = zoomAt(this.zoom, factor);
  }

  fit(): void {
    this.zoom = fitted;
  }

  /** Moves the pictures by parts of the pane. */
  pan(x: number, y: number): void {
    this.zoom = panBy(this.zoom, x, y);
  }

  get isZoomed(): boolean {
    return this.zoom.scale > 1;
  }

  private loadAll(): void {
    for (const side of ['a', 'b'] as const) {
      this.giveUps[side]();
      const image = this[side];
      this.loaded = { ...this.loaded, [side]: undefined };
      this.giveUps[side] = this.previews.load(image, previewSide, answer => {
        if (answer.uri === undefined) {
          this.set(side, image, { problem: answer.problem ? answer.problem : t('No preview') });
          return;
        }
        const { uri } = answer;
        const picture = this.previews.picture(uri);
        if (picture.complete && picture.naturalWidth > 0) {
          this.set(side, image, { picture });
          return;
        }
        const failed = (): void => {
          this.previews.forget(image, previewSide);
          this.previews.dropPicture(uri);
          this.set(side, image, { problem: t('The preview cannot be shown.') });
        };
        picture.addEventListener('load', () => this.set(side, image, { picture }), { once: true });
        picture.addEventListener('error', failed, { once: true });
        if (picture.complete) failed();
      });
    }
  }

  private set(side: Side, image: ImageRecord, loaded: Loaded): void {
    if (this[side].path === image.path && this[side].content === image.content) this.loaded = { ...this.loaded, [side]: loaded };
  }

  private pane(side: Side): TemplateResult {
    const loaded = this.loaded[side];
    const image = this[side];
    if (loaded && 'picture' in loaded) {
      return this.figure(html`<img src=${loaded.picture.src} alt=${fileName(image)} draggable="false" />`, fileName(image));
    }
    return this.figure(undefined, fileName(image), loaded?.problem);
  }

  private overlay(): TemplateResult {
    const { a, b } = this.loaded;
    const name =
      this.mode === 'difference'
        ? t('Difference of {0} and {1}', fileName(this.a), fileName(this.b))
        : this.top === 'a'
          ? t('Left: {0}', fileName(this.a))
          : t('Right: {0}', fileName(this.b));
    if (a && 'problem' in a) return this.figure(undefined, fileName(this.a), a.problem);
    if (b && 'problem' in b) return this.figure(undefined, fileName(this.b), b.problem);
    return this.figure(a && b ? html`<canvas role="img" aria-label=${name}></canvas>` : undefined, name);
  }

  private figure(content: TemplateResult | undefined, caption: string, problem?: string): TemplateResult {
    return html`<figure
      @pointerdown=${this.pointerDown}
      @pointermove=${this.pointerMoved}
      @pointerup=${this.pointerUp}
      @pointercancel=${this.pointerUp}
      @dblclick=${this.doubleClicked}
    >
      ${
        content
          ? html`<div class="moved">${content}</div>`
          : problem === undefined
            ? html`<div class="message">${progressRing(t('Loading'))}</div>`
            : html`<div class="message">${icon('warning')}<span>${problem}</span></div>`
      }
      ${caption ? html`<figcaption title=${caption}>${caption}</figcaption>` : nothing}
    </figure>`;
  }

  /** Where in its pane something happened, from the middle. */
  private place(event: MouseEvent, pane: Element): readonly [number, number] {
    const box = pane.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width - 0.5, (event.clientY - box.top) / box.height - 0.5];
  }

  private paneOf(event: Event): HTMLElement | undefined {
    return event
      .composedPath()
      .find((target): target is HTMLElement => target instanceof HTMLElement && target.localName === 'figure');
  }

  private readonly wheeled = (event: WheelEvent): void => {
    const pane = this.paneOf(event);
    if (!pane) return;
    event.preventDefault();
    const [x, y] = this.place(event, pane);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 100 : event.deltaY / 3;
    this.zoom = zoomAt(this.zoom, 1.25 ** -lines, x, y);
  };

  private pointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const pane = event.currentTarget as HTMLElement;
    pane.setPointerCapture(event.pointerId);
    pane.classList.add('dragging');
    this.pointer = { id: event.pointerId, x: event.clientX, y: event.clientY };
  }

  private pointerMoved(event: PointerEvent): void {
    if (this.pointer?.id !== event.pointerId) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.zoom = panBy(this.zoom, (event.clientX - this.pointer.x) / box.width, (event.clientY - this.pointer.y) / box.height);
    this.pointer.x = event.clientX;
    this.pointer.y = event.clientY;
  }

  private pointerUp(event: PointerEvent): void {
    (event.currentTarget as HTMLElement).classList.remove('dragging');
    this.pointer = undefined;
  }

  private doubleClicked(event: MouseEvent): void {
    const [x, y] = this.place(event, event.currentTarget as HTMLElement);
    this.zoom = this.zoom.scale > 1 ? fitted : zoomAt(this.zoom, 4, x, y);
  }
}
