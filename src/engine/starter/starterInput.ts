import type { Raster } from '../decode/raster';
import { axisTaps } from '../descriptor/resample';
import type { Box } from '../descriptor/trim';

/** Side of the picture that the starter encoder looks at. */
export const STARTER_SIDE = 64;
/** Bytes of one such picture: rows, columns, RGB. */
export const STARTER_INPUT_BYTES = STARTER_SIDE * STARTER_SIDE * 3;

const ROW = STARTER_SIDE * 3;

/** Makes the starter encoder's input from the raster that signatures are made of. Holds scratch memory for one thread. */
export class StarterInput {
  readonly #narrowed: Float32Array;
  readonly #row = new Float32Array(ROW);

  /** @param side of the rasters */
  constructor(private readonly side: number) {
    this.#narrowed = new Float32Array(side * ROW);
  }

  /** The window inside plain borders, squeezed to a square; whole numbers, so that it is the same everywhere. */
  write({ data }: Raster, box: Box, target: Uint8Array | Float32Array, offset = 0): void {
    const { side } = this;
    const across = axisTaps(side, box.left, box.right, STARTER_SIDE);
    const down = axisTaps(side, box.top, box.bottom, STARTER_SIDE);
    const narrowed = this.#narrowed;
    // `resampleWindow` with its sums in the same order, all channels at once.
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = 0, at = y * ROW, weightAt = 0; x < STARTER_SIDE; x++, at += 3, weightAt += across.width) {
        let from = (y * side + across.first[x]) * 3;
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let k = 0; k < across.width; k++, from += 3) {
          const weight = across.weights[weightAt + k];
          red += data[from] * weight;
          green += data[from + 1] * weight;
          blue += data[from + 2] * weight;
        }
        narrowed[at] = red;
        narrowed[at + 1] = green;
        narrowed[at + 2] = blue;
      }
    }
    const row = this.#row;
    for (let y = 0, at = offset; y < STARTER_SIDE; y++) {
      row.fill(0);
      for (let k = 0; k < down.width; k++) {
        const weight = down.weights[y * down.width + k];
        if (weight === 0) continue;
        const from = Math.min(Math.max(down.first[y] + k, box.top), box.bottom - 1) * ROW;
        for (let i = 0; i < ROW; i++) row[i] += weight * narrowed[from + i];
      }
      for (let i = 0; i < ROW; i++, at++) target[at] = Math.round(row[i]);
    }
  }
}
