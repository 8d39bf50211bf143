import type { Raster } from '../decode/raster';
import { resampleWindow } from '../descriptor/resample';
import type { Box } from '../descriptor/trim';

/** Side of the picture that the starter encoder looks at. */
export const STARTER_SIDE = 64;
/** Bytes of one such picture: rows, columns, RGB. */
export const STARTER_INPUT_BYTES = STARTER_SIDE * STARTER_SIDE * 3;

/** Makes the starter encoder's input from the raster that signatures are made of. Holds scratch memory for one thread. */
export class StarterInput {
  readonly #plane: Float32Array;
  readonly #small = new Float32Array(STARTER_SIDE * STARTER_SIDE);
  readonly #scratch: Float32Array;

  /** @param side of the rasters */
  constructor(private readonly side: number) {
    this.#plane = new Float32Array(side * side);
    this.#scratch = new Float32Array(side * STARTER_SIDE);
  }

  /** The window inside plain borders, squeezed to a square; whole numbers, so that it is the same everywhere. */
  write(raster: Raster, box: Box, target: Uint8Array | Float32Array, offset = 0): void {
    for (let channel = 0; channel < 3; channel++) {
      for (let i = 0, at = channel; i < this.#plane.length; i++, at += 3) this.#plane[i] = raster.data[at];
      resampleWindow(this.#plane, this.side, box, STARTER_SIDE, this.#small, this.#scratch);
      for (let i = 0, at = offset + channel; i < this.#small.length; i++, at += 3) target[at] = Math.round(this.#small[i]);
    }
  }
}
