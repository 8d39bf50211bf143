import { mixSeed } from './epochs';
import { SeededRandom } from './random';

const POOL_SIZE = 1 << 18;

/**
 * Standard normal numbers in bulk: drawn once, then copied in pieces from random places. A noisy layer asks for millions a step, and
 * drawing each afresh would take longer than the step.
 */
export class NormalPool {
  readonly #pool: Float32Array;

  constructor(seed: number) {
    const random = new SeededRandom(mixSeed(seed, 0x9001));
    this.#pool = Float32Array.from({ length: POOL_SIZE }, () => random.normal());
  }

  /** `count` numbers; which ones depends on `random` alone. */
  draw(count: number, random: SeededRandom): Float32Array {
    const result = new Float32Array(count);
    // Pieces shorter than the pool, so that long draws are no plain repetition of it.
    for (let at = 0; at < count;) {
      const start = random.integer(POOL_SIZE);
      const length = Math.min(count - at, POOL_SIZE - start, POOL_SIZE >> 4);
      result.set(this.#pool.subarray(start, start + length), at);
      at += length;
    }
    return result;
  }
}
