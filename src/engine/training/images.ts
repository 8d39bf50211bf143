import type { Shape3 } from '../model/layers/layer';
import type { SeededRandom } from '../samplers/random';

/** Where a run's images come from: already of the network's size. */
export interface ImageSource {
  readonly count: number;
  readonly shape: Shape3;
  /** Writes image `index`, numbers 0…1, at `offset`. */
  read(index: number, into: Float32Array, offset: number): void;
}

/** Images in memory, one byte a number: 50,000 of 28×28 take 39 MB. */
export class ByteImages implements ImageSource {
  readonly count: number;
  readonly #size: number;

  constructor(
    private readonly bytes: Uint8Array,
    readonly shape: Shape3,
  ) {
    this.#size = shape[0] * shape[1] * shape[2];
    this.count = Math.floor(bytes.length / this.#size);
  }

  read(index: number, into: Float32Array, offset: number): void {
    const start = index * this.#size;
    for (let i = 0; i < this.#size; i++) into[offset + i] = this.bytes[start + i] / 255;
  }
}

/** Some of another source's images, under new numbers. */
export class SubsetImages implements ImageSource {
  readonly count: number;
  readonly shape: Shape3;

  constructor(
    private readonly source: ImageSource,
    private readonly chosen: ArrayLike<number>,
  ) {
    this.count = chosen.length;
    this.shape = source.shape;
  }

  read(index: number, into: Float32Array, offset: number): void {
    this.source.read(this.chosen[index], into, offset);
  }
}

/** Alters the image at `offset` in place, differently each time. */
export type Alteration = (pixels: Float32Array, offset: number, shape: Shape3, random: SeededRandom) => void;

/** Left and right exchanged, every other time. */
export const mirrorAtRandom: Alteration = (pixels, offset, [height, width, channels], random) => {
  if (random.next() < 0.5) return;
  for (let y = 0; y < height; y++) {
    const row = offset + y * width * channels;
    for (let x = 0; x < width >> 1; x++) {
      for (let c = 0; c < channels; c++) {
        const [left, right] = [row + x * channels + c, row + (width - 1 - x) * channels + c];
        [pixels[left], pixels[right]] = [pixels[right], pixels[left]];
      }
    }
  }
};

/** Moved by up to `reach` pixels each way, black where nothing was. */
export const shiftAtRandom =
  (reach: number): Alteration =>
  (pixels, offset, [height, width, channels], random) => {
    const [dy, dx] = [random.integer(2 * reach + 1) - reach, random.integer(2 * reach + 1) - reach];
    if (dy === 0 && dx === 0) return;
    const source = pixels.slice(offset, offset + height * width * channels);
    pixels.fill(0, offset, offset + source.length);
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      const from = Math.max(0, -dx);
      const to = Math.min(width, width - dx);
      const row = source.subarray((y * width + from) * channels, (y * width + to) * channels);
      pixels.set(row, offset + ((y + dy) * width + from + dx) * channels);
    }
  };
