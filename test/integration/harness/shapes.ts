import sharp, { type Sharp } from 'sharp';
import { PictureFolder } from './pictures';

export type Shape = 'discs' | 'bars' | 'crosses';

/**
 * A drawing full of one kind of thing, at other places and in other colours for each seed: no two are near-duplicates, and a small network
 * tells the kinds apart in seconds.
 */
export function shapeOf(kind: Shape, seed: number): Sharp {
  let state = seed * 2654435761 + 1;
  const between = (low: number, high: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    return low + ((state >>> 0) / 2 ** 32) * (high - low);
  };
  // Each kind in its own range of colours, which is learned in a few steps also on a busy machine.
  const [hue, light] = { discs: [0, 70], bars: [230, 25], crosses: [120, 50] }[kind];
  const colour = (): string => `hsl(${(hue + between(-25, 25)).toFixed(0)} 75% ${(light + between(-18, 18)).toFixed(0)}%)`;
  const one = (): string => {
    const [x, y, r] = [between(8, 120), between(8, 120), between(9, 17)];
    if (kind === 'discs') return `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour()}"/>`;
    if (kind === 'bars') return `<rect x="${x - 40}" y="${y}" width="80" height="${r / 2}" fill="${colour()}"/>`;
    return `<path d="M${x - r} ${y - r}l${2 * r} ${2 * r}M${x + r} ${y - r}l${-2 * r} ${2 * r}" stroke="${colour()}" stroke-width="5"/>`;
  };
  const drawn = Array.from({ length: 9 }, one).join('');
  const ground = `<rect width="128" height="128" fill="${colour()}"/>`;
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 128 128">${ground}${drawn}</svg>`),
  ).png();
}

/** Three class folders of as many drawings each, and a bar among the discs. */
export async function makeShapes(perClass: number): Promise<PictureFolder> {
  const folder = new PictureFolder();
  for (const [k, kind] of (['discs', 'bars', 'crosses'] as const).entries()) {
    for (let i = 0; i < perClass; i++) {
      await folder.write(`${kind}/${kind}-${String(i).padStart(2, '0')}.png`, shapeOf(kind, 1000 * k + i));
    }
  }
  await folder.write('discs/odd-one.png', shapeOf('bars', 9999));
  return folder;
}
