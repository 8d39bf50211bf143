/** Lets timers, messages and a cancellation through: a loop that only computes, or calls what is synchronous inside, keeps them waiting. */
export const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Lets them through as often as needed, and no more often: a turn of the event loop costs more than a short round of a loop. */
export class Breather {
  #lastMs = performance.now();

  /** @param everyMs how long messages may wait */
  constructor(private readonly everyMs = 40) {}

  /** Waits for a turn of the event loop, if the last one is long enough ago. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#lastMs < this.everyMs) return;
    await breathe();
    this.rested();
  }

  /** There has just been a turn for another reason. */
  rested(): void {
    this.#lastMs = performance.now();
  }
}
