import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer';

export interface RmspropOptions {
  readonly rho?: number;
  readonly epsilon?: number;
}

/**
 * v ← ρv + (1 − ρ)g², θ ← θ − α·g / (√v + ε). Hinton, "Neural networks for machine learning", lecture 6e, with Keras's defaults and
 * the place for ε that it had when the chapter was written (Keras 2.10, optimizer_v2/rmsprop.py; Keras 3 has √(v + ε), whose steps are
 * smaller where gradients are under 10⁻³).
 */
export function rmsprop({ rho = 0.9, epsilon = 1e-7 }: RmspropOptions = {}): Optimizer {
  return {
    name: 'rmsprop',
    slots: ['v'],
    scalars: (_step, learningRate) => ({ stepSize: learningRate }),
    update: (parameter, gradient, { v }, { stepSize }) => {
      const nextV = tf.add(tf.mul(v, rho), tf.mul(tf.square(gradient), 1 - rho));
      const change = tf.div(tf.mul(gradient, stepSize), tf.add(tf.sqrt(nextV), epsilon));
      return { parameter: tf.sub(parameter, change), slots: { v: nextV } };
    },
  };
}
