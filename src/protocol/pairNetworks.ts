/** Networks that look at two pictures at once: they re-score pairs that a scan found (`ScanSettings.rescoreModel`). */
import { RequestType } from 'vscode-jsonrpc';
import type { PairNetworkName, RuntimeName } from '../core/training/names';
import type { ScanNote } from './engine';
import type { TrainParams } from './training';

/** Learns from altered views of single images: no labels are needed. Progress as of any training. */
export interface TrainPairNetworkParams extends Pick<
  TrainParams,
  'scan' | 'alterations' | 'seed' | 'runtime' | 'outPath' | 'name'
> {
  readonly network: PairNetworkName;
  readonly limit: { readonly seconds: number } | { readonly steps: number };
}

export interface PairNetworkSummary {
  readonly path: string;
  readonly name: string;
  readonly network: PairNetworkName;
  readonly input: readonly [number, number, number];
  readonly sizeBytes: number;
  readonly images: number;
  readonly steps: number;
  readonly trainMs: number;
  readonly elapsedMs: number;
  /** On altered views of held-back images: chance that views of one image score higher than views of two. Absent with too few images. */
  readonly rocAuc?: number;
  readonly runtime: RuntimeName;
  readonly threads: number;
  readonly notes: readonly ScanNote[];
}
export const TrainPairNetworkRequest = new RequestType<TrainPairNetworkParams, PairNetworkSummary, void>('pairNetwork/train');
