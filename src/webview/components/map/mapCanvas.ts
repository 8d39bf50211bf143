import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { t } from '../../l10n';
import { imagesText } from '../../state/format';
import { nearestPoint, pointsInside, pointTowards, rectangle, screenPlace } from '../../state/map/pointSearch';
import type { Direction, Point, Points } from '../../state/map/pointSearch';
import { fitted, moved, zoomed } from '../../state/map/projection';
import type { Projection } from '../../state/map/projection';
import type { PanelStore } from '../../state/panelStore';
import { StoreController } from '../../state/storeController';
import { sharedStyles } from '../../styles/shared';
import { Announce } from '../announce';
import { mapColourStyles } from './mapColours';
import { MapDrawing, paletteOf } from './mapDrawing';
import type { Palette } from './mapDrawing';

/** Pixels about the pointer in which a point is meant. */
const pointerReach = 12;
/** Movement up to which a press is a click. */
const clickSlop = 4;
const keyZoom = 1.4;
const keyPan = 60;
const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

type Drag =
  | { readonly kind: 'pan'; readonly from: Point; readonly last: Point; readonly isClick: boolean }
  | { readonly kind: 'lasso'; readonly outline: readonly Point[] }
  | { readonly kind: 'rectangle'; readonly from: Point; readonly to: Point };

/**
 * The points of a map: pan and zoom, choose by lasso or rectangle, walk with the keyboard. Tells `point` what is under the pointer, and
 * `open` which point's image is wanted. Not to be read by a screen reader: every point that the keyboard comes to is said.
 */
@customElement('twinlint-map-canvas')
export class MapCanvas extends LitElement {
  static override styles = [
    sharedStyles,
    mapColourStyles,
    css`
      :host {
        display: block;
        position: relative;
        min-width: 0;
        min-height: 0;
        overflow: hidden;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        cursor: grab;
        touch-action: none;
      }
      canvas.choosing {
        cursor: crosshair;
      }
      canvas:focus-visible {
        outline-offset: -2px;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  /** Dragging draws a lasso, instead of moving the map. */
  @property({ type: Boolean }) lasso = false;
  @query('canvas') private canvas!: HTMLCanvasElement;
  private projection: Projection | undefined;
  private palette: Palette | undefined;
  private drawing: MapDrawing | undefined;
  private drag: Drag | undefined;
  private hovered = -1;
  /** Where a rectangle by keyboard begins; −1 = there is none. */
  private anchor = -1;
  private frame = 0;
  private fittedXy: Float32Array | undefined;
  private readonly resized = new ResizeObserver(() => this.fit());
  private readonly themed = new MutationObserver(() => {
    this.palette = undefined;
    this.requestUpdate();
  });

  constructor() {
    super();
    new StoreController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // VS Code tells a new theme by the body's attributes.
    this.themed.observe(document.body, { attributes: true });
    this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    if (this.hasUpdated) this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.themed.disconnect();
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  override firstUpdated(): void {
    this.drawing = new MapDrawing(this.canvas);
    this.resized.observe(this);
    // Lit's own listeners are passive where the browser likes it: this one stops the page from scrolling.
    this.canvas.addEventListener('wheel', event => this.wheel(event), { passive: false });
  }

  override render(): TemplateResult {
    const count = this.store.map.map?.images.length ?? 0;
    return html`<canvas
      tabindex="0"
      role="application"
      class=${this.lasso ? 'choosing' : ''}
      aria-label=${t('Map of {0}', imagesText(count))}
      aria-description=${t(
        'Arrow keys go to the next image in a direction, Enter opens it, Space chooses it, S begins and ends a rectangle, plus and minus zoom, 0 shows all.',
      )}
      @pointerdown=${this.pointerDown}
      @pointermove=${this.pointerMove}
      @pointerup=${this.pointerUp}
      @pointercancel=${this.endDrag}
      @pointerleave=${() => this.hover(-1)}
      @dblclick=${() => this.hovered >= 0 && this.openPoint(this.hovered)}
      @keydown=${this.keyDown}
    ></canvas>`;
  }

  override updated(): void {
    this.scheduleDraw();
  }

  override focus(): void {
    this.canvas.focus();
  }

  /** All of the map again. */
  showAll(): void {
    const { map } = this.store.map;
    if (!map || this.clientWidth === 0) return;
    this.projection = fitted(map.xy, { width: this.clientWidth, height: this.clientHeight });
    this.scheduleDraw();
  }

  zoom(factor: number, at: Point = { x: this.clientWidth / 2, y: this.clientHeight / 2 }): void {
    const { map } = this.store.map;
    if (!map || !this.projection) return;
    const whole = fitted(map.xy, { width: this.clientWidth, height: this.clientHeight });
    this.projection = zoomed(this.projection, factor, at.x, at.y, whole);
    this.scheduleDraw();
  }

  private fit(): void {
    const ratio = window.devicePixelRatio;
    const [width, height] = [
      Math.max(1, Math.round(this.clientWidth * ratio)),
      Math.max(1, Math.round(this.clientHeight * ratio)),
    ];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.showAll();
    }
    this.scheduleDraw();
  }

  private points(): Points | undefined {
    const { map } = this.store.map;
    if (!map || this.clientWidth === 0) return undefined;
    if (this.fittedXy !== map.xy || !this.projection) {
      this.fittedXy = map.xy;
      this.showAll();
    }
    return { xy: map.xy, projection: this.projection!, visible: this.store.map.visible() };
  }

  private scheduleDraw(): void {
    if (this.frame !== 0 || !this.isConnected) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const points = this.points();
    const { marking, selection, current } = this.store.map;
    if (!points || !marking || !this.drawing) return;
    this.palette ??= paletteOf(this.canvas);
    const overlay = { outline: this.outline(points), current, hovered: this.hovered };
    this.drawing.draw(points, marking, selection, overlay, this.palette, this.canvas.width / this.clientWidth);
  }

  private outline(points: Points): readonly Point[] {
    const { drag, anchor } = this;
    if (drag?.kind === 'lasso') return drag.outline;
    if (drag?.kind === 'rectangle') return rectangle(drag.from, drag.to);
    const { current } = this.store.map;
    return anchor >= 0 && current >= 0 ? rectangle(screenPlace(points, anchor), screenPlace(points, current)) : [];
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    // Lines and pages, where a mouse counts in those.
    const pixels = event.deltaY * [1, 16, 400][event.deltaMode];
    this.zoom(Math.exp(-pixels / 400), { x: event.offsetX, y: event.offsetY });
  }

  private pointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const from = { x: event.offsetX, y: event.offsetY };
    this.canvas.setPointerCapture(event.pointerId);
    if (event.shiftKey) this.drag = { kind: 'rectangle', from, to: from };
    else if (this.lasso) this.drag = { kind: 'lasso', outline: [from] };
    else this.drag = { kind: 'pan', from, last: from, isClick: true };
  }

  private pointerMove(event: PointerEvent): void {
    const at = { x: event.offsetX, y: event.offsetY };
    const { drag } = this;
    if (!drag) {
      const points = this.points();
      if (points) this.hover(nearestPoint(points, at, pointerReach));
      return;
    }
    if (drag.kind === 'lasso') this.drag = { kind: 'lasso', outline: [...drag.outline, at] };
    else if (drag.kind === 'rectangle') this.drag = { ...drag, to: at };
    else {
      const isClick = drag.isClick && Math.hypot(at.x - drag.from.x, at.y - drag.from.y) <= clickSlop;
      if (!isClick && this.projection) this.projection = moved(this.projection, at.x - drag.last.x, at.y - drag.last.y);
      this.drag = { ...drag, last: isClick ? drag.last : at, isClick };
    }
    this.scheduleDraw();
  }

  private pointerUp(): void {
    const { drag } = this;
    const points = this.points();
    if (drag && points) {
      if (drag.kind === 'lasso') this.choose(pointsInside(points, drag.outline));
      else if (drag.kind === 'rectangle') this.choose(pointsInside(points, rectangle(drag.from, drag.to)));
      else if (drag.isClick) this.store.map.moveTo(nearestPoint(points, drag.from, pointerReach));
    }
    this.endDrag();
  }

  private endDrag(): void {
    this.drag = undefined;
    this.scheduleDraw();
  }

  private hover(point: number): void {
    if (point === this.hovered) return;
    this.hovered = point;
    this.dispatchEvent(new CustomEvent<number>('point', { detail: point }));
    this.scheduleDraw();
  }

  private choose(points: readonly number[]): void {
    this.store.map.select(points);
    this.say(t('{0} chosen', imagesText(points.length)));
  }

  private openPoint(point: number): void {
    this.dispatchEvent(new CustomEvent<number>('open', { detail: point }));
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const points = this.points();
    if (!points) return;
    const direction = directions[event.key];
    if (direction && event.shiftKey) this.panBy(direction);
    else if (direction) this.walk(points, direction);
    else if (!this.pressed(event.key, points)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @returns whether the key means something here */
  private pressed(key: string, points: Points): boolean {
    const { map } = this.store;
    const { current, selection } = map;
    switch (key) {
      case '+':
      case '=':
        this.zoom(keyZoom, current >= 0 ? screenPlace(points, current) : undefined);
        return true;
      case '-':
        this.zoom(1 / keyZoom, current >= 0 ? screenPlace(points, current) : undefined);
        return true;
      case '0':
        this.showAll();
        return true;
      case 'Enter':
        if (current >= 0) this.openPoint(current);
        return true;
      case ' ':
        if (current < 0) return true;
        this.choose(selection.includes(current) ? selection.filter(each => each !== current) : [...selection, current]);
        return true;
      case 's':
      case 'S':
        this.corner(points);
        return true;
      case 'Escape':
        // One step back at a time; without any the page goes back to the list.
        if (this.anchor >= 0) this.anchor = -1;
        else if (selection.length > 0) this.choose([]);
        else return false;
        this.scheduleDraw();
        return true;
      default:
        return false;
    }
  }

  /** The first corner of a rectangle, or its second. */
  private corner(points: Points): void {
    const { current } = this.store.map;
    if (current < 0) return;
    if (this.anchor < 0) {
      this.anchor = current;
      this.say(t('Rectangle begun. Go to the opposite corner, then press S again.'));
    } else {
      const [from, to] = [screenPlace(points, this.anchor), screenPlace(points, current)];
      this.anchor = -1;
      this.choose(pointsInside(points, rectangle(from, to)));
    }
    this.scheduleDraw();
  }

  private panBy(direction: Direction): void {
    const [x, y] = { left: [1, 0], right: [-1, 0], up: [0, 1], down: [0, -1] }[direction];
    if (this.projection) this.projection = moved(this.projection, x * keyPan, y * keyPan);
    this.scheduleDraw();
  }

  private walk(points: Points, direction: Direction): void {
    const { map } = this.store;
    const middle = { x: this.clientWidth / 2, y: this.clientHeight / 2 };
    const next = map.current < 0 ? nearestPoint(points, middle) : pointTowards(points, map.current, direction);
    if (next < 0) return;
    map.moveTo(next);
    this.bringIntoView(screenPlace(points, next));
  }

  private bringIntoView({ x, y }: Point): void {
    const edge = 24;
    const byX = Math.max(0, edge - x) - Math.max(0, x - (this.clientWidth - edge));
    const byY = Math.max(0, edge - y) - Math.max(0, y - (this.clientHeight - edge));
    if ((byX !== 0 || byY !== 0) && this.projection) this.projection = moved(this.projection, byX, byY);
  }

  private say(text: string): void {
    this.dispatchEvent(new Announce(text));
  }
}
