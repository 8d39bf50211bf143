import * as tf from '@tensorflow/tfjs-core';
import type { PairNetworkName } from '../../core/training/names';
import type { NamedTensors } from '../compile/recorder';
import { relu } from '../model/layers/activation';
import { batchNormalization } from '../model/layers/batchNormalization';
import { convolution } from '../model/layers/convolution';
import { dense } from '../model/layers/dense';
import type { Layer, ParameterSpec, Shape3 } from '../model/layers/layer';
import { spatialPyramidPool } from '../model/layers/pooling';
import { flatten } from '../model/layers/shape';
import type { Chain } from '../model/network';
import { chain } from '../model/network';

export type { PairNetworkName };

/** A network that looks at two pictures at once and says whether they are alike. */
export interface PairNetwork {
  readonly name: PairNetworkName;
  /** Height, width, channels of each picture, numbers in 0…1; what the towers see of it is {@link standardized}. */
  readonly input: Shape3;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** `logits` [N]: log-odds that the pictures of a pair are alike. Both pictures [N, height, width, channels]. */
  forward(
    parameters: NamedTensors,
    first: tf.Tensor4D,
    second: tf.Tensor4D,
    training: boolean,
  ): { readonly logits: tf.Tensor1D; readonly statistics: NamedTensors };
}

/** What of a picture a stream looks at. */
type View = 'whole' | 'central' | 'surround';
/** `channels`: both pictures as one of twice as many channels; `shared`: each by one tower; `separate`: each by a tower of its own. */
type Join = 'channels' | 'shared' | 'separate';

interface Plan {
  readonly views: readonly View[];
  readonly join: Join;
  /** The towers end in a spatial pyramid, so the weights fit pictures of any size. */
  readonly isAnySize?: true;
}

/**
 * The networks of Zagoruyko and Komodakis, "Learning to compare image patches via convolutional neural networks", CVPR 2015, section 3,
 * with narrower towers: these train in a minute on two cores.
 */
const PLANS: Readonly<Record<PairNetworkName, Plan>> = {
  siamese: { views: ['whole'], join: 'shared' },
  'pseudo-siamese': { views: ['whole'], join: 'separate' },
  'two-channel': { views: ['whole'], join: 'channels' },
  'two-stream': { views: ['central', 'surround'], join: 'shared' },
  'two-channel-two-stream': { views: ['central', 'surround'], join: 'channels' },
  spp: { views: ['whole'], join: 'shared', isAnySize: true },
  'two-channel-spp': { views: ['whole'], join: 'channels', isAnySize: true },
};

const FEATURES = 128;
const PYRAMID = [4, 2, 1];
const SMALLEST_SIDE = 32;

/** Grey levels of 0…1: what deviates by less is noise of a plain picture, and is not enlarged to fill it. */
const LEAST_DEVIATION = 0.01;

const halving = (filters: number, size = 3): Layer[] => [
  convolution(filters, size, { stride: 2, padding: 'same', bias: false }),
  batchNormalization(),
  relu(),
];
const tower = (isAnySize: boolean): Layer[] => [
  ...halving(16, 5),
  ...halving(32),
  ...halving(64),
  isAnySize ? spatialPyramidPool(PYRAMID) : flatten(),
  dense(FEATURES),
  relu(),
];

export const isAnySize = (name: PairNetworkName): boolean => PLANS[name].isAnySize ?? false;

/** @throws RangeError for pictures that are too small, or whose sides are odd where they would be halved */
export function createPairNetwork(name: PairNetworkName, input: Shape3): PairNetwork {
  const [height, width, channels] = input;
  const { views, join } = PLANS[name];
  if (Math.min(height, width) < SMALLEST_SIDE) throw new RangeError(`pictures of ${width}×${height} are too small for ${name}`);
  if (views.length > 1 && (height % 4 !== 0 || width % 4 !== 0)) throw new RangeError(`${name} takes sides that 4 divides`);
  const towers: Record<string, Chain> = {};
  for (const view of views) {
    const size: Shape3 = view === 'whole' ? input : [height / 2, width / 2, channels];
    const seen: Shape3 = join === 'channels' ? [size[0], size[1], 2 * channels] : size;
    for (const side of join === 'separate' ? ['first', 'second'] : ['both']) {
      towers[`${view}.${side}`] = chain(seen, tower(isAnySize(name)));
    }
  }
  const vectors = views.length * (join === 'channels' ? 1 : 2);
  const chains: Readonly<Record<string, Chain>> = {
    ...towers,
    decision: chain([vectors * FEATURES], [dense(FEATURES), relu(), dense(1)]),
  };
  const parameters: Record<string, ParameterSpec> = {};
  for (const [key, each] of Object.entries(chains)) {
    for (const [own, spec] of Object.entries(each.parameters)) parameters[`${key}/${own}`] = spec;
  }
  const forward: PairNetwork['forward'] = (tensors, first, second, training) => {
    const statistics: Record<string, tf.Tensor> = {};
    const run = (key: string, x: tf.Tensor): tf.Tensor2D => {
      const result = chains[key].run(ownOf(tensors, key), x, { training });
      for (const [own, value] of Object.entries(result.statistics)) statistics[`${key}/${own}`] = value;
      return result.output as tf.Tensor2D;
    };
    const [left, right] = [standardized(first), standardized(second)];
    const found = views.flatMap((view): tf.Tensor2D[] => {
      const [a, b] = [viewOf(left, view), viewOf(right, view)];
      if (join === 'channels') return [run(`${view}.both`, tf.concat([a, b], 3))];
      if (join === 'separate') return [run(`${view}.first`, a), run(`${view}.second`, b)];
      // Both through the tower at once, so that normalization sees all pictures of the batch.
      const both = run(`${view}.both`, tf.concat([a, b], 0));
      const count = a.shape[0];
      return [tf.slice2d(both, [0, 0], [count, FEATURES]), tf.slice2d(both, [count, 0], [count, FEATURES])];
    });
    return { logits: tf.reshape(run('decision', tf.concat(found, 1)), [-1]), statistics };
  };
  return { name, input, parameters, forward };
}

/**
 * Each picture less its mean and divided by its standard deviation, over all its pixels and channels: neither light nor contrast tells two
 * pictures apart. (The paper subtracts the mean.) Batch normalization can't do it, which sees all pictures of a batch as one.
 * @param images [N, height, width, channels]
 */
function standardized(images: tf.Tensor4D): tf.Tensor4D {
  const centred = tf.sub(images, tf.mean(images, [1, 2, 3], true));
  const variance = tf.mean(tf.square(centred), [1, 2, 3], true);
  return tf.div(centred, tf.sqrt(tf.add(variance, LEAST_DEVIATION ** 2)));
}

/** The central half of each side, or all of it at half the resolution (the means of 2 × 2 pixels). */
function viewOf(images: tf.Tensor4D, view: View): tf.Tensor4D {
  const [count, height, width, channels] = images.shape;
  if (view === 'whole') return images;
  if (view === 'central') return tf.slice4d(images, [0, height / 4, width / 4, 0], [count, height / 2, width / 2, channels]);
  const columns = tf.mean(tf.reshape(images, [count * height, width / 2, 2, channels]), 2);
  const rows = tf.mean(tf.reshape(columns, [count, height / 2, 2, (width / 2) * channels]), 2);
  return tf.reshape(rows, [count, height / 2, width / 2, channels]);
}

const ownOf = (tensors: NamedTensors, key: string): NamedTensors =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(`${key}/`))
      .map(([name, tensor]) => [name.slice(key.length + 1), tensor]),
  );
