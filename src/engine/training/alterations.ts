import type { Shape3 } from '../model/layers/layer';
import type { SeededRandom } from '../samplers/random';
import type { Alteration } from './images';

/**
 * Replaces the image by one whose pixel (y, x) is the old one's at `place(y, x)`, between pixels bilinear, beyond the edge the edge's.
 */
export function resample(
  pixels: Float32Array,
  offset: number,
  shape: Shape3,
  place: (y: number, x: number) => readonly [number, number],
): void {
  const [height, width, channels] = shape;
  const source = pixels.slice(offset, offset + height * width * channels);
  const clamp = (v: number, most: number): number => Math.min(Math.max(v, 0), most);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = place(y, x);
      const [row, column] = [clamp(at[0], height - 1), clamp(at[1], width - 1)];
      const [top, left] = [Math.floor(row), Math.floor(column)];
      const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
      const [down, across] = [row - top, column - left];
      for (let c = 0; c < channels; c++) {
        const value = (r: number, q: number): number => source[(r * width + q) * channels + c];
        const upper = value(top, left) * (1 - across) + value(top, right) * across;
        const lower = value(bottom, left) * (1 - across) + value(bottom, right) * across;
        pixels[offset + (y * width + x) * channels + c] = upper * (1 - down) + lower * down;
      }
    }
  }
}

const between = (random: SeededRandom, low: number, high: number): number => low + (high - low) * random.next();

/** Cut: up to `most` of each side's length is taken away, somewhere, and the rest enlarged to the old size. */
export const cropAtRandom =
  (most: number): Alteration =>
  (pixels, offset, shape, random) => {
    const [height, width] = shape;
    const [keptHeight, keptWidth] = [height - 1, width - 1].map(length => length * (1 - random.next() * most));
    const [top, left] = [between(random, 0, height - 1 - keptHeight), between(random, 0, width - 1 - keptWidth)];
    const [stepY, stepX] = [keptHeight / Math.max(1, height - 1), keptWidth / Math.max(1, width - 1)];
    resample(pixels, offset, shape, (y, x) => [top + y * stepY, left + x * stepX]);
  };

/** Turned about the middle by up to `degrees` either way. */
export const turnAtRandom =
  (degrees: number): Alteration =>
  (pixels, offset, shape, random) => {
    const angle = (between(random, -degrees, degrees) * Math.PI) / 180;
    const [middleY, middleX] = [(shape[0] - 1) / 2, (shape[1] - 1) / 2];
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    resample(pixels, offset, shape, (y, x) => [
      middleY + (y - middleY) * cos - (x - middleX) * sin,
      middleX + (y - middleY) * sin + (x - middleX) * cos,
    ]);
  };

/** Brighter or darker, and more or less contrast about the middle grey, each by up to `most`. */
export const lightAtRandom =
  (most: number): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    const [shift, contrast] = [between(random, -most, most), between(random, 1 - most, 1 + most)];
    for (let i = offset; i < offset + height * width * channels; i++) {
      pixels[i] = Math.min(1, Math.max(0, (pixels[i] - 0.5) * contrast + 0.5 + shift));
    }
  };

/** Without colour, with this probability: brightness by ITU-R BT.601. Leaves images of one channel alone. */
export const greyAtRandom =
  (probability: number): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    if (random.next() >= probability || channels < 3) return;
    for (let i = offset; i < offset + height * width * channels; i += channels) {
      const brightness = 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
      pixels.fill(brightness, i, i + 3);
    }
  };

/** Blurred, with this probability: each pixel the mean of four points half a pixel away. */
export const blurAtRandom =
  (probability: number): Alteration =>
  (pixels, offset, shape, random) => {
    if (random.next() >= probability) return;
    const size = shape[0] * shape[1] * shape[2];
    const corners = [-0.5, 0.5].flatMap(dy => [-0.5, 0.5].map(dx => [dy, dx] as const));
    const copies = corners.map(([dy, dx]) => {
      const copy = pixels.slice(offset, offset + size);
      resample(copy, 0, shape, (y, x) => [y + dy, x + dx]);
      return copy;
    });
    for (let i = 0; i < size; i++) pixels[offset + i] = copies.reduce((sum, copy) => sum + copy[i], 0) / copies.length;
  };

/** A frame of one colour over up to `most` of each side, with this probability. */
export const frameAtRandom =
  (probability: number, most = 0.1): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    if (random.next() >= probability) return;
    const [thickY, thickX] = [height, width].map(length => Math.round(length * most * random.next()));
    const colour = Array.from({ length: channels }, () => random.next());
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (y >= thickY && y < height - thickY && x >= thickX && x < width - thickX) continue;
        for (let c = 0; c < channels; c++) pixels[offset + (y * width + x) * channels + c] = colour[c];
      }
    }
  };
