import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/**
 * Convolution over time, [time, channels] to [⌈time / stride⌉, filters], with zeros beyond the ends; weights as in Keras' Conv1D (kernel
 * [size, channels, filters] Glorot uniform), without a bias, since a normalization follows.
 */
export function timeConvolution(filters: number, size: number, stride = 1): Layer {
  return {
    name: 'timeConvolution',
    outputShape: ([time]) => [Math.ceil(time / stride), filters],
    parameters: ([, channels]) => ({
      kernel: { shape: [size, channels, filters], initializer: 'glorotUniform', role: 'kernel' },
    }),
    apply: (x, { kernel }) => ({ output: tf.conv1d(x as tf.Tensor3D, kernel as tf.Tensor3D, stride, 'same') }),
  };
}
