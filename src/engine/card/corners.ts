import { GREY_SIDE, OFFSET_GREY } from '../descriptor/layout';

/** Cells of a corner, each way, and the pixels of a cell. */
const CELLS = 3;
const CELL_SIDE = 4;

/** The four corners of a signature's grey plane, each a quarter of a side wide: 4 × 9 mean grey levels. Shows watermarks, frames, backgrounds. */
export function cornersOf(signature: Uint8Array): Float32Array {
  const corners = new Float32Array(4 * CELLS * CELLS);
  const far = GREY_SIDE - CELLS * CELL_SIDE;
  let at = 0;
  for (const top of [0, far]) {
    for (const left of [0, far]) {
      for (let row = 0; row < CELLS; row++) {
        for (let column = 0; column < CELLS; column++) {
          corners[at++] = cellMean(signature, left + column * CELL_SIDE, top + row * CELL_SIDE);
        }
      }
    }
  }
  return corners;
}

function cellMean(signature: Uint8Array, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + CELL_SIDE; y++) {
    for (let x = left; x < left + CELL_SIDE; x++) sum += signature[OFFSET_GREY + y * GREY_SIDE + x];
  }
  return sum / CELL_SIDE ** 2;
}
