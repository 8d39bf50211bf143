import { wholeBox } from './wholeBox';
import type { PictureSize } from '../decode/header';
import type { Raster } from '../decode/raster';
import { resizeRaster } from './resizeRaster';
import type { Executable, Runtime } from '../runtime/runtime';
import { FEATURES, STRIDE } from './cropEncoder';
import { confirmPeaks, LOOKED_AT } from './confirmPeaks';
import type { CropModel } from './cropModel';
import { heatOf } from './heatMap';
import type { HeatMap } from './heatMap';
import type { Peak, ScoreMap } from './peaks';
import { findPeaks } from './peaks';
import { PixelMatcher } from './pixelMatch';
import { levelsFor, templateSizes } from './searchPlan';
import { cellsProgram, gridOf, paddedSize, searchProgram } from './searchProgram';

/** A region to look for: its cells at each size, side by side as one kernel. */
export interface Template {
  /** In its own image's pixels. */
  readonly region: PictureSize;
  /** As the networks see it, one a step. */
  readonly sizes: readonly PictureSize[];
  /** The largest, in cells. */
  readonly kernel: PictureSize;
  /** [kernel height, kernel width, FEATURES, sizes], zero where a smaller one has no cells. */
  readonly values: Float32Array;
  /** Its pixels, to compare places with. */
  readonly pixels: PixelMatcher;
  /** The score that a plain patch of the region's mean look would get: the length of its mean cell, 0…1. */
  readonly plain: number;
}

export interface SearchedPicture {
  /** Best first, in the picture's pixels. */
  readonly peaks: readonly Peak[];
  readonly heat: HeatMap;
}

/** A plainer region has nothing to be told by: its scores would only be noise enlarged. */
const MOST_PLAIN = 0.97;
/** Compiled programs that are kept. */
const MOST_KEPT = 24;

/**
 * Finds a region in pictures: encodes both and correlates their cells at all sizes, then compares the pixels of the best places. One picture at a
 * time. The network's scores: 1 = the same, 0 = no better than a plain patch of the region's mean look, less = worse. (Mean cosines alone are high
 * between any two plain places.)
 */
export class CropSearcher {
  readonly #programs = new Map<string, Executable>();

  constructor(
    private readonly model: CropModel,
    private readonly runtime: Runtime,
  ) {}

  /** @param crop the region's pixels, at least as large as the largest of `templateSizes` where there are as many */
  async template(region: PictureSize, crop: Raster): Promise<Template> {
    const sizes = templateSizes(region);
    const grids = sizes.map(gridOf);
    const kernel = grids[grids.length - 1];
    const values = new Float32Array(kernel.width * kernel.height * FEATURES * sizes.length);
    let plain = 0;
    for (const [index, size] of sizes.entries()) {
      const executable = await this.#load(`cells ${size.width} ${size.height}`, () => cellsProgram(size));
      const { cells } = await executable.run({ picture: toInput(resizeRaster(crop, size), size) });
      const { width, height } = grids[index];
      const share = 1 / (width * height);
      plain += meanLength(cells as Float32Array) / sizes.length;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let c = 0; c < FEATURES; c++) {
            const at = ((y * kernel.width + x) * FEATURES + c) * sizes.length + index;
            values[at] = cells[(y * width + x) * FEATURES + c] * share;
          }
        }
      }
    }
    return { region, sizes, kernel, values, pixels: new PixelMatcher(crop), plain: Math.min(MOST_PLAIN, plain) };
  }

  /**
   * @param size the picture's own; `raster` shows all of it, at the size of its largest level or larger
   * @param most how many places
   */
  async search(template: Template, size: PictureSize, raster: Raster, most: number, least = -Infinity): Promise<SearchedPicture> {
    const { region, pixels } = template;
    const { peaks, maps } = await this.places(template, size, raster, Math.max(most, LOOKED_AT));
    const confirmed = confirmPeaks(peaks, pixels, { region, own: size, raster }).filter(({ score }) => score >= least);
    return {
      peaks: confirmed.slice(0, most).map(({ box, score }) => ({ box: wholeBox(box, size), score })),
      heat: heatOf(maps, size),
    };
  }

  /** What the network alone says: the best places, in pixels and their fractions, and its scores at every size, the smallest first. */
  async places(
    template: Template,
    size: PictureSize,
    raster: Raster,
    most: number,
  ): Promise<{ readonly peaks: Peak[]; readonly maps: ScoreMap[] }> {
    const maps: ScoreMap[] = [];
    for (const level of levelsFor(template.region, size)) maps.push(...(await this.scoreLevel(template, size, level, raster)));
    maps.sort((a, b) => a.width - b.width);
    return { peaks: findPeaks(maps, most, -Infinity), maps };
  }

  /** Scores at one size of a picture, a map a template size; places are told in the picture's own pixels. `raster` shows all of it. */
  async scoreLevel(template: Template, own: PictureSize, level: PictureSize, raster: Raster): Promise<ScoreMap[]> {
    const { kernel, sizes, plain } = template;
    const padded = paddedSize(level, gridOf(sizes[0]), kernel);
    const key = `search ${padded.width} ${padded.height} ${kernel.width} ${kernel.height}`;
    const executable = await this.#load(key, () => searchProgram(padded, kernel, sizes.length));
    const picture = toInput(resizeRaster(raster, level), padded);
    const { scores } = await executable.run({ picture, templates: template.values });
    const grid = gridOf(padded);
    const columns = grid.width - kernel.width + 1;
    const all = gridOf(level);
    const [stepX, stepY] = [(STRIDE * own.width) / level.width, (STRIDE * own.height) / level.height];
    return sizes.flatMap((size, index) => {
      const cells = gridOf(size);
      const [mapColumns, mapRows] = [all.width - cells.width + 1, all.height - cells.height + 1];
      if (mapColumns <= 0 || mapRows <= 0) return [];
      const part = new Float32Array(mapColumns * mapRows);
      for (let y = 0; y < mapRows; y++) {
        for (let x = 0; x < mapColumns; x++) {
          part[y * mapColumns + x] = (scores[(y * columns + x) * sizes.length + index] - plain) / (1 - plain);
        }
      }
      const [width, height] = [(size.width * stepX) / STRIDE, (size.height * stepY) / STRIDE];
      return [{ columns: mapColumns, rows: mapRows, scores: part, width, height, stepX, stepY }];
    });
  }

  /** How much a crop looks like the template, −1…1, squeezed to its size. */
  async likeness(template: Template, crop: Raster): Promise<number> {
    const { sizes } = template;
    const size = sizes[sizes.length - 1];
    const maps = await this.scoreLevel(template, size, size, crop);
    return maps[maps.length - 1].scores[0];
  }

  async dispose(): Promise<void> {
    for (const executable of this.#programs.values()) await executable.dispose();
    this.#programs.clear();
    await this.runtime.dispose();
  }

  /** The program used longest ago goes first. */
  async #load(key: string, make: () => Parameters<Runtime['load']>[0]): Promise<Executable> {
    let executable = this.#programs.get(key);
    if (executable) this.#programs.delete(key);
    else {
      executable = await this.runtime.load(make());
      executable.setState(this.model.parameters);
    }
    this.#programs.set(key, executable);
    for (const [oldest, old] of this.#programs) {
      if (this.#programs.size <= MOST_KEPT) break;
      this.#programs.delete(oldest);
      await old.dispose();
    }
    return executable;
  }
}

/** Length of the mean of unit vectors. */
function meanLength(cells: Float32Array): number {
  const sums = new Float64Array(FEATURES);
  for (let i = 0; i < cells.length; i++) sums[i % FEATURES] += cells[i];
  return (Math.hypot(...sums) * FEATURES) / cells.length;
}

/** Numbers 0…1; what lies beyond the raster repeats its edge. */
function toInput({ data, width, height }: Raster, padded: PictureSize): Float32Array {
  const input = new Float32Array(padded.width * padded.height * 3);
  for (let y = 0, at = 0; y < padded.height; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0; x < padded.width; x++, at += 3) {
      const from = (row + Math.min(x, width - 1)) * 3;
      input[at] = data[from] / 255;
      input[at + 1] = data[from + 1] / 255;
      input[at + 2] = data[from + 2] / 255;
    }
  }
  return input;
}
