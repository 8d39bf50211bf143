import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Each of the `count` parts of an input (places of a picture, moments of a sound: the first axis or axes) mapped by the same matrix to a
 * vector of `size` numbers and length 1; all in one row.
 */
export function parts(count: number, size: number): Layer {
  return {
    name: 'parts',
    outputShape: () => [count * size],
    parameters: input => ({
      kernel: { shape: [sizeOf(input) / count, size], initializer: 'glorotUniform', role: 'kernel' },
      bias: { shape: [size], initializer: 'zeros', role: 'bias' },
    }),
    apply: (x, { kernel, bias }) => {
      const batch = x.shape[0];
      const rows = tf.reshape<tf.Rank.R2>(x, [batch * count, x.size / batch / count]);
      const mapped = tf.add(tf.matMul(rows, kernel as tf.Tensor2D), bias);
      const unit = tf.div(mapped, tf.sqrt(tf.add(tf.sum(tf.square(mapped), 1, true), 1e-8)));
      return { output: tf.reshape(unit, [batch, count * size]) };
    },
  };
}
