import type { Box } from '../../core/search/box';
import { overlap } from '../../core/search/box';
import type { PictureSize } from '../decode/header';
import type { Raster } from '../decode/raster';
import type { Peak } from './peaks';
import { SAME } from './peaks';
import type { PixelMatcher } from './pixelMatch';
import { POINTS_SIDE } from './pixelMatch';
import { resizeRaster } from './resizeRaster';
import { LEVELS } from './searchPlan';

/** Of so many places the pixels are compared. */
export const LOOKED_AT = 8;
/** How much the pixels say in a place's score; the rest is the network's. */
const PIXELS_SHARE = 0.5;

/**
 * Places that the network found, judged again by their pixels, best first: boxes moved and sized to where these fit best, scores the mean of the
 * network's and their correlation. The network knows a place by its look, also in another light or partly hidden, but its cells are too coarse to
 * tell one period of a pattern from the next, or the exact size; the pixels tell both.
 * @param region in its own image's pixels; @param own the picture's size, that of the peaks; @param raster shows all of it
 */
export function confirmPeaks(
  peaks: readonly Peak[],
  pixels: PixelMatcher,
  { region, own, raster }: { readonly region: PictureSize; readonly own: PictureSize; readonly raster: Raster },
): Peak[] {
  const side = Math.sqrt(region.width * region.height);
  const shrunk = new Map<number, Raster>();
  /** The picture, so small that a region found at that ratio has about {@link POINTS_SIDE}² pixels. */
  const rasterAt = (ratio: number): Raster => {
    let small = shrunk.get(ratio);
    if (!small) {
      const length = (pixels: number): number => Math.max(1, Math.round((pixels * POINTS_SIDE) / (side * ratio)));
      small = resizeRaster(raster, { width: length(own.width), height: length(own.height) });
      shrunk.set(ratio, small);
    }
    return small;
  };
  const judged = peaks.map(({ box, score }): Peak => {
    const small = rasterAt(nearestLevel(Math.sqrt(box.width * box.height) / side));
    const [sx, sy] = [small.width / own.width, small.height / own.height];
    const { box: found, correlation } = pixels.refined(small, scaled(box, sx, sy));
    return { box: scaled(found, 1 / sx, 1 / sy), score: (1 - PIXELS_SHARE) * score + PIXELS_SHARE * correlation };
  });
  judged.sort((a, b) => b.score - a.score);
  // Two places may have moved to the same one.
  return judged.filter(({ box }, i) => judged.slice(0, i).every(better => overlap(better.box, box) <= SAME));
}

const nearestLevel = (ratio: number): number =>
  LEVELS.reduce((best, level) => (Math.abs(Math.log(level / ratio)) < Math.abs(Math.log(best / ratio)) ? level : best));

const scaled = ({ x, y, width, height }: Box, sx: number, sy: number): Box => ({
  x: x * sx,
  y: y * sy,
  width: width * sx,
  height: height * sy,
});
