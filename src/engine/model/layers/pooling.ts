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

/**
 * As many numbers from a feature map of any height and width: for each level n the maximum of each of n × n bins that cover the map, all
 * side by side. Bin k of n over a length L goes from ⌊kL/n⌋ to ⌈(k + 1)L/n⌉, so that none is empty. He, Zhang, Ren and Sun, "Spatial
 * pyramid pooling in deep convolutional networks for visual recognition", ECCV 2014, section 2.2.
 */
export function spatialPyramidPool(levels: readonly number[]): Layer {
  const cells = levels.reduce((sum, n) => sum + n * n, 0);
  return {
    name: 'spatialPyramidPool',
    outputShape: ([, , channels]) => [cells * channels],
    parameters: () => ({}),
    apply: x => {
      const [count, height, width, channels] = (x as tf.Tensor4D).shape;
      const bins: tf.Tensor2D[] = [];
      for (const n of levels) {
        for (let row = 0; row < n; row++) {
          const [top, bottom] = binOf(row, n, height);
          for (let column = 0; column < n; column++) {
            const [left, right] = binOf(column, n, width);
            const bin = tf.slice4d(x as tf.Tensor4D, [0, top, left, 0], [count, bottom - top, right - left, channels]);
            bins.push(tf.max<tf.Tensor2D>(bin, [1, 2]));
          }
        }
      }
      return { output: tf.concat(bins, 1) };
    },
  };
}

const binOf = (k: number, n: number, length: number): readonly [number, number] => [
  Math.floor((k * length) / n),
  Math.ceil(((k + 1) * length) / n),
];
