import { BLOCK_COUNT, BLOCK_FEATURES } from './blocks';

/** Layer by layer: [rows, columns] of each matrix; every matrix but the last has a bias of `columns` numbers after it. */
export interface PairNetworkShape {
  /** Units of both layers that look at one block. */
  readonly blockUnits: number;
  /** Units of the layer that looks at the whole pair. */
  readonly pairUnits: number;
  /** Numbers that describe the pair as a whole. */
  readonly pairFeatures: number;
}

/** How many weights a network of this shape has. */
export const weightCount = ({ blockUnits: k, pairUnits: h, pairFeatures: g }: PairNetworkShape): number =>
  (BLOCK_FEATURES + 1) * k + (k + 1) * k + (k + g + 1) * h + (h + 1) + g;

/**
 * A small network that judges an aligned pair, in plain JavaScript, so that it gives the same number in every thread and needs no
 * library. Two layers look at each block of the aligned pictures, with the same weights everywhere; their mean over all blocks joins the
 * features of the pair in one more layer. The result is that layer's output plus a linear function of the pair's features.
 */
export class PairNetwork {
  readonly #parts: {
    readonly block1: Float32Array;
    readonly block2: Float32Array;
    readonly pair1: Float32Array;
    readonly pair2: Float32Array;
    readonly linear: Float32Array;
  };

  /** @throws RangeError where the weights don't fit the shape. */
  constructor(
    private readonly shape: PairNetworkShape,
    weights: Float32Array,
  ) {
    if (weights.length !== weightCount(shape)) throw new RangeError(`${weights.length} weights, not ${weightCount(shape)}`);
    const { blockUnits: k, pairUnits: h, pairFeatures: g } = shape;
    let at = 0;
    const take = (count: number): Float32Array => weights.subarray(at, (at += count));
    this.#parts = {
      block1: take((BLOCK_FEATURES + 1) * k),
      block2: take((k + 1) * k),
      pair1: take((k + g + 1) * h),
      pair2: take(h + 1),
      linear: take(g),
    };
  }

  /** @param blocks of `describeBlocks` @param features of `pairFeatures` */
  run(blocks: Float32Array, features: Float32Array): number {
    const { blockUnits, pairUnits, pairFeatures } = this.shape;
    const { block1, block2, pair1, pair2, linear } = this.#parts;
    const joined = new Float64Array(blockUnits + pairFeatures);
    const first = new Float64Array(blockUnits);
    const second = new Float64Array(blockUnits);
    for (let block = 0; block < BLOCK_COUNT; block++) {
      layer(blocks, block * BLOCK_FEATURES, BLOCK_FEATURES, block1, first);
      layer(first, 0, blockUnits, block2, second);
      for (let i = 0; i < blockUnits; i++) joined[i] += second[i] / BLOCK_COUNT;
    }
    joined.set(features, blockUnits);
    const hidden = new Float64Array(pairUnits);
    layer(joined, 0, joined.length, pair1, hidden);
    let sum = pair2[pairUnits];
    for (let i = 0; i < pairUnits; i++) sum += hidden[i] * pair2[i];
    for (let i = 0; i < pairFeatures; i++) sum += features[i] * linear[i];
    return sum;
  }
}

/** max(0, x · W + b); W row by row (one row an input), then b. */
function layer(
  x: Float32Array | Float64Array,
  offset: number,
  inputs: number,
  weights: Float32Array,
  target: Float64Array,
): void {
  const units = target.length;
  const bias = inputs * units;
  for (let j = 0; j < units; j++) target[j] = weights[bias + j];
  for (let i = 0, at = 0; i < inputs; i++) {
    const value = x[offset + i];
    if (value === 0) {
      at += units;
      continue;
    }
    for (let j = 0; j < units; j++, at++) target[j] += value * weights[at];
  }
  for (let j = 0; j < units; j++) if (target[j] < 0) target[j] = 0;
}
