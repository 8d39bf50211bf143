/** Boxes of a detection data set: what stands in an image, and where the file says so. */

/** Left, top, width, height. */
export type BoxNumbers = readonly [x: number, y: number, width: number, height: number];

/** A place in a text file; line and column from 1. */
export interface TextPlace {
  /** Below the root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface LabelBox {
  readonly label: string;
  readonly box: BoxNumbers;
  /** `share`: of the image's sides, 0…1. */
  readonly unit: 'share' | 'pixel';
  readonly at: TextPlace;
}

/** How far beyond the image's sides a box may reach, as a share of them, before it is worth a word: writers round. */
const tolerance = 0.01;

/** How a box lies in an image of a size, in the box's unit. */
export function boxFit(
  [x, y, width, height]: BoxNumbers,
  [sideX, sideY]: readonly [number, number],
): 'inside' | 'reaches-out' | 'outside' {
  if (x >= sideX || y >= sideY || x + width <= 0 || y + height <= 0) return 'outside';
  const isInside =
    x >= -tolerance * sideX &&
    y >= -tolerance * sideY &&
    x + width <= (1 + tolerance) * sideX &&
    y + height <= (1 + tolerance) * sideY;
  return isInside ? 'inside' : 'reaches-out';
}

/** The pixels of an image that a box covers, at least one each way; undefined where it covers none. */
export function boxPixels(
  { box, unit }: Pick<LabelBox, 'box' | 'unit'>,
  image: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } | undefined {
  if (boxFit(box, unit === 'share' ? [1, 1] : [image.width, image.height]) === 'outside') return undefined;
  const [scaleX, scaleY] = unit === 'share' ? [image.width, image.height] : [1, 1];
  const [x, y, width, height] = box;
  const left = Math.min(image.width - 1, Math.max(0, Math.round(x * scaleX)));
  const top = Math.min(image.height - 1, Math.max(0, Math.round(y * scaleY)));
  const right = Math.min(image.width, Math.max(left + 1, Math.round((x + width) * scaleX)));
  const bottom = Math.min(image.height, Math.max(top + 1, Math.round((y + height) * scaleY)));
  return { left, top, width: right - left, height: bottom - top };
}
