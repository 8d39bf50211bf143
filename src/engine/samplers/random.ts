import { nextSeed, numberOf } from '../../core/labeling/random';

/** Random numbers from a seed, whose whole state is one number, so that a checkpoint can carry it. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** What a checkpoint keeps; `new SeededRandom(random.state)` continues where this one is. */
  get state(): number {
    return this.#state;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = nextSeed(this.#state);
    return numberOf(this.#state);
  }

  /** A whole number in [0, limit). */
  integer(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Standard normal, by Box and Muller (1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Fisher–Yates, in place. */
  shuffle<T extends { [index: number]: number; length: number }>(list: T): T {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
}
