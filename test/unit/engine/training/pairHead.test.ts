import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { initialParameters } from '../../../../src/engine/model/initialize';
import { createNetwork, createPairHead, modelNetworkNames, trunkOf } from '../../../../src/engine/model/networks';
import { PAIR_EMBEDDING } from '../../../../src/engine/model/pairHead';
import { SeededRandom } from '../../../../src/engine/samplers/random';

const tensorsOf = (network: ReturnType<typeof createNetwork>): Record<string, tf.Tensor> => {
  const values = initialParameters(network, new SeededRandom(1));
  return Object.fromEntries(
    Object.entries(network.parameters).map(([name, { shape }]) => [name, tf.tensor(values[name], [...shape], 'float32')]),
  );
};

describe('a head for pairs', () => {
  it.each(modelNetworkNames.filter(name => name.endsWith('-pairs')))('%s gives vectors of length 1', name => {
    const network = createNetwork(name);
    const images = tf.randomUniform<tf.Rank.R4>([2, ...network.input], 0, 1, 'float32', 7);
    const { embedding } = network.forward(tensorsOf(network), images, { training: false });
    expect(embedding.shape).toEqual([2, PAIR_EMBEDDING]);
    for (const length of tf.sqrt(tf.sum(tf.square(embedding), 1)).dataSync()) expect(length).toBeCloseTo(1, 4);
    expect(trunkOf(name)).toBe(name.replace('-pairs', ''));
  });

  it('sees the picture in cells, and every depth of the trunk', () => {
    const network = createPairHead('small', [32, 32, 3]);
    // The picture, three activations of 32, 64 and 96 channels, all in 4 × 4 cells, and the embedding.
    expect(network.levels).toEqual([0, 48, 560, 1584, 3120]);
    expect(network.featureSize).toBe(3248);
    // White in the upper left quarter of the left upper quarter's cells only.
    const picture = tf.buffer([1, 32, 32, 3]);
    for (let y = 0; y < 8; y++) for (let x = 0; x < 16; x++) picture.set(1, 0, y, x, 1);
    const seen = network.features(tensorsOf(network), picture.toTensor() as tf.Tensor4D).dataSync();
    const green = Array.from({ length: 16 }, (_, cell) => seen[cell * 3 + 1]);
    expect(green).toEqual([1, 1, 0, 0, ...Array<number>(12).fill(0)]);
    expect(seen[0]).toBe(0);
  });
});
