import type * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../compile/recorder';

/** Height, width, channels. */
export type Shape3 = readonly [number, number, number];

export type Initializer = 'glorotUniform' | 'heNormal' | 'zeros' | 'ones';

export interface ParameterSpec {
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /**
   * `kernel` and `bias` are regularized differently (CHAPTER: L2 on kernels, L1 on biases); `statistic` is not learned by gradient.
   */
  readonly role: 'kernel' | 'bias' | 'scale' | 'statistic';
}

export interface LayerContext {
  readonly training: boolean;
  /** Standard normal numbers of the layer's `noise` shape, one set an image; absent outside of training. */
  readonly noise?: tf.Tensor;
}

export interface LayerResult {
  readonly output: tf.Tensor;
  readonly statistics?: NamedTensors;
}

/** One step of a network. Shapes are without the batch. */
export interface Layer {
  readonly name: string;
  outputShape(input: readonly number[]): readonly number[];
  parameters(input: readonly number[]): Readonly<Record<string, ParameterSpec>>;
  noise?(input: readonly number[]): readonly number[];
  apply(x: tf.Tensor, parameters: NamedTensors, context: LayerContext): LayerResult;
}
