import sharp, { type Sharp } from 'sharp';
import { randomOf } from '../core/findings/support';

/** A picture of its own: smooth patches of colour, as a photograph has them. */
export function patchwork(seed: number, width = 240, height = 180): Sharp {
  const random = randomOf(seed * 7919);
  const pixels = Buffer.from(Array.from({ length: 9 * 7 * 3 }, () => Math.floor(random() * 256)));
  return sharp(pixels, { raw: { width: 9, height: 7, channels: 3 } }).resize(width, height, { kernel: 'cubic', fit: 'fill' });
}
