import type { Calibration } from '../../../core/checks/identityJudge';
import type { Weights } from '../../training/fit';
import type { Medium } from './medium';

/** One network, and what it makes of all references. */
export interface KnownNetwork {
  readonly weights: Weights;
  /** References × size; vectors have length 1. */
  readonly vectors: Float32Array;
}

/** All that files are verified against: kept in memory after learning, or stored. */
export interface KnownReferences {
  readonly medium: Medium;
  /** Names of the identities, by their numbers. */
  readonly names: readonly string[];
  /** For each identity the number of the network that has not seen it, which judges its files. */
  readonly networkOf: Int32Array;
  readonly networks: readonly KnownNetwork[];
  /** Paths below the folder that was learned from, with "/". */
  readonly paths: readonly string[];
  /** The identity's number of each reference. */
  readonly identities: Int32Array;
  /** Whether distances are set against those of strangers: where there are enough of these. */
  readonly isStandardized: boolean;
  readonly calibration: Calibration;
}
