import { exitCodes } from './usageError';

/** Runs what must be undone when Ctrl+C ends the program: at once, synchronously, newest first. */
export class Interruption {
  readonly #cleanUps = new Set<() => void>();
  #request: (() => void) | undefined;

  constructor() {
    const end = () => {
      const request = this.#request;
      if (request) {
        this.#request = undefined;
        request();
        return;
      }
      this.cleanUp();
      process.exit(exitCodes.interrupted);
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  }

  /** @returns a function that forgets it again. */
  add(cleanUp: () => void): () => void {
    this.#cleanUps.add(cleanUp);
    return () => void this.#cleanUps.delete(cleanUp);
  }

  /**
   * The first Ctrl+C only asks for an end, so that what was reached can be saved; the second one ends the program as ever.
   *
   * @returns a function that takes this back
   */
  askFirst(request: () => void): () => void {
    this.#request = request;
    return () => {
      if (this.#request === request) this.#request = undefined;
    };
  }

  /** Runs and forgets all; what fails is no reason to leave the others out. */
  cleanUp(): void {
    for (const cleanUp of [...this.#cleanUps].reverse()) {
      try {
        cleanUp();
      } catch {
        // Nothing is left to do about it.
      }
    }
    this.#cleanUps.clear();
  }
}
