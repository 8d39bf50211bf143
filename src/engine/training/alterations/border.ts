import type { Alteration } from '../images';
import { IDENTITY, warp } from './affine';
import { anyColour, between } from './draw';

/**
 * With this probability, a frame of one colour: the image shrinks into it, as when a canvas is enlarged, or every third time it covers
 * the image's edge. Up to `most` of each side; every third time on two opposite sides only, as where films are letter-boxed.
 */
export const border =
  (probability: number, most: number): Alteration =>
  (pixels, offset, shape, random) => {
    if (random.next() >= probability) return;
    const [height, width, channels] = shape;
    const sides = random.integer(3);
    const [thickY, thickX] = [sides === 1 ? 0 : between(random, 0.02, most), sides === 2 ? 0 : between(random, 0.02, most)];
    const colour = anyColour(channels, random);
    if (random.next() < 2 / 3) {
      const map = { ...IDENTITY, yy: 1 / (1 - 2 * thickY), xx: 1 / (1 - 2 * thickX) };
      warp(pixels, offset, shape, map, colour);
      return;
    }
    const [rows, columns] = [Math.round(thickY * height), Math.round(thickX * width)];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (y >= rows && y < height - rows && x >= columns && x < width - columns) continue;
        for (let c = 0; c < channels; c++) pixels[offset + (y * width + x) * channels + c] = colour[c];
      }
    }
  };
