import type { Shape3 } from '../../model/layers/layer';
import type { SeededRandom } from '../../samplers/random';

/** Signs five wide and seven high, drawn for this program: strokes as letters, digits and Chinese characters have them. */
const DRAWN = [
  '.###. #...# #...# ##### #...# #...# #...#',
  '####. #...# ####. #...# #...# #...# ####.',
  '.#### #.... #.... #.... #.... #.... .####',
  '##### #.... ###.. #.... #.... #.... #####',
  '#...# #...# ##### #...# #...# #...# #...#',
  '##### ..#.. ..#.. ..#.. ..#.. ..#.. #####',
  '#.... #.... #.... #.... #.... #.... #####',
  '#...# ##.## #.#.# #.#.# #...# #...# #...#',
  '#...# ##..# #.#.# #..## #...# #...# #...#',
  '.###. #...# #...# #...# #...# #...# .###.',
  '####. #...# #...# ####. #.... #.... #....',
  '.#### #.... .###. ....# ....# #...# .###.',
  '##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..',
  '#...# #...# .#.#. ..#.. .#.#. #...# #...#',
  '..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.',
  '.###. #...# ....# ..##. .#... #.... #####',
  '..... ..... .###. ....# .#### #...# .####',
  '#.... #.... #.##. ##..# #...# #...# ####.',
  '..... ..... .###. #...# ##### #.... .###.',
  '..... ..... #.##. ##..# #...# #...# #...#',
  '..#.. ##### #.#.# ##### ..#.. ..#.. ..#..',
  '##### ..#.. .###. ..#.. ##### .#.#. #...#',
  '..... ..... ..... ##### ..... ..... .....',
];
const [COLUMNS, ROWS, ADVANCE] = [5, 7, 6];
const BLANK = -1;

/** One bit a cell, the lowest the upper left one. */
const GLYPHS = DRAWN.map(rows =>
  BigInt(
    `0b${[...rows.replaceAll(' ', '')]
      .reverse()
      .map(c => Number(c === '#'))
      .join('')}`,
  ),
);
const CELLS = GLYPHS.map(bits => Uint8Array.from({ length: COLUMNS * ROWS }, (_, i) => Number((bits >> BigInt(i)) & 1n)));

/** A line of writing: signs, −1 a gap between words. */
export type Line = readonly number[];

/** Words of two to seven signs. */
export function anyLine(signs: number, random: SeededRandom): Line {
  const line: number[] = [];
  for (let left = 2 + random.integer(6); line.length < signs; left--) {
    if (left === 0) {
      line.push(BLANK);
      left = 3 + random.integer(6);
    } else line.push(random.integer(CELLS.length));
  }
  return line;
}

/** Width of a line whose letters are `size` high. */
export const lineWidth = (line: Line, size: number): number => ((line.length * ADVANCE - 1) * size) / ROWS;

export interface Ink {
  readonly colour: Float32Array;
  /** 0…1: how much of what lies below is covered. */
  readonly cover: number;
}

/**
 * Writes a line with its upper left corner at (top, left), letters `size` pixels high, `slope` pixels down for each to the right. What
 * reaches out of the image is cut off. Signs smaller than their cells are thinned, which looks like small print.
 */
export function write(
  pixels: Float32Array,
  offset: number,
  [height, width, channels]: Shape3,
  line: Line,
  place: { readonly top: number; readonly left: number; readonly size: number; readonly slope?: number },
  ink: Ink,
): void {
  const { top, left, size, slope = 0 } = place;
  const cell = size / ROWS;
  const end = Math.min(width - 1, Math.floor(left + lineWidth(line, size)));
  for (let x = Math.max(0, Math.ceil(left)); x <= end; x++) {
    const along = (x - left) / cell;
    const sign = line[Math.floor(along / ADVANCE)];
    const column = Math.floor(along % ADVANCE);
    if (sign === undefined || sign === BLANK || column >= COLUMNS) continue;
    const start = top + slope * (x - left);
    const last = Math.min(height - 1, Math.ceil(start + size) - 1);
    for (let y = Math.max(0, Math.ceil(start)); y <= last; y++) {
      const row = Math.min(ROWS - 1, Math.floor((y - start) / cell));
      if (CELLS[sign][row * COLUMNS + column] === 0) continue;
      const at = offset + (y * width + x) * channels;
      for (let c = 0; c < channels; c++) pixels[at + c] += (ink.colour[c] - pixels[at + c]) * ink.cover;
    }
  }
}
