import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam } from '../../../src/engine/optimizers/adam';
import type { Optimizer } from '../../../src/engine/optimizers/optimizer';
import { rmsprop } from '../../../src/engine/optimizers/rmsprop';
import { constantSchedule, cosineSchedule, linearSchedule } from '../../../src/engine/optimizers/schedule';

beforeAll(() => void tf.setBackend('cpu'));

const gradients = [0.5, -0.2, 0.1, 0.4];

/** One number walked through some steps. */
function walk(optimizer: Optimizer, learningRate: number): number {
  let parameter: tf.Tensor = tf.scalar(1);
  let slots = Object.fromEntries(optimizer.slots.map(name => [name, tf.scalar(0) as tf.Tensor]));
  gradients.forEach((gradient, i) => {
    const scalars = Object.fromEntries(Object.entries(optimizer.scalars(i + 1, learningRate)).map(([k, v]) => [k, tf.scalar(v)]));
    const next = optimizer.update(parameter, tf.scalar(gradient), slots, scalars);
    parameter = next.parameter;
    slots = { ...next.slots };
  });
  return parameter.dataSync()[0];
}

describe('optimizers', () => {
  it.each([0.99, 0.999])('Adam follows its paper’s algorithm 1, β₂ = %s', beta2 => {
    let [theta, m, v] = [1, 0, 0];
    gradients.forEach((g, i) => {
      m = 0.9 * m + 0.1 * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const [mHat, vHat] = [m / (1 - 0.9 ** (i + 1)), v / (1 - beta2 ** (i + 1))];
      theta -= (0.01 * mHat) / (Math.sqrt(vHat) + 1e-7);
    });
    expect(walk(adam({ beta2 }), 0.01)).toBeCloseTo(theta, 6);
  });
  it('Adam’s first step is the learning rate, against the gradient’s sign', () => {
    const step = adam();
    const { stepSize, epsilon } = step.scalars(1, 0.01);
    const next = step.update(
      tf.scalar(0),
      tf.scalar(-7),
      { m: tf.scalar(0), v: tf.scalar(0) },
      { stepSize: tf.scalar(stepSize), epsilon: tf.scalar(epsilon) },
    );
    expect(next.parameter.dataSync()[0]).toBeCloseTo(0.01, 6);
  });
  it('RMSprop as Keras 2.10 has it: ε is added to the root, so that tiny gradients still make steps', () => {
    let [theta, v] = [1, 0];
    for (const g of gradients) {
      v = 0.9 * v + 0.1 * g * g;
      theta -= (0.01 * g) / (Math.sqrt(v) + 1e-7);
    }
    expect(walk(rmsprop(), 0.01)).toBeCloseTo(theta, 6);
    const slots = { v: tf.scalar(0) };
    const { parameter } = rmsprop().update(tf.scalar(0), tf.scalar(1e-6), slots, { stepSize: tf.scalar(0.01) });
    // √(0.1 · 10⁻¹²) = 3.162 · 10⁻⁷.
    expect(parameter.dataSync()[0]).toBeCloseTo(-0.01 / (0.3162 + 0.1), 3);
  });
});

describe('schedules', () => {
  it('warm up, then fall to nothing', () => {
    const cosine = cosineSchedule({ peak: 2, warmupSteps: 10 });
    expect(cosine.rate(0, 5)).toBe(1);
    expect(cosine.rate(0.5, 100)).toBeCloseTo(1, 9);
    expect(cosine.rate(1, 100)).toBeCloseTo(0, 9);
    expect(linearSchedule({ peak: 2, warmupSteps: 1 }).rate(0.25, 9)).toBe(1.5);
    expect(constantSchedule(0.3).rate(0.9, 1)).toBe(0.3);
  });
  it('a run that overshoots its budget gets no negative rate', () => {
    expect(linearSchedule({ peak: 1 }).rate(1.2, 50)).toBe(0);
  });
});
