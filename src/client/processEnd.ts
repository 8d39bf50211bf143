/**
 * That a process has ended, for those who wait for its answers. A promise would do, but `Promise.race` against one that lives as long as the
 * process keeps every answer that was ever raced with it.
 */
export class ProcessEnd {
  readonly #waiting = new Set<(error: Error) => void>();
  #error: Error | undefined;

  /** How it ended; undefined while it runs. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Whoever waits is told, and whoever comes later; only the first word counts. */
  tell(error: Error): void {
    if (this.#error) return;
    this.#error = error;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  /** Rejects once the process ends. */
  unless<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#error) {
        answer.catch(() => undefined);
        reject(this.#error);
        return;
      }
      this.#waiting.add(reject);
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  /** Resolves once it has ended. */
  async wait(): Promise<void> {
    await this.unless(new Promise<never>(() => undefined)).catch(() => undefined);
  }
}
