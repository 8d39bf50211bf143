import type { TrainPoint } from '../../protocol/training';

/** The points of a training's curves: at most `most`, spread evenly over the whole of it, the newest always last. */
export class Curve {
  #points: TrainPoint[];
  /** One point in so many is kept. */
  #every = 1;
  #count = 0;
  #newest: TrainPoint | undefined;

  constructor(
    earlier: readonly TrainPoint[] = [],
    private readonly most = 500,
  ) {
    this.#points = [...earlier];
    this.#count = earlier.length;
  }

  add(point: TrainPoint): void {
    this.#newest = point;
    if (this.#count++ % this.#every === 0) this.#points.push(point);
    if (this.#points.length < this.most) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  /** A copy. */
  get points(): readonly TrainPoint[] {
    const last = this.#points.at(-1);
    return this.#newest && this.#newest !== last ? [...this.#points, this.#newest] : [...this.#points];
  }
}
