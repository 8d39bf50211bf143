import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '../../compile/withoutGradient';
import type { Layer } from './layer';

/**
 * Noisy rectified linear unit: max(0, x + n), n normal with mean 0 and variance sigmoid(x), when training; max(0, x) otherwise.
 * Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010, section 2 (the chapter's [6]).
 * The noise enters as an input, standard normal, because a compiled step can't draw numbers; as there, no gradient flows through
 * the variance.
 */
export function noisyRelu(): Layer {
  return {
    name: 'noisyRelu',
    outputShape: input => input,
    parameters: () => ({}),
    noise: input => input,
    apply: (x, _parameters, { training, noise }) => {
      if (!training || !noise) return { output: tf.relu(x) };
      const deviation = withoutGradient(value => tf.sqrt(tf.sigmoid(value)), x);
      return { output: tf.relu(tf.add(x, tf.mul(noise, deviation))) };
    },
  };
}
