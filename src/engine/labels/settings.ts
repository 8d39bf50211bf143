import type { Shape3 } from '../model/layers/layer';
import type { PictureLook } from '../trainingService/readPictures';
import type { FoldSettings } from './foldTask';
import { FEWEST_STEPS } from './plan';

type NetworkSettings = Omit<FoldSettings, 'runtime'>;

/** Pictures up to this size are taken as they are, near enough. */
const TINY = 40;
/** Bytes that pictures may take: a thread looks into the same memory. */
const PIXEL_BYTES = 640 * 1024 * 1024;
const SIDES = [64, 48, 32] as const;

/** The size at which pictures are learned from: tiny ones at 28 (grey) or 32, others at 64, or less where there are very many. */
export function shapeFor(looks: readonly PictureLook[], count: number): Shape3 {
  const side = Math.max(median(looks.map(({ width }) => width)), median(looks.map(({ height }) => height)));
  const isGrey = looks.length > 0 && looks.every(look => look.isGrey);
  const channels = isGrey ? 1 : 3;
  if (side <= TINY) return isGrey ? [28, 28, 1] : [32, 32, 3];
  const fitting = SIDES.find(each => each * each * channels * count <= PIXEL_BYTES) ?? SIDES[SIDES.length - 1];
  return [fitting, fitting, channels];
}

/** Images a step where there are many. */
const BATCH = 96;
const LEAST_BATCH = 16;
/** Passes through few images in the fewest steps: twice as many in twice the steps rank wrong labels no better (docs/WRONG-LABELS.md). */
const PASSES = 36;

/** The network that suits pictures of a size. @param images how many it learns from */
export function settingsFor([height]: Shape3, images: number): NetworkSettings {
  return {
    trunk: height <= TINY ? 'deep' : 'photo',
    batchSize: Math.min(BATCH, Math.max(LEAST_BATCH, 8 * Math.ceil((images * PASSES) / FEWEST_STEPS / 8))),
    learningRate: 2e-3,
    smoothing: 0.1,
    shift: 0,
    mirror: true,
  };
}

/** A linear classifier on features that are given. */
export const FEATURE_SETTINGS: NetworkSettings = {
  trunk: 'features',
  batchSize: BATCH,
  learningRate: 3e-2,
  smoothing: 0.05,
  shift: 0,
  mirror: false,
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
