/** Lets messages (a cancellation) through: a runtime's call is synchronous inside, so none would ever arrive by itself. */
export class Breather {
  #lastMs = performance.now();

  constructor(private readonly everyMs = 40) {}

  /** Waits for a turn of the event loop, if the last one is long enough ago. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#lastMs < this.everyMs) return;
    await new Promise(resolve => setImmediate(resolve));
    this.#lastMs = performance.now();
  }
}
