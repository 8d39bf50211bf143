import type { RuntimeName } from '../../core/training/names';
import type { Shape3 } from '../model/layers/layer';
import { OPTIMIZERS } from '../optimizers/optimizers';
import type { Alteration, ImageSource } from '../training/images';
import { ByteImages, mirrorAtRandom, shiftAtRandom } from '../training/images';
import { createClassifier } from './classifier';
import type { Predictions } from './predict';
import { predict } from './predict';
import type { Programs } from './programs';
import type { Limit } from './trainClassifier';
import { trainClassifier } from './trainClassifier';
import { createTrunk } from './trunks';
import type { TrunkName } from './trunks';

/** What all folds share: it goes to a thread once, as shared memory. */
export interface FoldData {
  /** Images as bytes 0…255, or features as they are; image after image. */
  readonly values: Uint8Array | Float32Array;
  readonly shape: Shape3;
  /** A class number per image, −1 for none. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** How a network is trained. */
export interface FoldSettings {
  readonly trunk: TrunkName;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly smoothing: number;
  /** Pixels that pictures are moved by at random. */
  readonly shift: number;
  /** Pictures are mirrored at random, and judged both ways. */
  readonly mirror: boolean;
  readonly runtime: RuntimeName | 'auto';
}

/** One network to train, on all images but the fold's, and then asked about the fold's. */
export interface FoldTask {
  readonly fold: Int32Array;
  readonly training: Int32Array;
  readonly limit: Limit;
  readonly seed: number;
  readonly settings: FoldSettings;
}

class FeatureRows implements ImageSource {
  readonly count: number;

  constructor(
    private readonly values: Float32Array,
    readonly shape: Shape3,
  ) {
    this.count = values.length / shape[2];
  }

  read(index: number, into: Float32Array, offset: number): void {
    const size = this.shape[2];
    into.set(this.values.subarray(index * size, (index + 1) * size), offset);
  }
}

/** Trains and asks, on one thread: the same numbers come out every time. @throws the signal's reason when aborted */
export async function runFold(
  data: FoldData,
  task: FoldTask,
  programs: Programs,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Predictions> {
  const { settings } = task;
  const images =
    data.values instanceof Float32Array ? new FeatureRows(data.values, data.shape) : new ByteImages(data.values, data.shape);
  const classifier = createClassifier(createTrunk(settings.trunk, data.shape), data.classes);
  const alterations: Alteration[] = [
    ...(settings.mirror ? [mirrorAtRandom] : []),
    ...(settings.shift > 0 ? [shiftAtRandom(settings.shift)] : []),
  ];
  const weights = await trainClassifier({
    classifier,
    optimizer: OPTIMIZERS.adam(),
    programs,
    images,
    labels: data.labels,
    training: task.training,
    batchSize: settings.batchSize,
    learningRate: settings.learningRate,
    smoothing: settings.smoothing,
    alterations,
    limit: task.limit,
    seed: task.seed,
    signal,
    onProgress,
  });
  return await predict(classifier, weights, programs.runtime, images, task.fold, settings.mirror, signal);
}
