import { note, NoteError } from '../../core/dataset/note';

/** The images of one step and what is known of their pairs. */
export interface Batch {
  /** One index of an image per slot. */
  readonly images: Int32Array;
  /** [N, N] weights, row < column: see `losses/loss.ts`. */
  readonly similar: Float32Array;
  readonly different: Float32Array;
}

/**
 * Chooses the images of each step. A batch depends on the seed and the step's number alone, so that a run can be taken up again at any
 * step without keeping more than that number.
 */
export interface Sampler {
  /** Images in every batch. */
  readonly batchSize: number;
  /** Steps in which every image (or pair) has its turn once, on average. */
  readonly stepsPerEpoch: number;
  /** `step` counts from 0. */
  batch(step: number): Batch;
}

/** A data set that can't be learned from; the message (one of `trainingMessages`) tells the user what is missing. */
export class NothingToLearnError extends NoteError {
  override readonly name = 'NothingToLearnError';

  constructor(message: string, ...args: (string | number)[]) {
    super(note(message, ...args));
  }
}
