import { exitCodes } from './usageError';

/** Runs what must be undone when Ctrl+C ends the program: at once, synchronously, newest first. */
export class Interruption {
  readonly #cleanUps = new Set<() => void>();

  constructor() {
    const end = () => {
      this.cleanUp();
      process.exit(exitCodes.interrupted);
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  }

  /** @returns a function that forgets it again. */
  add(cleanUp: () => void): () => void {
    this.#cleanUps.add(cleanUp);
    return () => void this.#cleanUps.delete(cleanUp);
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
