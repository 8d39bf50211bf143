import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer';

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − α·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε̂). Kingma and Ba, "Adam", ICLR 2015,
 * algorithm 1 in the order at the end of section 2, where ε̂ = ε·√(1 − β₂ᵗ): the powers of t stay scalars.
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}): Optimizer {
  return {
    name: 'adam',
    slots: ['m', 'v'],
    scalars: (step, learningRate) => {
      const correction = Math.sqrt(1 - beta2 ** step);
      return { stepSize: (learningRate * correction) / (1 - beta1 ** step), epsilon: epsilon * correction };
    },
    update: (parameter, gradient, { m, v }, { stepSize, epsilon: floor }) => {
      // (1 − β₁)g serves both moments: with β₁ = 0.9 and β₂ = 0.99 the last factor is 1 and costs nothing.
      const scaled = tf.mul(gradient, 1 - beta1);
      const nextM = tf.add(tf.mul(m, beta1), scaled);
      const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(scaled), (1 - beta2) / (1 - beta1) ** 2));
      const change = tf.div(tf.mul(nextM, stepSize), tf.add(tf.sqrt(nextV), floor));
      return { parameter: tf.sub(parameter, change), slots: { m: nextM, v: nextV } };
    },
  };
}
