import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

const elementwise = (name: string, f: (x: tf.Tensor) => tf.Tensor): Layer => ({
  name,
  outputShape: input => input,
  parameters: () => ({}),
  apply: x => ({ output: f(x) }),
});

/** max(0, x). */
export const relu = (): Layer => elementwise('relu', x => tf.relu(x));

/** x where positive, slope · x elsewhere. */
export const leakyRelu = (slope = 0.1): Layer => elementwise('leakyRelu', x => tf.leakyRelu(x, slope));
