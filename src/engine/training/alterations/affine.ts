import type { Shape3 } from '../../model/layers/layer';
import type { SeededRandom } from '../../samplers/random';

/**
 * Where a pixel of the new image comes from in the old one, in coordinates from −1 to 1 that have their origin in the middle:
 * y' = yy·y + yx·x + y0, x' = xy·y + xx·x + x0.
 */
export interface Affine {
  readonly yy: number;
  readonly yx: number;
  readonly y0: number;
  readonly xy: number;
  readonly xx: number;
  readonly x0: number;
}

export const IDENTITY: Affine = { yy: 1, yx: 0, y0: 0, xy: 0, xx: 1, x0: 0 };

/** Draws a placement; `IDENTITY` itself where it leaves the image as it is. */
export type Placement = (shape: Shape3, random: SeededRandom) => Affine;

/** `outer` applied to what `inner` gives. */
export function compose(outer: Affine, inner: Affine): Affine {
  if (inner === IDENTITY) return outer;
  if (outer === IDENTITY) return inner;
  return {
    yy: outer.yy * inner.yy + outer.yx * inner.xy,
    yx: outer.yy * inner.yx + outer.yx * inner.xx,
    y0: outer.yy * inner.y0 + outer.yx * inner.x0 + outer.y0,
    xy: outer.xy * inner.yy + outer.xx * inner.xy,
    xx: outer.xy * inner.yx + outer.xx * inner.xx,
    x0: outer.xy * inner.y0 + outer.xx * inner.x0 + outer.x0,
  };
}

/** What is shown where the old image has ended: one number a channel, or the nearest pixel of its edge. */
export type Outside = Float32Array | 'edge';

/** Resamples the image at `offset` in place, between pixels bilinear. Inner loops make no arrays: those cost more than the arithmetic. */
export function warp(pixels: Float32Array, offset: number, shape: Shape3, map: Affine, outside: Outside): void {
  const [height, width, channels] = shape;
  const source = pixels.slice(offset, offset + height * width * channels);
  const [halfY, halfX] = [(height - 1) / 2, (width - 1) / 2];
  // The same map from pixel to pixel.
  const [across, down] = [halfX > 0 ? halfY / halfX : 0, halfY > 0 ? halfX / halfY : 0];
  const [stepY, stepX] = [map.yx * across, map.xx];
  const [lastRow, lastColumn, rowSize] = [height - 1, width - 1, width * channels];
  let target = offset;
  for (let y = 0; y < height; y++) {
    let row = map.yy * (y - halfY) - map.yx * halfX * across + (map.y0 + 1) * halfY;
    let column = map.xy * (y - halfY) * down - map.xx * halfX + (map.x0 + 1) * halfX;
    for (let x = 0; x < width; x++, row += stepY, column += stepX, target += channels) {
      if (outside !== 'edge' && (row < -0.5 || row > lastRow + 0.5 || column < -0.5 || column > lastColumn + 0.5)) {
        for (let c = 0; c < channels; c++) pixels[target + c] = outside[c];
        continue;
      }
      const r = row < 0 ? 0 : row > lastRow ? lastRow : row;
      const q = column < 0 ? 0 : column > lastColumn ? lastColumn : column;
      const top = r | 0;
      const left = q | 0;
      const fy = r - top;
      const fx = q - left;
      const right = left < lastColumn ? channels : 0;
      const below = top < lastRow ? rowSize : 0;
      let at = top * rowSize + left * channels;
      for (let c = 0; c < channels; c++, at++) {
        const first = source[at];
        const third = source[at + below];
        const upper = first + (source[at + right] - first) * fx;
        const lower = third + (source[at + below + right] - third) * fx;
        pixels[target + c] = upper + (lower - upper) * fy;
      }
    }
  }
}
