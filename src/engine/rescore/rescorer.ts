import type { Candidates, Progress } from '../index/candidates';
import type { SignatureTable } from '../descriptor/signatureTable';

/** The second half of the search: exact and slower. Its distances are the ones shown and thresholded. */
export interface PairRescorer {
  /** Pairs further apart than this are not listed. */
  readonly radius: number;
  /**
   * The distance of each candidate, in order, in [0, 1]; 1 where two pictures can't be brought together.
   * The same at any number of threads. @throws the signal's reason when aborted.
   */
  score(table: SignatureTable, candidates: Candidates, onProgress: Progress, signal: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}
