import type { Alteration, ImageSource } from '../training/images';
import type { HostArrays } from '../runtime/runtime';
import { mixSeed } from '../samplers/epochs';
import { SeededRandom } from '../samplers/random';
import { PAIR } from './pairLearner';

export interface ViewPairsOptions {
  readonly images: ImageSource;
  /** Of one image of each group of near-duplicates: no two are one picture. At least two. */
  readonly chosen: Int32Array;
  readonly alterations: readonly Alteration[];
  readonly batch: number;
  readonly seed: number;
}

/** Of so many others at random, the one most like an image is what it is told apart from: a scan's candidates are never far apart. */
const LOOKED_AT = 12;
const THUMBNAIL = 8;

/** Batches of pairs: every other one two altered views of one image, the others views of two images that are somewhat alike. */
export class ViewPairs {
  readonly #thumbnails: Float32Array;
  readonly #size: number;

  constructor(private readonly options: ViewPairsOptions) {
    const { images, chosen } = options;
    this.#size = images.shape.reduce((a, b) => a * b, 1);
    const cells = THUMBNAIL * THUMBNAIL * images.shape[2];
    this.#thumbnails = new Float32Array(chosen.length * cells);
    const pixels = new Float32Array(this.#size);
    chosen.forEach((image, i) => {
      images.read(image, pixels, 0);
      thumbnail(pixels, images.shape, this.#thumbnails.subarray(i * cells, (i + 1) * cells));
    });
  }

  /** The same for a step and seed. */
  of(step: number): HostArrays {
    const { images, chosen, alterations, batch, seed } = this.options;
    const random = new SeededRandom(mixSeed(seed, 0x2c4a, step));
    const [first, second] = [new Float32Array(batch * this.#size), new Float32Array(batch * this.#size)];
    const similar = new Float32Array(batch);
    for (let slot = 0; slot < batch; slot++) {
      const one = random.integer(chosen.length);
      similar[slot] = (slot + 1) % 2;
      const other = similar[slot] ? one : this.#likeness(one, random);
      for (const [into, image] of [
        [first, one],
        [second, other],
      ] as const) {
        images.read(chosen[image], into, slot * this.#size);
        for (const alter of alterations) alter(into, slot * this.#size, images.shape, random);
      }
    }
    return { [PAIR.first]: first, [PAIR.second]: second, [PAIR.similar]: similar };
  }

  #likeness(one: number, random: SeededRandom): number {
    const { chosen } = this.options;
    const cells = this.#thumbnails.length / chosen.length;
    let [nearest, least] = [-1, Infinity];
    for (let k = 0; k < LOOKED_AT; k++) {
      const other = (one + 1 + random.integer(chosen.length - 1)) % chosen.length;
      let sum = 0;
      for (let i = 0; i < cells; i++) sum += (this.#thumbnails[one * cells + i] - this.#thumbnails[other * cells + i]) ** 2;
      if (sum < least) [nearest, least] = [other, sum];
    }
    return nearest;
  }
}

/** Means of a grid's cells. */
function thumbnail(pixels: Float32Array, [height, width, channels]: ImageSource['shape'], into: Float32Array): void {
  const counts = new Float32Array(into.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * THUMBNAIL) / height) * THUMBNAIL + Math.floor((x * THUMBNAIL) / width);
      for (let c = 0; c < channels; c++) {
        into[cell * channels + c] += pixels[(y * width + x) * channels + c];
        counts[cell * channels + c]++;
      }
    }
  }
  into.forEach((sum, i) => (into[i] = sum / Math.max(1, counts[i])));
}
