import sharp from 'sharp';
import { put } from './scanFolders';
import { randomFrom } from './random.mjs';

/** Kinds of drawings that a small network soon tells apart. */
export const shapeNames = ['bar', 'disc', 'frame'] as const;
export type ShapeName = (typeof shapeNames)[number];

/** One drawing of a kind, 32 × 32, in colours and at a place of its own. */
export function shapeSvg(kind: ShapeName, seed: number): string {
  const random = randomFrom(seed * 31 + shapeNames.indexOf(kind) * 7 + 5);
  const at = (from: number, to: number): string => (from + random() * (to - from)).toFixed(1);
  const ground = `hsl(${at(0, 360)},${at(20, 60)}%,${at(10, 30)}%)`;
  const ink = `hsl(${at(0, 360)},${at(40, 90)}%,${at(60, 90)}%)`;
  const shape = {
    bar: `<rect x="${at(2, 6)}" y="${at(8, 20)}" width="22" height="4" fill="${ink}"/>`,
    disc: `<circle cx="${at(11, 21)}" cy="${at(11, 21)}" r="${at(6, 9)}" fill="${ink}"/>`,
    frame: `<rect x="${at(4, 9)}" y="${at(4, 9)}" width="16" height="16" fill="none" stroke="${ink}" stroke-width="3"/>`,
  }[kind];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" fill="${ground}"/>${shape}</svg>`;
}

export const shapePng = (kind: ShapeName, seed: number): Promise<Buffer> =>
  sharp(Buffer.from(shapeSvg(kind, seed)))
    .png()
    .toBuffer();

/** Class folders `bar`, `disc` and `frame` with `perClass` drawings each. */
export async function shapeFolders(folder: string, perClass: number): Promise<void> {
  for (const kind of shapeNames) {
    for (let i = 0; i < perClass; i++) await put(folder, `${kind}/${i}.png`, await shapePng(kind, i));
  }
}
