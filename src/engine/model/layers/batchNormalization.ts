import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/**
 * (x − mean) / √(variance + ε) · scale + offset for each channel, with the batch's moments when training and their running means
 * otherwise. Ioffe and Szegedy, "Batch normalization", ICML 2015, algorithms 1 and 2.
 */
export function batchNormalization(momentum = 0.95, epsilon = 1e-3): Layer {
  return {
    name: 'batchNormalization',
    outputShape: input => input,
    parameters: input => {
      const shape = [input[input.length - 1]];
      return {
        scale: { shape, initializer: 'ones', role: 'scale' },
        offset: { shape, initializer: 'zeros', role: 'bias' },
        mean: { shape, initializer: 'zeros', role: 'statistic' },
        variance: { shape, initializer: 'ones', role: 'statistic' },
      };
    },
    apply: (x, { scale, offset, mean, variance }, { training }) => {
      if (!training) {
        const factor = tf.div(scale, tf.sqrt(tf.add(variance, epsilon)));
        return { output: tf.add(tf.mul(tf.sub(x, mean), factor), offset) };
      }
      const axes = Array.from({ length: x.rank - 1 }, (_, i) => i);
      const batchMean = tf.mean(x, axes);
      const centred = tf.sub(x, batchMean);
      const batchVariance = tf.mean(tf.square(centred), axes);
      const factor = tf.div(scale, tf.sqrt(tf.add(batchVariance, epsilon)));
      const running = (old: tf.Tensor, now: tf.Tensor): tf.Tensor => tf.add(tf.mul(old, momentum), tf.mul(now, 1 - momentum));
      return {
        output: tf.add(tf.mul(centred, factor), offset),
        statistics: { mean: running(mean, batchMean), variance: running(variance, batchVariance) },
      };
    },
  };
}
