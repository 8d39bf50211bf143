import { createHash } from 'node:crypto';
import type { TrainParams } from '../../protocol/training';
import type { BackboneDescription } from '../backbone/backbone';
import type { Model } from '../model/modelFile';
import type { ModelNetworkName } from '../model/networks';
import type { PairList } from '../samplers/pairSampler';
import type { Split } from '../training/split';
import type { LearningTask } from './learningTask';
import { pick } from './pick';
import type { Pictures } from './pictures';

/** Everything that a training has, once the images are read. */
export interface Material {
  readonly task: LearningTask;
  readonly pictures: Pictures;
  readonly labels?: { readonly ofImage: Int32Array; readonly names: readonly string[] };
  readonly pairs?: PairList;
  readonly split: Split;
  readonly groups: Int32Array;
  readonly network: ModelNetworkName;
  readonly backbone?: BackboneDescription;
  readonly startFrom?: { readonly model: Model; readonly hash: string };
}

/** A hash of whatever decides how a training goes: with the same, an interrupted one goes on. */
export function settingsOf(
  params: TrainParams,
  { task, pictures, pairs, split, network, backbone, startFrom }: Material,
): string {
  const settings = {
    ...pick(params, ['loss', 'distance', 'optimizer', 'miner', 'learningRate', 'batchSize', 'patience', 'seed', 'limit']),
    task,
    network,
    startFrom: startFrom?.hash,
    backbone: backbone && { ...backbone, path: '' },
    contents: pictures.contents,
    labels: task.learnFrom.includes('labels') ? pictures.labels.map(label => label ?? null) : [],
    pairs: pairs && [[...pairs.a], [...pairs.b], [...pairs.similar]],
    split: [[...split.training], [...split.validation]],
  };
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}
