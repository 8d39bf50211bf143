import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialParameters } from '../../../../src/engine/model/initialize';
import { OPTIMIZERS } from '../../../../src/engine/optimizers/optimizers';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import type { Runtime } from '../../../../src/engine/runtime/runtime';
import { createTfjsCpuRuntime } from '../../../../src/engine/runtime/tfjsRuntimes';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { cellsOf, encodeCells, FEATURES } from '../../../../src/engine/search/cropEncoder';
import type { MapLossName } from '../../../../src/engine/search/cropLearner';
import { cropLearner, HITS, placesOf } from '../../../../src/engine/search/cropLearner';
import { LOSS, scalarInputs, stepProgram } from '../../../../src/engine/training/learner';

const sizes = { batch: 2, cropSide: 33, windowSide: 41 };
const places = placesOf({ ...sizes, loss: 'logistic' });
const total = sizes.batch * places * places;

function batchOf(): Record<string, Float32Array> {
  const random = new SeededRandom(5);
  const picture = (side: number) => Float32Array.from({ length: sizes.batch * side * side * 3 }, () => random.next());
  const hits = new Float32Array(sizes.batch * HITS * total);
  const misses = new Float32Array(sizes.batch * total).fill(1 / (total - HITS));
  for (let i = 0; i < sizes.batch; i++) {
    for (let k = 0; k < HITS; k++) {
      const place = i * places * places + k;
      hits[(i * HITS + k) * total + place] = 1;
      misses[i * total + place] = 0;
    }
  }
  return { crops: picture(sizes.cropSide), windows: picture(sizes.windowSide), hits, misses };
}

const parametersOf = (loss: MapLossName): Record<string, Float32Array> =>
  initialParameters(cropLearner({ ...sizes, loss }), new SeededRandom(3));

/** Scores of crops at places of windows, by loops over the cells. */
async function scoresOf(parameters: Record<string, Float32Array>, batch: Record<string, Float32Array>): Promise<number[][]> {
  await tf.setBackend('cpu');
  const { parameters: specs } = cropLearner({ ...sizes, loss: 'triplet' });
  const tensors = Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, tf.tensor(parameters[name], [...shape])]),
  );
  const cells = (values: Float32Array, side: number): Float32Array =>
    encodeCells(tensors, tf.tensor4d(values, [sizes.batch, side, side, 3]), true).cells.dataSync() as Float32Array;
  const [small, large] = [cells(batch.crops, sizes.cropSide), cells(batch.windows, sizes.windowSide)];
  const [c, w] = [cellsOf(sizes.cropSide), cellsOf(sizes.windowSide)];
  return Array.from({ length: sizes.batch }, (_, crop) =>
    Array.from({ length: total }, (__, at) => {
      const window = Math.floor(at / places ** 2);
      const [row, column] = [Math.floor((at % places ** 2) / places), at % places];
      let sum = 0;
      for (let y = 0; y < c; y++) {
        for (let x = 0; x < c; x++) {
          for (let f = 0; f < FEATURES; f++) {
            const one = small[((crop * c + y) * c + x) * FEATURES + f];
            sum += one * large[((window * w + row + y) * w + column + x) * FEATURES + f];
          }
        }
      }
      return sum / c ** 2;
    }),
  );
}

const softplus = (x: number): number => Math.log(1 + Math.exp(x));
const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('the crop learner', () => {
  let compiled: Runtime;
  let eager: Runtime;
  beforeAll(async () => {
    compiled = await createNodeRuntime(1);
    eager = await createTfjsCpuRuntime();
  });
  afterAll(async () => {
    await compiled.dispose();
    await eager.dispose();
  });

  const step = async (runtime: Runtime, loss: MapLossName) => {
    const optimizer = OPTIMIZERS.adam();
    const executable = await runtime.load(stepProgram(cropLearner({ ...sizes, loss }), optimizer));
    executable.setState(parametersOf(loss));
    const outputs = await executable.run({ ...batchOf(), ...scalarInputs(optimizer, 1, 0.001) });
    const state = await executable.state();
    await executable.dispose();
    return { outputs, state };
  };

  it.each(['logistic', 'triplet'] as const)('compiled, the %s loss is the one written with loops', async loss => {
    const { outputs } = await step(compiled, loss);
    const scores = await scoresOf(parametersOf(loss), batchOf());
    const gain = 4 * Math.E;
    const costs = scores.map((row, crop) => {
      const isHit = (at: number) => at >= crop * places ** 2 && at < crop * places ** 2 + HITS;
      const v = row.map(score => gain * score);
      const hits = v.filter((_, at) => isHit(at));
      const misses = v.filter((_, at) => !isHit(at));
      if (loss === 'triplet') return mean(hits.flatMap(hit => misses.map(miss => softplus(miss - hit))));
      return (mean(hits.map(hit => softplus(gain / 2 - hit))) + mean(misses.map(miss => softplus(miss - gain / 2)))) / 2;
    });
    expect(outputs[LOSS][0]).toBeCloseTo(mean(costs), 4);
  });

  it.each(['logistic', 'triplet'] as const)(
    'a step of the %s loss is the same compiled and as TensorFlow.js runs it',
    async loss => {
      const [one, other] = [await step(compiled, loss), await step(eager, loss)];
      expect(one.outputs[LOSS][0]).toBeCloseTo(other.outputs[LOSS][0], 4);
      // The first moment is a tenth of the gradient.
      for (const name of Object.keys(parametersOf(loss))
        .map(key => `m:${key}`)
        .filter(key => key in other.state)) {
        const largest = (other.state[name] as Float32Array).reduce(
          (most: number, value: number) => Math.max(most, Math.abs(value)),
          1e-6,
        );
        one.state[name].forEach((value, i) => {
          expect(Math.abs(value - other.state[name][i]) / largest, name).toBeLessThan(2e-3);
        });
      }
    },
  );
});
