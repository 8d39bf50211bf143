import type { MinerName } from '../../core/training/names';
import type { BatchPairs } from '../losses/loss';

export type { MinerName };

/** Chooses the pairs of a batch that the loss looks at, by new weights; part of the compiled step. No gradient flows through a choice. */
export interface Miner {
  readonly name: MinerName;
  select(pairs: BatchPairs): BatchPairs;
}
