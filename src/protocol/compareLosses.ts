/** One network trained once with each loss, for as many steps, and judged on images that none of the trainings saw. */
import { RequestType } from 'vscode-jsonrpc';
import type { DistanceName, LossName, RuntimeName } from '../core/training/names';
import type { ScanNote } from './engine';
import type { TrainParams } from './training';

export const heldOutNames = ['images', 'classes'] as const;
/** `classes`: judged on kinds of things that were never learned. */
export type HeldOut = (typeof heldOutNames)[number];

export interface CompareLossesParams extends Pick<
  TrainParams,
  'scan' | 'network' | 'distance' | 'batchSize' | 'alterations' | 'seed' | 'runtime'
> {
  readonly learnFrom: 'labels' | 'views';
  readonly losses: readonly LossName[];
  /** Of each training. */
  readonly steps: number;
  readonly heldOut: HeldOut;
}

/** `labels`: alike is what is of one class; `views`: two altered views of one image. */
export type JudgedBy = 'labels' | 'views';

/** How well distances tell what is alike, on images that were held out. */
export interface RelationFigures {
  readonly by: JudgedBy;
  /** Chance that a pair that is alike is nearer than one that is not. */
  readonly rocAuc: number;
  /** Share of images whose nearest other one is like it. */
  readonly recallAt1: number;
  /** Share of pairs on the right side of a threshold that was chosen on other pairs; as many are alike as are not. */
  readonly accuracy: number;
}

export interface LossResult {
  /** `pixels`: nothing was trained; the straight-line distance of the network's inputs. */
  readonly loss: LossName | 'pixels';
  readonly distance: DistanceName;
  readonly steps: number;
  /** In steps and in judging which weights to keep. */
  readonly seconds: number;
  /** `diverged`: the loss ran away, and the best from before is judged. */
  readonly ended: 'limit' | 'diverged';
  readonly figures: readonly RelationFigures[];
}

export interface LossComparison {
  readonly network: string;
  readonly input: readonly [number, number, number];
  readonly learnFrom: 'labels' | 'views';
  readonly heldOut: HeldOut;
  /** Images that were learned from, and those that all are judged on. */
  readonly learned: number;
  readonly judged: number;
  /** Names of the classes that were held out; empty where images were. */
  readonly classes: readonly string[];
  readonly results: readonly LossResult[];
  readonly runtime: RuntimeName;
  readonly threads: number;
  readonly elapsedMs: number;
  readonly notes: readonly ScanNote[];
}
export const CompareLossesRequest = new RequestType<CompareLossesParams, LossComparison, void>('losses/compare');
