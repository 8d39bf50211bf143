import type { BatchPairs } from '../losses/loss';

export const MINER_NAMES = ['all', 'hard', 'semi-hard'] as const;
export type MinerName = (typeof MINER_NAMES)[number];

/** Chooses the pairs of a batch that the loss looks at, by new weights; part of the compiled step. No gradient flows through a choice. */
export interface Miner {
  readonly name: MinerName;
  select(pairs: BatchPairs): BatchPairs;
}
