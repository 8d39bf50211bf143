import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/** Every output sees every input: x · kernel + bias, weights as in Keras (Glorot uniform, zeros). */
export function dense(units: number): Layer {
  return {
    name: 'dense',
    outputShape: () => [units],
    parameters: ([inputs]) => ({
      kernel: { shape: [inputs, units], initializer: 'glorotUniform', role: 'kernel' },
      bias: { shape: [units], initializer: 'zeros', role: 'bias' },
    }),
    apply: (x, { kernel, bias }) => ({ output: tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias) }),
  };
}
