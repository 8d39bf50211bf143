import type { Box } from '../../core/search/box';
import { note, NoteError } from '../../core/dataset/note';
import { searchMessages as messages } from '../../core/search/messages';
import type { PictureSize } from '../decode/header';
import { FIELD, STRIDE } from './cropEncoder';

/** The region is looked at as if its area were the square of this many pixels. */
export const TEMPLATE_SIDE = 64;
/** Below this a side has too few cells to say anything. */
const LEAST_SIDE = FIELD + 2 * STRIDE;
/** A region that would have to be enlarged more has no detail to look for. */
const MOST_ENLARGED = 3;
export const LEAST_REGION = Math.ceil(LEAST_SIDE / MOST_ENLARGED);
/** Sizes of the region within one level of the pyramid: the sixth root of 2 apart. */
export const STEPS: readonly number[] = [2 ** (-1 / 6), 1, 2 ** (1 / 6)];
/** Levels of the pyramid, the square root of 2 apart: how much larger than in its own image the region is looked for. */
export const LEVELS: readonly number[] = [2 ** -0.5, 1, 2 ** 0.5];
/** A larger picture is not searched at that level. */
const MOST_PIXELS = 6_000_000;

/** @throws NoteError where the region is not in the picture, or too small to be told from others */
export function checkRegion({ x, y, width, height }: Box, picture: PictureSize): void {
  const isInside = x >= 0 && y >= 0 && x + width <= picture.width && y + height <= picture.height;
  if (!isInside) {
    throw new NoteError(note(messages.outside, `${x},${y},${width},${height}`, `${picture.width} × ${picture.height}`));
  }
  if (Math.min(width, height) < LEAST_REGION) {
    throw new NoteError(note(messages.tooSmall, `${width} × ${height}`, `${LEAST_REGION} × ${LEAST_REGION}`));
  }
}

/** Pixels that the networks see for one pixel of the region's image, at level 1. */
export const baseScale = ({ width, height }: PictureSize): number =>
  Math.max(TEMPLATE_SIDE / Math.sqrt(width * height), LEAST_SIDE / (Math.min(width, height) * STEPS[0]));

/** Sizes of the region as the networks see it, one a step. */
export const templateSizes = (region: PictureSize): PictureSize[] =>
  STEPS.map(step => {
    const scale = baseScale(region) * step;
    return { width: Math.round(region.width * scale), height: Math.round(region.height * scale) };
  });

export interface Level extends PictureSize {
  /** Region here ÷ region in its own image, by pixels. */
  readonly ratio: number;
}

/** The sizes at which a picture is searched, the largest first; levels on which the region does not fit are left out. */
export function levelsFor(region: PictureSize, picture: PictureSize): Level[] {
  const smallest = templateSizes(region)[0];
  return LEVELS.map(ratio => {
    const scale = baseScale(region) / ratio;
    return { ratio, width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
  }).filter(({ width, height }) => width * height <= MOST_PIXELS && width >= smallest.width && height >= smallest.height);
}
