/**
 * Lets jobs run while the sum of their weights stays within `capacity`; a job heavier than that runs alone. First come, first
 * served, so a heavy job is never starved by light ones.
 */
export class WeightedLimiter {
  readonly #capacity: number;
  #used = 0;
  readonly #waiting: { readonly weight: number; readonly start: () => void }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async run<T>(weight: number, job: () => Promise<T>): Promise<T> {
    const held = Math.min(weight, this.#capacity);
    if (this.#waiting.length > 0 || this.#used + held > this.#capacity) {
      await new Promise<void>(start => this.#waiting.push({ weight: held, start }));
    } else {
      this.#used += held;
    }
    try {
      return await job();
    } finally {
      this.#used -= held;
      this.#release();
    }
  }

  #release(): void {
    while (this.#waiting.length > 0 && this.#used + this.#waiting[0].weight <= this.#capacity) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#used += next.weight;
      next.start();
    }
  }
}
