import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';

/**
 * What a loss is taken for at least when it is compared with: learning well, it comes near 0, and then one batch of look-alikes of a small
 * data set alone is thousands of times worse. (Seen: 1.15 after 0.0008.)
 */
const LEAST_LOSS = 1e-2;

/** A loss that has left the range of numbers, or grown to many times what it was. */
export class DivergenceGuard {
  #lowest = Infinity;

  constructor(private readonly factor = 1000) {}

  /** The lowest loss seen: what a checkpoint keeps. */
  get lowest(): number {
    return this.#lowest;
  }

  restore(lowest: number): void {
    this.#lowest = lowest;
  }

  /** True if this (unsmoothed) loss can't be a step of the same descent. */
  isDiverged(loss: number): boolean {
    if (!Number.isFinite(loss)) return true;
    this.#lowest = Math.min(this.#lowest, loss);
    return loss > Math.max(this.#lowest, LEAST_LOSS) * this.factor;
  }
}

/** A run that diverged again and again; the message is for the user. */
export class DivergedError extends NoteError {
  override readonly name = 'DivergedError';

  constructor(times: number, step: number) {
    super(note(messages.diverged, times, step));
  }
}
