import type { Stamp } from './marks';

export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Pixels of a drawing of very many marks. Written here one by one: twenty thousand calls of a canvas take longer than a frame, this takes a
 * few milliseconds. Colours are mixed as they are, without gamma.
 */
export class PointRaster {
  /** Red, green, blue and opacity of each pixel in turn. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8ClampedArray(width * height * 4);
  }

  fill([red, green, blue]: Colour): void {
    const one = new Uint8ClampedArray([red, green, blue, 255]);
    new Uint32Array(this.pixels.buffer).fill(new Uint32Array(one.buffer)[0]);
  }

  /** Puts a mark with its middle on a pixel; what reaches over the edge is cut off. @param strength 0…1 */
  stamp(x: number, y: number, { side, cover }: Stamp, [red, green, blue]: Colour, strength = 1): void {
    const { width, height, pixels } = this;
    const left = Math.round(x) - (side >> 1);
    const top = Math.round(y) - (side >> 1);
    if (left >= width || top >= height || left + side <= 0 || top + side <= 0) return;
    const [firstRow, endRow] = [Math.max(0, -top), Math.min(side, height - top)];
    const [firstColumn, endColumn] = [Math.max(0, -left), Math.min(side, width - left)];
    for (let row = firstRow; row < endRow; row++) {
      let at = ((top + row) * width + left + firstColumn) * 4;
      for (let column = firstColumn; column < endColumn; column++, at += 4) {
        const share = (cover[row * side + column] / 255) * strength;
        if (share === 0) continue;
        pixels[at] += (red - pixels[at]) * share;
        pixels[at + 1] += (green - pixels[at + 1]) * share;
        pixels[at + 2] += (blue - pixels[at + 2]) * share;
      }
    }
  }
}
