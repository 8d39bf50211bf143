import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialParameters } from '../../../src/engine/model/initialize';
import { batchNormalization } from '../../../src/engine/model/layers/batchNormalization';
import { unitLength } from '../../../src/engine/model/layers/shape';
import { noisyRelu } from '../../../src/engine/model/layers/noisyRelu';
import { sequential } from '../../../src/engine/model/network';
import { networkNames } from '../../../src/core/training/names';
import { createNetwork } from '../../../src/engine/model/networks';
import { SeededRandom } from '../../../src/engine/samplers/random';

beforeAll(() => void tf.setBackend('cpu'));

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

describe('networks', () => {
  it('the chapter’s base network has the sizes it should', () => {
    const network = createNetwork('chapter');
    const shapes = Object.fromEntries(Object.entries(network.parameters).map(([name, spec]) => [name, spec.shape.join()]));
    expect(shapes).toEqual({
      '1.convolution/kernel': '7,7,1,32',
      '1.convolution/bias': '32',
      '4.convolution/kernel': '3,3,32,64',
      '4.convolution/bias': '64',
      '7.dense/kernel': '5184,128',
      '7.dense/bias': '128',
    });
    // (49 + 1) · 32 + (288 + 1) · 64 + (5184 + 1) · 128
    expect(Object.values(network.parameters).reduce((sum, spec) => sum + size(spec.shape), 0)).toBe(683_776);
    expect(network.embeddingSize).toBe(128);
  });

  it.each(networkNames)('%s embeds a batch', name => {
    const network = createNetwork(name);
    const start = initialParameters(network, new SeededRandom(1));
    const parameters = Object.fromEntries(
      Object.entries(network.parameters).map(([key, spec]) => [key, tf.tensor(start[key], [...spec.shape])]),
    );
    const images = tf.randomUniform<tf.Rank.R4>([2, ...network.input]);
    const { embedding } = network.forward(parameters, images, { training: false });
    expect(embedding.shape).toEqual([2, network.embeddingSize]);
    expect([...embedding.dataSync()].every(Number.isFinite)).toBe(true);
  });

  it('scales embeddings to the length it was given', () => {
    const layer = unitLength(0.5);
    const { output } = layer.apply(
      tf.tensor2d([
        [3, 4],
        [0, -0.1],
      ]),
      {},
      { training: false },
    );
    const expected = [0.3, 0.4, 0, -0.5];
    output.dataSync().forEach((v, i) => expect(v).toBeCloseTo(expected[i], 2));
  });

  it('draws first weights within Glorot’s limit, the same for a seed', () => {
    const network = createNetwork('chapter');
    const [a, b] = [1, 1].map(seed => initialParameters(network, new SeededRandom(seed)));
    expect(a).toEqual(b);
    const limit = Math.sqrt(6 / (5184 + 128));
    const dense = a['7.dense/kernel'];
    expect(Math.max(...dense.subarray(0, 10000).map(Math.abs))).toBeLessThanOrEqual(limit);
    // A uniform number in ±l has variance l²/3.
    expect(dense.reduce((sum, v) => sum + v * v, 0) / dense.length / (limit ** 2 / 3)).toBeCloseTo(1, 1.5);
    expect(Math.max(...a['7.dense/bias'])).toBe(0);
  });

  it('refuses layers that don’t end in a vector', () => {
    expect(() => sequential('bad', [4, 4, 1], [noisyRelu()])).toThrow('[4,4,1]');
  });
});

describe('noisy ReLU', () => {
  const layer = noisyRelu();
  const x = tf.tensor1d([-2, 0, 3]);
  const apply = (noise?: number[]): number[] => [
    ...layer.apply(x, {}, { training: noise !== undefined, noise: noise && tf.tensor1d(noise) }).output.dataSync(),
  ];
  it('adds noise of variance sigmoid(x) before it rectifies', () => {
    const deviation = (v: number): number => Math.sqrt(1 / (1 + Math.exp(-v)));
    const actual = apply([10, -1, 0.5]);
    [-2 + 10 * deviation(-2), Math.max(0, -deviation(0)), 3 + 0.5 * deviation(3)].forEach((v, i) =>
      expect(actual[i]).toBeCloseTo(v, 5),
    );
  });
  it('is plain ReLU outside of training', () => expect(apply()).toEqual([0, 0, 3]));
});

describe('batch normalization', () => {
  const layer = batchNormalization(0.9, 0);
  const parameters = { scale: tf.tensor1d([2]), offset: tf.tensor1d([1]), mean: tf.tensor1d([10]), variance: tf.tensor1d([4]) };
  it('uses the batch’s moments when training and moves the running ones', () => {
    const { output, statistics } = layer.apply(tf.tensor2d([[1], [3]]), parameters, { training: true });
    // Mean 2, variance 1: ±1, times 2, plus 1.
    expect([...output.dataSync()]).toEqual([-1, 3]);
    expect(statistics!.mean.dataSync()[0]).toBeCloseTo(0.9 * 10 + 0.1 * 2, 5);
    expect(statistics!.variance.dataSync()[0]).toBeCloseTo(0.9 * 4 + 0.1 * 1, 5);
  });
  it('uses the running moments otherwise', () => {
    const { output } = layer.apply(tf.tensor2d([[14]]), parameters, { training: false });
    expect(output.dataSync()[0]).toBeCloseTo(2 * 2 + 1, 5);
  });
});
