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

/** Lets messages and cancellation through. */
export const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Runs one job at a time, in the order they came; a failed one does not stop the next. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(job, job);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
