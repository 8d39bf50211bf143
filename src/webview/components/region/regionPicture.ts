import { css, html, LitElement, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { ImageRecord } from '../../../core/dataset/image';
import type { Box } from '../../../core/search/box';
import type { HeatMap } from '../../../core/search/heatMap';
import type { Previews } from '../../state/previews';
import { sharedStyles } from '../../styles/shared';
import '../thumbnail';

/** A picture with boxes over it and, while it is pointed at, a map of scores. The map and the boxes lie where the picture does. */
@customElement('twinlint-region-picture')
export class RegionPicture extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        display: block;
        min-width: 0;
        min-height: 0;
        overflow: hidden;
      }
      twinlint-thumbnail,
      canvas,
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      canvas {
        object-fit: contain;
        opacity: 0;
        pointer-events: none;
      }
      :host(:hover) canvas,
      :host([hot]) canvas {
        opacity: 0.65;
      }
      svg {
        overflow: visible;
      }
      rect {
        fill: none;
        vector-effect: non-scaling-stroke;
      }
      .edge {
        stroke: var(--vscode-editor-background);
        stroke-width: 4;
      }
      .box {
        stroke: var(--vscode-charts-orange, var(--vscode-focusBorder));
        stroke-width: 2;
      }
      .box.other {
        stroke-dasharray: 4 3;
      }
    `,
  ];

  @property({ attribute: false }) image!: ImageRecord;
  @property({ attribute: false }) previews!: Previews;
  @property({ type: Number }) side = 256;
  /** In the image's pixels; the first is the best. */
  @property({ attribute: false }) boxes: readonly Box[] = [];
  @property({ attribute: false }) heat: HeatMap | undefined;
  @query('svg') private overlay!: SVGSVGElement;

  override render(): TemplateResult {
    const { image, boxes, heat } = this;
    return html`<twinlint-thumbnail .image=${image} .previews=${this.previews} .side=${this.side}></twinlint-thumbnail>
      ${heat ? html`<canvas width=${heat.columns} height=${heat.rows} aria-hidden="true"></canvas>` : nothing}
      <svg viewBox="0 0 ${Math.max(1, image.width)} ${Math.max(1, image.height)}" aria-hidden="true">
        ${boxes.map(
          ({ x, y, width, height }, i) =>
            svg`<rect class="edge" x=${x} y=${y} width=${width} height=${height}></rect><rect class=${i === 0 ? 'box' : 'box other'} x=${x} y=${y} width=${width} height=${height}></rect>`,
        )}
      </svg>`;
  }

  override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!this.heat || !context) return;
    const { columns, rows, values } = this.heat;
    const pixels = context.createImageData(columns, rows);
    values.forEach((value, i) => pixels.data.set(colourOf(value), i * 4));
    context.putImageData(pixels, 0, 0);
  }

  /** A point of the page in the image's pixels, which may lie outside of it. */
  imagePoint({ clientX, clientY }: MouseEvent): { readonly x: number; readonly y: number } {
    const matrix = this.overlay.getScreenCTM();
    if (!matrix) return { x: 0, y: 0 };
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
    return { x, y };
  }
}

/** From dark blue over purple to yellow, so that it also reads without colour: brighter is better. Red, green, blue, opacity. */
const colourOf = (value: number): readonly [number, number, number, number] => {
  const at = value / 255;
  return [
    Math.round(255 * Math.min(1, at * 1.3)),
    Math.round(255 * at ** 2.2),
    Math.round(255 * Math.max(0, 0.55 - at * 0.55)),
    255,
  ];
};
