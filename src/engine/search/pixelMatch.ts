import type { Box } from '../../core/search/box';
import type { PictureSize } from '../decode/header';
import type { Raster } from '../decode/raster';
import { resizeRaster } from './resizeRaster';

/** The region is compared by as many points as the square of this side has. */
export const POINTS_SIDE = 32;
/** Grey levels: what deviates by less, a point, is noise of a plain place and not enlarged. */
const LEAST_DEVIATION = 0.7;
/** First steps of the refinement: points, and a factor of the size; both are halved so many times. */
const FIRST_MOVE = 1;
const FIRST_GROWTH = 2 ** (1 / 12);
const HALVINGS = 3;
/** A box grows or shrinks by so much at most: its pixels may also fit by being smooth, when it is far too large. */
const MOST_GROWN = 2 ** (1 / 4);
/** Of each step size, so many steps at most. */
const MOST_STEPS = 12;

export interface PixelMatch {
  readonly box: Box;
  /** Zero-mean normalized cross-correlation, all channels together, −1…1. */
  readonly correlation: number;
}

/** Compares a region's pixels with places in pictures. */
export class PixelMatcher {
  readonly #points: PictureSize;
  /** [rows, columns, 3]: of each channel the mean is 0, of all the sum of squares 1. */
  readonly #values: Float32Array;
  readonly #seen: Float32Array;

  constructor(crop: Raster) {
    const scale = POINTS_SIDE / Math.sqrt(crop.width * crop.height);
    const points = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
    this.#points = { width: points(crop.width), height: points(crop.height) };
    this.#values = Float32Array.from(resizeRaster(crop, this.#points).data);
    standardize(this.#values);
    this.#seen = new Float32Array(this.#values.length);
  }

  /** @param raster where the region is about {@link POINTS_SIDE} pixels a side; @param box in its pixels */
  correlation(raster: Raster, box: Box): number {
    this.#sample(raster, box);
    standardize(this.#seen);
    let sum = 0;
    for (let i = 0; i < this.#seen.length; i++) sum += this.#seen[i] * this.#values[i];
    return sum;
  }

  /** The best place and size near a box, by steps that get smaller: a pattern search (Hooke and Jeeves 1961). */
  refined(raster: Raster, start: Box): PixelMatch {
    let best: PixelMatch = { box: start, correlation: this.correlation(raster, start) };
    let [move, growth] = [FIRST_MOVE, FIRST_GROWTH];
    for (let halving = 0; halving <= HALVINGS; halving++) {
      for (let [isBetter, step] = [true, 0]; isBetter && step < MOST_STEPS; step++) {
        isBetter = false;
        const { box } = best;
        const [dx, dy] = [(move * box.width) / this.#points.width, (move * box.height) / this.#points.height];
        for (const other of [
          { ...box, x: box.x - dx },
          { ...box, x: box.x + dx },
          { ...box, y: box.y - dy },
          { ...box, y: box.y + dy },
          grown(box, growth),
          grown(box, 1 / growth),
        ]) {
          if (Math.abs(Math.log(other.width / start.width)) > Math.log(MOST_GROWN) + 1e-9) continue;
          const correlation = this.correlation(raster, other);
          // So much at least, or it would creep on plateaus.
          if (correlation > best.correlation + 1e-4) [best, isBetter] = [{ box: other, correlation }, true];
        }
      }
      [move, growth] = [move / 2, Math.sqrt(growth)];
    }
    return best;
  }

  /** Bilinear; what lies beyond the raster's edges repeats them. */
  #sample({ data, width, height }: Raster, box: Box): void {
    const { width: columns, height: rows } = this.#points;
    const [lastX, lastY] = [width - 1, height - 1];
    for (let row = 0, at = 0; row < rows; row++) {
      const y = Math.max(0, Math.min(lastY, box.y + ((row + 0.5) * box.height) / rows - 0.5));
      const y0 = Math.floor(y);
      const [above, below, fy] = [y0 * width, Math.min(lastY, y0 + 1) * width, y - y0];
      for (let column = 0; column < columns; column++) {
        const x = Math.max(0, Math.min(lastX, box.x + ((column + 0.5) * box.width) / columns - 0.5));
        const x0 = Math.floor(x);
        const [x1, fx] = [Math.min(lastX, x0 + 1), x - x0];
        const [a, b, c, d] = [(above + x0) * 3, (above + x1) * 3, (below + x0) * 3, (below + x1) * 3];
        for (let k = 0; k < 3; k++, at++) {
          const top = data[a + k] + (data[b + k] - data[a + k]) * fx;
          const bottom = data[c + k] + (data[d + k] - data[c + k]) * fx;
          this.#seen[at] = top + (bottom - top) * fy;
        }
      }
    }
  }
}

/** About the same middle. */
function grown({ x, y, width, height }: Box, factor: number): Box {
  return {
    x: x - (width * (factor - 1)) / 2,
    y: y - (height * (factor - 1)) / 2,
    width: width * factor,
    height: height * factor,
  };
}

/** @param values [points, 3] */
function standardize(values: Float32Array): void {
  const count = values.length / 3;
  const means = [0, 0, 0];
  for (let i = 0; i < values.length; i += 3) for (let k = 0; k < 3; k++) means[k] += values[i + k] / count;
  let squares = values.length * LEAST_DEVIATION ** 2;
  for (let i = 0; i < values.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      values[i + k] -= means[k];
      squares += values[i + k] ** 2;
    }
  }
  const length = Math.sqrt(squares);
  for (let i = 0; i < values.length; i++) values[i] /= length;
}
