import { SeededRandom } from './random';

/** Mixes numbers into one seed. */
export function mixSeed(...parts: readonly number[]): number {
  let seed = 0x9e3779b9;
  for (const part of parts) {
    seed = Math.imul(seed ^ (part >>> 0), 0x85ebca6b);
    seed = Math.imul(seed ^ (seed >>> 13), 0xc2b2ae35);
    seed ^= seed >>> 16;
  }
  return seed >>> 0;
}

/** An endless sequence of the numbers 0 … size − 1: every epoch has each of them once, in an order of its own. */
export class Epochs {
  readonly #orders = new Map<number, Int32Array>();

  constructor(
    readonly size: number,
    private readonly seed: number,
  ) {}

  /** The number at a place of the sequence; any place, in any order of asking. */
  at(place: number): number {
    const epoch = Math.floor(place / this.size);
    return this.#order(epoch)[place - epoch * this.size];
  }

  #order(epoch: number): Int32Array {
    const known = this.#orders.get(epoch);
    if (known) return known;
    // A batch touches two epochs at most.
    if (this.#orders.size > 1) this.#orders.delete(Math.min(...this.#orders.keys()));
    const order = new SeededRandom(mixSeed(this.seed, epoch)).shuffle(Int32Array.from({ length: this.size }, (_, i) => i));
    this.#orders.set(epoch, order);
    return order;
  }
}
