import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { randomFrom } from './random.mjs';

/** A drawing of overlapping shapes on a ground: another one for each seed. */
export function scene(seed: number, width = 320, height = 240): string {
  const random = randomFrom(seed * 7919 + 17);
  const colour = (): string =>
    `hsl(${Math.floor(random() * 360)},${30 + Math.floor(random() * 60)}%,${15 + Math.floor(random() * 70)}%)`;
  const at = (size: number): string => (random() * size).toFixed(1);
  const shapes: string[] = [];
  for (let i = 0; i < 18; i++) {
    const kind = Math.floor(random() * 3);
    if (kind === 0) shapes.push(`<circle cx="${at(width)}" cy="${at(height)}" r="${at(height / 4)}" fill="${colour()}"/>`);
    else if (kind === 1) {
      shapes.push(
        `<rect x="${at(width)}" y="${at(height)}" width="${at(width / 3)}" height="${at(height / 3)}" fill="${colour()}"/>`,
      );
    } else {
      const points = [0, 1, 2].map(() => `${at(width)},${at(height)}`).join(' ');
      shapes.push(`<polygon points="${points}" fill="${colour()}"/>`);
    }
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="${width}" height="${height}" fill="${colour()}"/>${shapes.join('')}</svg>`
  );
}

/** {@link scene} as pixels, to be encoded in any way. */
export const picture = (seed: number, width = 320, height = 240): Sharp =>
  sharp(Buffer.from(scene(seed, width, height))).flatten({ background: '#fff' });

/** A small grey picture: noise about a brightness. */
export const noisePatch = (seed: number, level: number): Promise<Buffer> => {
  const random = randomFrom(seed);
  const data = Buffer.from(Array.from({ length: 28 * 28 }, () => level + Math.floor(random() * 80) - 40));
  return sharp(data, { raw: { width: 28, height: 28, channels: 1 } })
    .png()
    .toBuffer();
};
