import type { Alteration } from '../images';
import { anyColour, between } from './draw';
import { anyLine, lineWidth, write } from './glyphs';

/**
 * With this probability, a translucent mark: slanting writing, once across the image or repeated all over it, or a disc or ring as
 * logos are, opaque at times.
 */
export const watermark =
  (probability: number): Alteration =>
  (pixels, offset, shape, random) => {
    if (random.next() >= probability) return;
    const [height, width, channels] = shape;
    const ink = { colour: anyColour(channels, random), cover: between(random, 0.15, 0.6) };
    const kind = random.integer(3);
    if (kind === 0) {
      const radius = Math.min(height, width) * between(random, 0.04, 0.15);
      const isRing = random.next() < 0.4;
      const cover = random.next() < 0.5 ? 1 : ink.cover;
      const middle = [height, width].map(length => between(random, radius, Math.max(radius, length - radius)));
      disc(pixels, offset, shape, { y: middle[0], x: middle[1], radius, hole: isRing ? radius * 0.6 : 0 }, { ...ink, cover });
      return;
    }
    const size = Math.max(4, height * (kind === 1 ? between(random, 0.12, 0.3) : between(random, 0.06, 0.14)));
    const line = anyLine(kind === 1 ? 5 + random.integer(4) : 4 + random.integer(3), random);
    const slope = between(random, -0.5, 0.5);
    if (kind === 1) {
      const left = (width - lineWidth(line, size)) / 2;
      write(pixels, offset, shape, line, { top: (height - size) / 2 - (slope * (width - 2 * left)) / 2, left, size, slope }, ink);
      return;
    }
    const [stepY, stepX] = [size * between(random, 2, 4), lineWidth(line, size) * between(random, 1.1, 1.6)];
    for (let top = -width / 2 + stepY * random.next(), row = 0; top < height + width / 2; top += stepY, row++) {
      const first = -stepX * ((row % 2) * 0.5 + 0.25);
      for (let left = first; left < width; left += stepX) {
        write(pixels, offset, shape, line, { top: top + slope * left, left, size, slope }, ink);
      }
    }
  };

function disc(
  pixels: Float32Array,
  offset: number,
  [height, width, channels]: readonly [number, number, number],
  {
    y: middleY,
    x: middleX,
    radius,
    hole,
  }: { readonly y: number; readonly x: number; readonly radius: number; readonly hole: number },
  { colour, cover }: { readonly colour: Float32Array; readonly cover: number },
): void {
  for (let y = Math.max(0, Math.floor(middleY - radius)); y < Math.min(height, middleY + radius); y++) {
    for (let x = Math.max(0, Math.floor(middleX - radius)); x < Math.min(width, middleX + radius); x++) {
      const distance = Math.hypot(y - middleY, x - middleX);
      if (distance > radius || distance < hole) continue;
      const at = offset + (y * width + x) * channels;
      for (let c = 0; c < channels; c++) pixels[at + c] += (colour[c] - pixels[at + c]) * cover;
    }
  }
}
