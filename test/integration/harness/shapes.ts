import sharp, { type Sharp } from 'sharp';
import { PictureFolder } from './pictures';

export type Shape = 'discs' | 'bars' | 'crosses';

/** A drawing of one kind of thing, at another place and in other colours for each seed: a class that a small network learns in seconds. */
export function shapeOf(kind: Shape, seed: number): Sharp {
  const at = (i: number): number => ((seed * 37 + i * 61) % 40) - 20;
  const hue = (seed * 47) % 360;
  const colour = `hsl(${hue} 80% 35%)`;
  const [x, y] = [64 + at(1), 64 + at(2)];
  const drawn = {
    discs: `<circle cx="${x}" cy="${y}" r="${26 + (seed % 9)}" fill="${colour}"/>`,
    bars: [-24, 0, 24].map(dy => `<rect x="${x - 44}" y="${y + dy - 5}" width="88" height="11" fill="${colour}"/>`).join(''),
    crosses: `<path d="M${x - 34} ${y - 34}L${x + 34} ${y + 34}M${x + 34} ${y - 34}L${x - 34} ${y + 34}" stroke="${colour}" stroke-width="${12 + (seed % 5)}"/>`,
  }[kind];
  const ground = `hsl(${(hue + 150 + (seed % 7) * 11) % 360} 40% ${80 + (seed % 6) * 2}%)`;
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="${ground}"/>${drawn}</svg>`,
    ),
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
