import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer';

export interface RmspropOptions {
  readonly rho?: number;
  readonly epsilon?: number;
}

/**
 * v ← ρv + (1 − ρ)g², θ ← θ − α·g / √(v + ε). Hinton, "Neural networks for machine learning", lecture 6e, with Keras's defaults and its
 * place for ε (keras/src/optimizers/rmsprop.py), for the case study.
 */
export function rmsprop({ rho = 0.9, epsilon = 1e-7 }: RmspropOptions = {}): Optimizer {
  return {
    name: 'rmsprop',
    slots: ['v'],
    scalars: (_step, learningRate) => ({ stepSize: learningRate }),
    update: (parameter, gradient, { v }, { stepSize }) => {
      const nextV = tf.add(tf.mul(v, rho), tf.mul(tf.square(gradient), 1 - rho));
      const change = tf.div(tf.mul(gradient, stepSize), tf.sqrt(tf.add(nextV, epsilon)));
      return { parameter: tf.sub(parameter, change), slots: { v: nextV } };
    },
  };
}
