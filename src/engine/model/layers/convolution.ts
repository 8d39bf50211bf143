import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

export interface ConvolutionOptions {
  readonly stride?: number;
  readonly padding?: 'valid' | 'same';
  /** False where a normalization follows, which would undo a bias. */
  readonly bias?: boolean;
}

/** 2-D convolution (cross-correlation), weights as in Keras: kernel [size, size, in, filters] Glorot uniform, bias zeros. */
export function convolution(filters: number, size: number, options: ConvolutionOptions = {}): Layer {
  const { stride = 1, padding = 'valid', bias = true } = options;
  const reach = (length: number): number =>
    padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - size) / stride) + 1;
  return {
    name: 'convolution',
    outputShape: ([height, width]) => [reach(height), reach(width), filters],
    parameters: ([, , channels]) => ({
      kernel: { shape: [size, size, channels, filters], initializer: 'glorotUniform', role: 'kernel' },
      ...(bias ? { bias: { shape: [filters], initializer: 'zeros', role: 'bias' } as const } : {}),
    }),
    apply: (x, { kernel, bias: offset }) => {
      const y = tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, padding);
      return { output: offset ? tf.add(y, offset) : y };
    },
  };
}
