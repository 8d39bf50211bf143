/** Settles with the work, or rejects with the signal's reason as soon as it is aborted; the work itself may end later. */
export const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      // Nobody waits for the work any more, so its failure must not count as unhandled.
      work.catch(() => undefined);
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

/** Runs one job at a time, in the order they came; a failed one does not stop the next. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(job, job);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Work that gives way to what is more urgent. */
export class YieldingWork {
  #running: AbortController | undefined;

  /** Ends what is under way. */
  overtake(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  /** @returns null where it was overtaken, by other work of its kind too */
  async run<T>(signal: AbortSignal, job: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.overtake();
    const own = new AbortController();
    this.#running = own;
    try {
      return await job(AbortSignal.any([signal, own.signal]));
    } catch (error) {
      if (own.signal.aborted && !signal.aborted) return null;
      throw error;
    } finally {
      if (this.#running === own) this.#running = undefined;
    }
  }
}
