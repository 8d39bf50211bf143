import type { Box } from '../../core/search/box';
import type { PictureSize } from '../decode/header';
import type { Raster } from '../decode/raster';
import type { CropSearcher, Template } from './cropSearcher';
import { cutRaster } from './cutRaster';
import type { Peak, ScoreMap } from './peaks';
import { findPeaks } from './peaks';
import { baseScale } from './searchPlan';
import { wholeBox } from './wholeBox';

/** Where the region is in a frame, or that it is not there. */
export interface Sight {
  readonly status: 'tracked' | 'lost';
  /** Whole pixels, cut at the frame's edges; only where it was tracked. */
  readonly box?: Box;
  readonly score: number;
}

export interface TrackerLimits {
  /** Below this score the region counts as hidden. */
  readonly hold: number;
  /** From this score on it is found again anywhere in the frame. */
  readonly find: number;
}

/** Room around the last box, of its side, that the region may move within from one frame to the next. */
const ROOM = 0.8;
/** Weight of a cosine window that prefers the last place: the `window influence` of Bertinetto et al. 2016, section 4.1. */
const NEARNESS = 0.12;
/** How much of a new size is taken over: the paper's damping factor. */
const SIZE_SHARE = 0.6;
/** Size at most so many times that of the first frame, or as many times smaller. */
const MOST_GROWN = 6;

/**
 * Follows a region from frame to frame by correlating it with what lies around its last place, as in Bertinetto et al., "Fully-convolutional
 * Siamese networks for object tracking", 2016; where it is hidden, it is looked for in the whole of the next frames.
 */
export class Tracker {
  /** Unrounded; the last place where it was seen. */
  #box: Box;
  #isLost = false;

  private constructor(
    private readonly searcher: CropSearcher,
    private readonly template: Template,
    private frame: PictureSize,
    box: Box,
    private readonly limits: TrackerLimits,
  ) {
    this.#box = box;
  }

  /** @param frame the first one, all of it, of any size; @param box in its pixels */
  static async start(searcher: CropSearcher, frame: Raster, box: Box, limits: TrackerLimits): Promise<Tracker> {
    const template = await searcher.template(box, cutRaster(frame, box));
    return new Tracker(searcher, template, frame, box, limits);
  }

  /** Looks at the next frame. One of another size is taken for the same view, scaled. */
  async next(frame: Raster): Promise<Sight> {
    this.#rescale(frame);
    const near = await this.#near(frame);
    if (!this.#isLost && near && near.score >= this.limits.hold) return this.#seen(near, frame);
    // By the network alone, as near the last place: what is partly hidden or turned has other pixels.
    const { peaks } = await this.searcher.places(this.#scaledTemplate(), frame, frame, 1);
    const anywhere = peaks.at(0);
    const best = near && (!anywhere || near.score >= anywhere.score) ? near : anywhere;
    if (best && best.score >= this.limits.find) {
      if (this.#isLost) this.#box = best.box;
      return this.#seen(best, frame);
    }
    this.#isLost = true;
    return { status: 'lost', score: Math.max(0, best?.score ?? 0) };
  }

  #rescale(frame: PictureSize): void {
    const [sx, sy] = [frame.width / this.frame.width, frame.height / this.frame.height];
    const { x, y, width, height } = this.#box;
    this.#box = { x: x * sx, y: y * sy, width: width * sx, height: height * sy };
    this.frame = { width: frame.width, height: frame.height };
  }

  /** The template, as if the region had been marked at its present size. */
  #scaledTemplate(): Template {
    const { region } = this.template;
    const scale = Math.sqrt((this.#box.width * this.#box.height) / (region.width * region.height));
    return { ...this.template, region: { width: region.width * scale, height: region.height * scale } };
  }

  /** The best place around the last one. */
  async #near(frame: Raster): Promise<Peak | undefined> {
    const box = this.#box;
    const side = Math.sqrt(box.width * box.height) * ROOM;
    const window = {
      x: Math.round(box.x - side),
      y: Math.round(box.y - side),
      width: Math.round(box.width + 2 * side),
      height: Math.round(box.height + 2 * side),
    };
    if (window.width < 2 || window.height < 2) return undefined;
    const scale = baseScale(this.#scaledTemplate().region);
    const level = { width: Math.round(window.width * scale), height: Math.round(window.height * scale) };
    const maps = await this.searcher.scoreLevel(this.template, window, level, cutRaster(frame, window));
    const middle = { x: box.x + box.width / 2 - window.x, y: box.y + box.height / 2 - window.y };
    const [best] = findPeaks(
      maps.map(map => nearer(map, middle, side)),
      1,
      -1,
    );
    if (!best) return undefined;
    // Without what nearness added.
    const score = scoreAt(maps, best.box);
    return { box: { ...best.box, x: best.box.x + window.x, y: best.box.y + window.y }, score };
  }

  #seen({ box, score }: Peak, frame: PictureSize): Sight {
    const { region } = this.template;
    const grown = (length: number, first: number): number => Math.max(first / MOST_GROWN, Math.min(first * MOST_GROWN, length));
    const share = this.#isLost ? 1 : SIZE_SHARE;
    const damped = (old: number, now: number): number => old ** (1 - share) * now ** share;
    const width = grown(damped(this.#box.width, box.width), region.width);
    const height = grown(damped(this.#box.height, box.height), region.height);
    const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
    this.#box = { x: middleX - width / 2, y: middleY - height / 2, width, height };
    this.#isLost = false;
    return { status: 'tracked', box: wholeBox(this.#box, frame), score: Math.max(0, Math.min(1, score)) };
  }
}

/** The scores, less where the middle lies far from the given one. */
function nearer(map: ScoreMap, middle: { readonly x: number; readonly y: number }, reach: number): ScoreMap {
  const wave = (away: number): number => 0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, Math.abs(away) / reach));
  const scores = map.scores.map((score, at) => {
    const x = (at % map.columns) * map.stepX + map.width / 2;
    const y = Math.floor(at / map.columns) * map.stepY + map.height / 2;
    return (1 - NEARNESS) * score + NEARNESS * wave(x - middle.x) * wave(y - middle.y);
  });
  return { ...map, scores };
}

/** The score at the place and size nearest to a box. */
function scoreAt(maps: readonly ScoreMap[], box: Box): number {
  let nearest = maps[0];
  for (const map of maps) if (Math.abs(map.width - box.width) < Math.abs(nearest.width - box.width)) nearest = map;
  const place = (at: number, step: number, most: number): number => Math.max(0, Math.min(most - 1, Math.round(at / step)));
  const column = place(box.x + (box.width - nearest.width) / 2, nearest.stepX, nearest.columns);
  const row = place(box.y + (box.height - nearest.height) / 2, nearest.stepY, nearest.rows);
  return nearest.scores[row * nearest.columns + column];
}
