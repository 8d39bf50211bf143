import type { Shape3 } from '../../model/layers/layer';
import type { Alteration } from '../images';
import { between, clampUnit } from './draw';

const SIDE = 8;
/** cosine[k][n], orthonormal: the DCT-II of eight numbers. */
const COSINE = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
  const [k, n] = [i >> 3, i & 7];
  return (k === 0 ? Math.sqrt(1 / SIDE) : Math.sqrt(2 / SIDE)) * Math.cos(((2 * n + 1) * k * Math.PI) / (2 * SIDE));
});

/**
 * As after a lossy file, with this probability: blocks of 8×8 pixels, their cosine coefficients rounded to multiples of a step that
 * grows with the frequency (the shape of JPEG's tables, ITU-T T.81 annex K, near enough: (1 + u + v) · `step`). Colour differences are
 * rounded at half the size. `mostStep`: the coarsest step of the lowest frequency, in units of full white.
 */
export const compression =
  (probability: number, mostStep: number): Alteration =>
  (pixels, offset, shape, random) => {
    if (random.next() >= probability) return;
    compress(pixels, offset, shape, mostStep * between(random, 0.15, 1));
  };

/** The alteration itself. */
export function compress(pixels: Float32Array, offset: number, [height, width, channels]: Shape3, step: number): void {
  if (channels !== 3) {
    for (let c = 0; c < channels; c++) quantizePlane(pixels, offset + c, channels, height, width, step);
    for (let i = offset; i < offset + height * width * channels; i++) pixels[i] = clampUnit(pixels[i]);
    return;
  }
  const count = height * width;
  const [halfHeight, halfWidth] = [(height + 1) >> 1, (width + 1) >> 1];
  const brightness = new Float32Array(count);
  const blue = new Float32Array(halfHeight * halfWidth);
  const red = new Float32Array(halfHeight * halfWidth);
  for (let y = 0, i = 0, at = offset; y < height; y++) {
    for (let x = 0; x < width; x++, i++, at += 3) {
      const value = 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
      brightness[i] = value;
      if ((y | x) & 1) continue;
      blue[(y >> 1) * halfWidth + (x >> 1)] = pixels[at + 2] - value;
      red[(y >> 1) * halfWidth + (x >> 1)] = pixels[at] - value;
    }
  }
  quantizePlane(brightness, 0, 1, height, width, step);
  quantizePlane(blue, 0, 1, halfHeight, halfWidth, step * 1.5);
  quantizePlane(red, 0, 1, halfHeight, halfWidth, step * 1.5);
  for (let y = 0, i = 0, at = offset; y < height; y++) {
    for (let x = 0; x < width; x++, i++, at += 3) {
      const half = (y >> 1) * halfWidth + (x >> 1);
      const value = brightness[i];
      pixels[at] = clampUnit(value + red[half]);
      pixels[at + 1] = clampUnit(value - (0.299 * red[half] + 0.114 * blue[half]) / 0.587);
      pixels[at + 2] = clampUnit(value + blue[half]);
    }
  }
}

/** Every whole or cut-off block of one plane whose numbers lie `stride` apart; beyond the edge the edge goes on. */
function quantizePlane(plane: Float32Array, start: number, stride: number, height: number, width: number, step: number): void {
  const block = new Float32Array(SIDE * SIDE);
  const half = new Float32Array(SIDE * SIDE);
  for (let top = 0; top < height; top += SIDE) {
    for (let left = 0; left < width; left += SIDE) {
      for (let y = 0; y < SIDE; y++) {
        const row = Math.min(top + y, height - 1) * width;
        for (let x = 0; x < SIDE; x++) block[y * SIDE + x] = plane[start + (row + Math.min(left + x, width - 1)) * stride];
      }
      quantizeBlock(block, half, step);
      for (let y = 0; y < SIDE && top + y < height; y++) {
        const row = (top + y) * width;
        for (let x = 0; x < SIDE && left + x < width; x++) plane[start + (row + left + x) * stride] = block[y * SIDE + x];
      }
    }
  }
}

function quantizeBlock(block: Float32Array, half: Float32Array, step: number): void {
  forward(block, half);
  forward(half, block);
  // Rounding to nothing is what most coefficients meet: those never have to be transformed back.
  let highest = 0;
  for (let v = 0; v < SIDE; v++) {
    for (let u = 0; u < SIDE; u++) {
      const size = step * (1 + u + v);
      const value = block[v * SIDE + u];
      const whole = Math.floor(value / size + 0.5);
      block[v * SIDE + u] = whole * size;
      if (whole !== 0 && u > highest) highest = u;
      if (whole !== 0 && v > highest) highest = v;
    }
  }
  backward(block, half, highest);
  backward(half, block, highest);
}

/** The DCT of every row, transposed: twice is the DCT both ways. Even and odd frequencies see sums and differences of what lies opposite. */
function forward(rows: Float32Array, out: Float32Array): void {
  for (let r = 0; r < SIDE; r++) {
    const at = r * SIDE;
    const s0 = rows[at] + rows[at + 7];
    const s1 = rows[at + 1] + rows[at + 6];
    const s2 = rows[at + 2] + rows[at + 5];
    const s3 = rows[at + 3] + rows[at + 4];
    const d0 = rows[at] - rows[at + 7];
    const d1 = rows[at + 1] - rows[at + 6];
    const d2 = rows[at + 2] - rows[at + 5];
    const d3 = rows[at + 3] - rows[at + 4];
    for (let k = 0; k < SIDE; k += 2) {
      const e = k * SIDE;
      const o = e + SIDE;
      out[e + r] = COSINE[e] * s0 + COSINE[e + 1] * s1 + COSINE[e + 2] * s2 + COSINE[e + 3] * s3;
      out[o + r] = COSINE[o] * d0 + COSINE[o + 1] * d1 + COSINE[o + 2] * d2 + COSINE[o + 3] * d3;
    }
  }
}

/** The inverse of every row, transposed, of frequencies up to `highest`. */
function backward(rows: Float32Array, out: Float32Array, highest: number): void {
  for (let r = 0; r < SIDE; r++) {
    const at = r * SIDE;
    for (let n = 0; n < SIDE; n++) {
      let sum = 0;
      for (let k = 0; k <= highest; k++) sum += COSINE[k * SIDE + n] * rows[at + k];
      out[n * SIDE + r] = sum;
    }
  }
}
