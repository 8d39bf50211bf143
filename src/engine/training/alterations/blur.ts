import type { Alteration } from '../images';
import { between } from './draw';

/** Blurred with (s, 1 − 2s, s), s up to ⅓, once to `mostPasses` times along both axes, with this probability. */
export const blur =
  (probability: number, mostPasses: number): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    if (random.next() >= probability) return;
    const [side, passes, row] = [between(random, 0.1, 1 / 3), 1 + random.integer(mostPasses), width * channels];
    for (let pass = 0; pass < passes; pass++) {
      for (let y = 0; y < height; y++) {
        for (let c = 0; c < channels; c++) smooth(pixels, offset + y * row + c, channels, width, side);
      }
      for (let lane = 0; lane < row; lane++) smooth(pixels, offset + lane, row, height, side);
    }
  };

/** One line of `length` numbers that lie `step` apart; its ends are repeated. */
function smooth(pixels: Float32Array, start: number, step: number, length: number, side: number): void {
  const own = 1 - 2 * side;
  let before = pixels[start];
  for (let at = start, last = start + (length - 1) * step; at <= last; at += step) {
    const now = pixels[at];
    pixels[at] = own * now + side * (before + (at < last ? pixels[at + step] : now));
    before = now;
  }
}
