import type { Note } from '../../core/dataset/note';
import type { Model, ModelDescription } from '../model/modelFile';
import type { Runtime } from '../runtime/runtime';
import type { PairList } from '../samplers/pairSampler';
import type { ImageSource } from '../training/images';
import type { Split } from '../training/split';

/** What calibration may look at: all that was there for the training, and the trained model. */
export interface CalibrationInput {
  readonly model: Model;
  readonly runtime: Runtime;
  /** The different pictures of the data set. */
  readonly images: ImageSource;
  readonly labels?: Int32Array;
  /** Verdicts of the model's relation that the model did not learn from, where it learned from some. */
  readonly heldBackPairs?: PairList;
  /** In their place: distances of such verdicts that are known already, and what was said (1: similar). */
  readonly heldBackDistances?: { readonly distance: Float32Array; readonly similar: Uint8Array };
  /** Near-duplicates have equal numbers. */
  readonly groups: Int32Array;
  readonly split: Split;
}

/** What a model file says of its distances, and what is odd about it. */
export interface FoundCalibration extends Pick<ModelDescription, 'threshold' | 'calibration'> {
  readonly notes?: readonly Note[];
}

/** Finds a model's default threshold, and which probability belongs to which distance. Rejects with the signal's reason when aborted. */
export type CalibrateModel = (
  input: CalibrationInput,
  onProgress: (share: number) => void,
  signal: AbortSignal,
) => Promise<FoundCalibration>;
