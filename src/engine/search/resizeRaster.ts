import type { PictureSize } from '../decode/header';
import type { Raster } from '../decode/raster';

/**
 * Another size: triangle filter as wide as a new pixel (bilinear when enlarging), so that nothing is skipped when shrinking. The same on
 * every machine, where a decoder's own resampling may differ by version.
 */
export function resizeRaster(raster: Raster, size: PictureSize): Raster {
  if (raster.width === size.width && raster.height === size.height) return raster;
  const across = taps(raster.width, size.width);
  const down = taps(raster.height, size.height);
  const narrow = new Float32Array(raster.height * size.width * 3);
  for (let y = 0, at = 0; y < raster.height; y++) {
    const row = y * raster.width;
    for (let x = 0; x < size.width; x++, at += 3) {
      let [red, green, blue] = [0, 0, 0];
      for (let k = across.starts[x]; k < across.starts[x + 1]; k++) {
        const from = (row + across.indexes[k]) * 3;
        const weight = across.weights[k];
        red += raster.data[from] * weight;
        green += raster.data[from + 1] * weight;
        blue += raster.data[from + 2] * weight;
      }
      narrow[at] = red;
      narrow[at + 1] = green;
      narrow[at + 2] = blue;
    }
  }
  const data = new Uint8Array(size.width * size.height * 3);
  const rowLength = size.width * 3;
  const sums = new Float32Array(rowLength);
  for (let y = 0; y < size.height; y++) {
    sums.fill(0);
    for (let k = down.starts[y]; k < down.starts[y + 1]; k++) {
      const from = down.indexes[k] * rowLength;
      const weight = down.weights[k];
      for (let i = 0; i < rowLength; i++) sums[i] += narrow[from + i] * weight;
    }
    for (let i = 0, at = y * rowLength; i < rowLength; i++) data[at + i] = Math.round(sums[i]);
  }
  return { width: size.width, height: size.height, data };
}

/** For each new pixel the old ones and their weights, of sum 1: those from `starts[i]` to `starts[i + 1]`. */
interface Taps {
  readonly starts: Int32Array;
  readonly indexes: readonly number[];
  readonly weights: readonly number[];
}

function taps(from: number, to: number): Taps {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const starts = new Int32Array(to + 1);
  const [indexes, weights]: [number[], number[]] = [[], []];
  for (let i = 0; i < to; i++) {
    const middle = (i + 0.5) * scale - 0.5;
    const first = indexes.length;
    let sum = 0;
    for (let j = Math.ceil(middle - reach); j <= Math.floor(middle + reach); j++) {
      const weight = 1 - Math.abs(j - middle) / reach;
      if (weight <= 0) continue;
      indexes.push(Math.max(0, Math.min(from - 1, j)));
      weights.push(weight);
      sum += weight;
    }
    for (let k = first; k < weights.length; k++) weights[k] /= sum;
    starts[i + 1] = indexes.length;
  }
  return { starts, indexes, weights };
}
