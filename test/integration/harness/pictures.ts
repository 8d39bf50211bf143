import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** Mulberry32: small, seeded, good enough for drawing. @returns numbers in [0, 1) */
const randomOf = (seed: number): (() => number) => {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A drawing full of structure; two seeds give two pictures that nobody would take for one. */
export const scene = (seed: number, width = 480, height = 360): Sharp => {
  const random = randomOf(seed);
  const between = (low: number, high: number): number => low + random() * (high - low);
  const colour = (): string => `hsl(${between(0, 360).toFixed(0)} ${between(30, 90).toFixed(0)}% ${between(20, 80).toFixed(0)}%)`;
  const shapes = Array.from({ length: 26 }, () => {
    const [x, y] = [between(0, width), between(0, height)];
    const [w, h] = [between(20, width / 3), between(20, height / 3)];
    const turn = `transform="rotate(${between(0, 180).toFixed(0)} ${x} ${y})"`;
    return random() < 0.5
      ? `<rect x="${x - w / 2}" y="${y - h / 2}" width="${w}" height="${h}" fill="${colour()}" ${turn}/>`
      : `<ellipse cx="${x}" cy="${y}" rx="${w / 2}" ry="${h / 2}" fill="${colour()}" stroke="${colour()}" stroke-width="4" ${turn}/>`;
  });
  const ground = `<rect width="${width}" height="${height}" fill="${colour()}"/>`;
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${ground}${shapes.join('')}</svg>`),
  );
};

/** A temporary folder of pictures, opened in a window and deleted after the tests. */
export class PictureFolder {
  readonly path: string;

  /** @param path where to make it; absent = a new temporary folder */
  constructor(path?: string) {
    if (path !== undefined) mkdirSync(path, { recursive: true });
    this.path = realpathSync(path ?? mkdtempSync(join(tmpdir(), 'twinlint-pictures-')));
  }

  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Writes a picture, in the format of the name's extension. */
  async write(name: string, picture: Sharp): Promise<void> {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    await picture.toFile(this.at(name));
  }

  /** Writes scenes, one a name, seeds counted up from `firstSeed`. */
  async writeScenes(firstSeed: number, names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name, index) => this.write(name, scene(firstSeed + index))));
  }

  /** Pictures with three copies each, some harder to tell than others: `drawing-0.png`, `small-0.jpg`, `cut-0.jpg` … */
  async writeCopies(pictures: number): Promise<void> {
    for (let seed = 0; seed < pictures; seed++) {
      await this.write(`drawing-${seed}.png`, scene(seed));
      await this.write(`small-${seed}.jpg`, scene(seed).resize({ width: 240 }).jpeg({ quality: 60 }));
      await this.write(`cut-${seed}.jpg`, scene(seed).extract({ left: 40, top: 30, width: 400, height: 300 }).jpeg());
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The same picture as a thumbnail site would save it: smaller, JPEG, quality 70. */
export const shrunk = (seed: number): Sharp => scene(seed).resize({ width: 300 }).jpeg({ quality: 70 });

/** Blocks of random colour, quickly made: 10,000 different pictures for tests of size. */
export const noise = (seed: number): Sharp => {
  const random = randomOf(seed + 1_000_000);
  const pixels = Uint8Array.from({ length: 12 * 9 * 3 }, () => random() * 256);
  return sharp(pixels, { raw: { width: 12, height: 9, channels: 3 } })
    .resize(160, 120, { kernel: 'nearest' })
    .jpeg();
};
