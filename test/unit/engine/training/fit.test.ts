import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTIMIZERS } from '../../../../src/engine/optimizers/optimizers';
import { constantSchedule, cosineSchedule } from '../../../../src/engine/optimizers/schedule';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import type { Runtime } from '../../../../src/engine/runtime/runtime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { DivergedError } from '../../../../src/engine/training/divergence';
import type { FitOptions } from '../../../../src/engine/training/fit';
import { fit } from '../../../../src/engine/training/fit';
import type { Learner } from '../../../../src/engine/training/learner';

/** y = w·x: the least squares of one weight. */
const line: Learner = {
  name: 'line',
  parameters: { w: { shape: [1], initializer: 'zeros', role: 'kernel' } },
  inputs: { x: { shape: [8] }, y: { shape: [8] } },
  cost: ({ w }, { x, y }) => ({ cost: tf.mean(tf.square(tf.sub(tf.mul(w, x), y))) }),
};

const batchOf = (slope: number) => (step: number) => {
  const random = new SeededRandom(step + 1);
  const x = Float32Array.from({ length: 8 }, () => random.normal());
  return { x, y: x.map(value => slope * value) };
};

describe('fit', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime(1);
  });
  afterAll(() => runtime.dispose());

  const run = (more: Partial<FitOptions>) =>
    fit({
      learner: line,
      optimizer: OPTIMIZERS.adam(),
      runtime,
      initial: { w: new Float32Array(1) },
      batch: batchOf(3),
      schedule: cosineSchedule({ peak: 0.1 }),
      limit: { steps: 300 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...more,
    });

  it('finds the slope, and the same one twice', async () => {
    const [first, second] = [await run({}), await run({})];
    expect(first.weights.w[0]).toBeCloseTo(3, 2);
    expect(second.weights.w[0]).toBe(first.weights.w[0]);
    expect(first.steps).toBe(300);
    expect(first.curve.at(-1)!.loss).toBeLessThan(first.curve[0].loss / 100);
  });

  it('keeps the weights that were rated best, not the last', async () => {
    // The judge wants 1.5, which the descent passes on its way to 3.
    const rate = (weights: { readonly [name: string]: Float32Array }) => Promise.resolve(-Math.abs(weights.w[0] - 1.5));
    const { weights, rating, curve } = await run({ judge: { everySteps: 1, rate } });
    expect(weights.w[0]).toBeCloseTo(1.5, 0);
    expect(rating).toBe(Math.max(...curve.flatMap(point => point.rating ?? [])));
  });

  it('ends with its limit in seconds, after the fewest steps that learn anything', async () => {
    const { steps } = await run({ limit: { seconds: 1e-9 } });
    expect(steps).toBe(60);
  });

  it('goes back to before a loss that ran away, and gives up when that happens again and again', async () => {
    const broken = (from: number, to: number) => {
      let calls = 0;
      return (step: number) => {
        const isBroken = calls >= from && calls < to;
        calls++;
        const batch = batchOf(3)(step);
        return isBroken ? { ...batch, y: batch.y.fill(NaN) } : batch;
      };
    };
    const once = await run({ batch: broken(120, 121) });
    expect(once.weights.w[0]).toBeCloseTo(3, 2);
    await expect(run({ batch: broken(120, Infinity), schedule: constantSchedule(0.1) })).rejects.toThrow(DivergedError);
  });

  it('stops between two steps when aborted', async () => {
    const controller = new AbortController();
    const onProgress = ({ step }: { readonly step: number }) => {
      if (step === 5) controller.abort(new Error('enough'));
    };
    await expect(run({ signal: controller.signal, onProgress })).rejects.toThrow('enough');
  });
});
