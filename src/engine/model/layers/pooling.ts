import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/** The maximum of each window of size × size; windows neither overlap nor hang over the edge. */
export function maxPool(size: number): Layer {
  return {
    name: 'maxPool',
    outputShape: ([height, width, channels]) => [Math.floor(height / size), Math.floor(width / size), channels],
    parameters: () => ({}),
    apply: x => ({ output: tf.maxPool(x as tf.Tensor4D, size, size, 'valid') }),
  };
}

/** The mean over all pixels of each channel. */
export function globalAveragePool(): Layer {
  return {
    name: 'globalAveragePool',
    outputShape: ([, , channels]) => [channels],
    parameters: () => ({}),
    apply: x => ({ output: tf.mean(x, [1, 2]) }),
  };
}
