import type { Raster } from '../decode/raster';

/** A window of a raster in pixels; `right` and `bottom` are exclusive. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A pixel belongs to a plain line when no channel is further than this from the line's colour (JPEG noise is about ±6). */
const TOLERANCE = 12;
/** Share of a line's pixels that may disagree: specks and compression artefacts. */
const OUTLIERS = 0.02;
/** The trimmed picture keeps at least this share of the side, or it would show nothing but noise. */
const SMALLEST_SHARE = 0.2;
const ROUNDS = 4;

/**
 * Finds the window inside plain borders: letterbox bars, frames of any colour and unequal widths, margins around an object.
 * Each side is cut while its outermost line is one plain colour, the same as the first line cut in this round; then one line
 * more, since resampling mixes the border's inner edge with the picture. Repeated, so a margin inside a frame goes too.
 */
export function findContentBox({ width, height, data }: Raster): Box {
  const box: Box = { left: 0, top: 0, right: width, bottom: height };
  const smallestWidth = Math.max(1, Math.ceil(width * SMALLEST_SHARE));
  const smallestHeight = Math.max(1, Math.ceil(height * SMALLEST_SHARE));
  const colour = [0, 0, 0];

  /** Is this line of pixels one colour, and that of the border so far? Sets the colour on the first line. */
  const isPlain = (start: number, step: number, length: number, first: boolean): boolean => {
    if (first) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let i = 0, at = start + c; i < length; i++, at += step) sum += data[at];
        colour[c] = sum / length;
      }
    }
    let outliers = length * OUTLIERS;
    for (let i = 0, at = start; i < length; i++, at += step) {
      const far =
        Math.abs(data[at] - colour[0]) > TOLERANCE ||
        Math.abs(data[at + 1] - colour[1]) > TOLERANCE ||
        Math.abs(data[at + 2] - colour[2]) > TOLERANCE;
      if (far && --outliers < 0) return false;
    }
    return true;
  };

  const row = (y: number, first: boolean): boolean => isPlain((y * width + box.left) * 3, 3, box.right - box.left, first);
  const column = (x: number, first: boolean): boolean =>
    isPlain((box.top * width + x) * 3, width * 3, box.bottom - box.top, first);

  for (let round = 0; round < ROUNDS; round++) {
    const before = { ...box };
    while (box.bottom - box.top > smallestHeight && row(box.top, box.top === before.top)) box.top++;
    while (box.bottom - box.top > smallestHeight && row(box.bottom - 1, box.bottom === before.bottom)) box.bottom--;
    while (box.right - box.left > smallestWidth && column(box.left, box.left === before.left)) box.left++;
    while (box.right - box.left > smallestWidth && column(box.right - 1, box.right === before.right)) box.right--;
    const unchanged =
      box.top === before.top && box.bottom === before.bottom && box.left === before.left && box.right === before.right;
    if (unchanged) break;
    if (box.top > before.top && box.bottom - box.top > smallestHeight) box.top++;
    if (box.bottom < before.bottom && box.bottom - box.top > smallestHeight) box.bottom--;
    if (box.left > before.left && box.right - box.left > smallestWidth) box.left++;
    if (box.right < before.right && box.right - box.left > smallestWidth) box.right--;
  }
  return box;
}
