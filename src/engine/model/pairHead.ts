import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../compile/recorder';
import { dense } from './layers/dense';
import type { Layer, ParameterSpec, Shape3 } from './layers/layer';
import { flatten, unitLength } from './layers/shape';
import type { Chain, Network } from './network';
import { chain, sequential } from './network';

/** Numbers that the frozen part ends in, and numbers in the embedding. */
export const PAIR_SPACE = 24;
export const PAIR_EMBEDDING = 16;
/** Feature maps are pooled to so many cells a side: where something is counts as much as that it is there. */
const CELLS = 4;

export const SPACE_KERNEL = 'space/kernel';
export const SPACE_BIAS = 'space/bias';
export const HEAD_KERNEL = 'head/kernel';
export const HEAD_BIAS = 'head/bias';

/** The learned part by itself, on [1, 1, PAIR_SPACE] numbers: a linear map to unit length. */
export const pairTail = (): Network =>
  sequential('pairs-tail', [1, 1, PAIR_SPACE], [flatten(), dense(PAIR_EMBEDDING), unitLength()]);
/** The tail's names for what is `head/kernel` and `head/bias` in the whole network. */
export const TAIL_KERNEL = '2.dense/kernel';
export const TAIL_BIAS = '2.dense/bias';

/** A network of which a person's pairs teach only the last layer. */
export interface PairHeadNetwork extends Network {
  readonly trunkParameters: Readonly<Record<string, ParameterSpec>>;
  readonly featureSize: number;
  /** Where each level's features begin; the levels follow each other. */
  readonly levels: readonly number[];
  /** What the trunk sees at all depths: [N, featureSize]. */
  features(parameters: NamedTensors, images: tf.Tensor4D): tf.Tensor2D;
}

/**
 * A small head on what a network sees at all depths: the picture itself, pooled; every activation, feature maps pooled; the embedding.
 * What a person means by "similar" may be what the network was taught to ignore (brightness, say): then it is in an early layer. The trunk
 * is frozen (batch normalization at its running moments), a linear map to PAIR_SPACE numbers comes from unlabeled pictures
 * (`training/pairSpace.ts`), and a last one, to unit length, from the pairs.
 */
export function withPairHead(name: string, input: Shape3, layers: readonly Layer[]): PairHeadNetwork {
  const trunk = chain(input, layers);
  const isLevel = (i: number): boolean => i === layers.length - 1 || layers[i].name.toLowerCase().endsWith('relu');
  const sizes = levelShapes(input, trunk, isLevel).map(shape => shape.reduce((a, b) => a * b, 1));
  const levels = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const featureSize = sizes.reduce((sum, size) => sum + size, 0);
  const tail = pairTail();

  const features = (parameters: NamedTensors, images: tf.Tensor4D): tf.Tensor2D => {
    const parts = isFlat(input) ? [] : [pooled(images)];
    trunk.run(parameters, images, { training: false }, (output, i) => {
      if (isLevel(i)) parts.push(pooled(output));
    });
    return parts.length === 1 ? parts[0] : tf.concat(parts, 1);
  };
  return {
    name,
    input,
    embeddingSize: PAIR_EMBEDDING,
    trunkParameters: trunk.parameters,
    parameters: {
      ...trunk.parameters,
      [SPACE_KERNEL]: { shape: [featureSize, PAIR_SPACE], initializer: 'glorotUniform', role: 'kernel' },
      [SPACE_BIAS]: { shape: [PAIR_SPACE], initializer: 'zeros', role: 'bias' },
      [HEAD_KERNEL]: tail.parameters[TAIL_KERNEL],
      [HEAD_BIAS]: tail.parameters[TAIL_BIAS],
    },
    noise: {},
    featureSize,
    levels,
    features,
    forward: (parameters, images) => {
      const seen = features(parameters, images);
      const space = tf.add(tf.matMul(seen, parameters[SPACE_KERNEL] as tf.Tensor2D), parameters[SPACE_BIAS]);
      const tailParameters = { [TAIL_KERNEL]: parameters[HEAD_KERNEL], [TAIL_BIAS]: parameters[HEAD_BIAS] };
      const { embedding } = tail.forward(tailParameters, tf.reshape(space, [-1, 1, 1, PAIR_SPACE]), { training: false });
      return { embedding, statistics: {} };
    },
  };
}

/** A backbone's features, which are no picture. */
const isFlat = ([height, width]: Shape3): boolean => height === 1 && width === 1;

function levelShapes(input: Shape3, { placed }: Chain, isLevel: (i: number) => boolean): (readonly number[])[] {
  const shapes = placed.flatMap(({ outputShape }, i) => (isLevel(i) ? [outputShape] : []));
  return [...(isFlat(input) ? [] : [input]), ...shapes].map(shape =>
    shape.length === 3 ? [cellsOf(shape[0]), cellsOf(shape[1]), shape[2]] : shape,
  );
}

const cellsOf = (side: number): number => Math.min(CELLS, side);

/** Means over {@link CELLS} × CELLS cells, which overlap where the side is no multiple; vectors stay as they are. */
export function pooled(x: tf.Tensor): tf.Tensor2D {
  if (x.rank === 2) return x as tf.Tensor2D;
  const [, height, width, channels] = x.shape;
  const steps = [height, width].map(side => Math.floor(side / cellsOf(side))) as [number, number];
  const windows = [height, width].map((side, i) => side - (cellsOf(side) - 1) * steps[i]) as [number, number];
  const cells = tf.avgPool(x as tf.Tensor4D, windows, steps, 'valid');
  return tf.reshape(cells, [-1, cellsOf(height) * cellsOf(width) * channels]);
}
