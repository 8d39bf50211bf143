import { networkNames } from '../../core/training/names';
import type { NetworkName } from '../../core/training/names';
import { relu } from './layers/activation';
import { batchNormalization } from './layers/batchNormalization';
import { convolution } from './layers/convolution';
import { dense } from './layers/dense';
import type { Layer, Shape3 } from './layers/layer';
import { noisyRelu } from './layers/noisyRelu';
import { maxPool } from './layers/pooling';
import { flatten, unitLength } from './layers/shape';
import type { Network } from './network';
import { sequential } from './network';
import { withPairHead } from './pairHead';
import type { PairHeadNetwork } from './pairHead';

/** Networks by the name a model file carries. */
export type { NetworkName };
/** A small network on a backbone's features; nobody asks for it by name. */
export const HEAD_NAME = 'backbone-head';
/** Trunks with a head that pairs taught; nobody asks for them by name either. */
export type PairsName = `${NetworkName | typeof HEAD_NAME}-pairs`;
export type ModelNetworkName = NetworkName | typeof HEAD_NAME | PairsName;

const trunks = [...networkNames, HEAD_NAME] as const;
export const modelNetworkNames: readonly ModelNetworkName[] = [...trunks, ...trunks.map(name => `${name}-pairs` as const)];
export const isPairsName = (name: ModelNetworkName): name is PairsName => name.endsWith('-pairs');
/** The network itself, or what is under the head that pairs taught. */
export const trunkOf = (name: ModelNetworkName): NetworkName | typeof HEAD_NAME =>
  isPairsName(name) ? (name.slice(0, -'-pairs'.length) as NetworkName | typeof HEAD_NAME) : name;

/** The chapter's base network: on 28×28×1, 683,776 weights, 663,680 of them in the dense layer. */
const chapter = (activation: () => Layer): Layer[] => [
  convolution(32, 7),
  activation(),
  maxPool(2),
  convolution(64, 3),
  activation(),
  flatten(),
  dense(128),
  activation(),
];

/** A convolution of stride 2 with normalization: halves the picture without a full-size feature map to pool. */
export const halving = (filters: number, size = 3): Layer[] => [
  convolution(filters, size, { stride: 2, padding: 'same', bias: false }),
  batchNormalization(),
  relu(),
];

/** Small colour pictures (32–64 pixels): 8-fold smaller before the dense layer. */
const small = (): Layer[] => [...halving(32, 5), ...halving(64), ...halving(96), flatten(), dense(128), unitLength()];

/** A convolution that keeps the size, pooled and then normalized, which is the same in another order but a quarter of the work. */
const pooled = (filters: number): Layer[] => [
  convolution(filters, 3, { padding: 'same', bias: false }),
  maxPool(2),
  batchNormalization(),
  relu(),
];

/**
 * Classes of small pictures (28–64 pixels): looks at every pixel where `small` strides over, and learns more in minutes. At length √½ the
 * square of the Euclidean distance is the cosine distance.
 */
const deep = (): Layer[] => [...pooled(32), ...pooled(64), ...pooled(128), flatten(), dense(128), unitLength(Math.SQRT1_2)];

/** Photographs at 96–128 pixels: 16-fold smaller before the dense layer. */
const photo = (): Layer[] => [
  ...halving(24, 5),
  ...halving(48),
  ...halving(96),
  ...halving(128),
  flatten(),
  dense(128),
  unitLength(),
];

/**
 * What of the starter comes before its embedding: a start for other encoders of 64 × 64 pictures.
 * @param last the activation at the end; weights do not depend on it
 */
export const starterTrunk = (last: () => Layer = relu): Layer[] => [
  ...halving(24, 5),
  ...halving(48),
  ...halving(96),
  ...halving(144),
  flatten(),
  dense(256),
  batchNormalization(),
  last(),
];

/** The encoder that Twinlint ships (docs/STARTER.md): two dense layers, since it must ignore mirrors and quarter turns. */
const starter = (): Layer[] => [...starterTrunk(), dense(128), unitLength()];

/** On a frozen backbone's features: few weights, since there may be few pairs. */
const head = (): Layer[] => [flatten(), batchNormalization(), dense(128), unitLength()];

/** The size of image that each network is meant for. */
export const DEFAULT_INPUT: Readonly<Record<NetworkName | typeof HEAD_NAME, Shape3>> = {
  chapter: [28, 28, 1],
  'chapter-noisy': [28, 28, 1],
  small: [32, 32, 3],
  deep: [32, 32, 3],
  photo: [96, 96, 3],
  starter: [64, 64, 3],
  // As many channels as the backbone has features.
  [HEAD_NAME]: [1, 1, 1024],
};

const LAYERS: Readonly<Record<NetworkName | typeof HEAD_NAME, () => Layer[]>> = {
  chapter: () => chapter(relu),
  'chapter-noisy': () => chapter(noisyRelu),
  small,
  deep,
  photo,
  starter,
  [HEAD_NAME]: head,
};

/** Builds a network by name, for images of the given height, width and channels. */
export function createNetwork(name: ModelNetworkName, input: Shape3 = DEFAULT_INPUT[trunkOf(name)]): Network {
  return isPairsName(name) ? createPairHead(trunkOf(name), input) : sequential(name, input, LAYERS[name]());
}

/** A network's layers up to the last that still has a place for everything; undefined for one on a backbone's features. */
export function layersBeforeFlatten(name: ModelNetworkName): Layer[] | undefined {
  const trunk = trunkOf(name);
  if (trunk === HEAD_NAME) return undefined;
  const layers = LAYERS[trunk]();
  return layers.slice(
    0,
    layers.findIndex(layer => layer.name === 'flatten'),
  );
}

/** The network that learns from pairs on a trunk: see `pairHead.ts`. */
export const createPairHead = (trunk: NetworkName | typeof HEAD_NAME, input: Shape3): PairHeadNetwork =>
  // A backbone is the trunk, and has no weights here.
  withPairHead(`${trunk}-pairs`, input, trunk === HEAD_NAME ? [flatten()] : LAYERS[trunk]());
