import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/** All numbers of an image in one row: rows, then columns, then channels. */
export function flatten(): Layer {
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  return {
    name: 'flatten',
    outputShape: input => [size(input)],
    parameters: () => ({}),
    apply: x => ({ output: tf.reshape(x, [x.shape[0], size(x.shape.slice(1))]) }),
  };
}

/** Scales each embedding to length `radius`: distances then depend on angles only and lie in 0…2 · radius. */
export function unitLength(radius = 1): Layer {
  return {
    name: 'unitLength',
    outputShape: input => input,
    parameters: () => ({}),
    apply: x => {
      const unit = tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-8)));
      return { output: radius === 1 ? unit : tf.mul(unit, radius) };
    },
  };
}
