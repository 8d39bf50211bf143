import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { pairNetworkNames } from '../../../src/core/training/names';
import { initialParameters } from '../../../src/engine/model/initialize';
import { spatialPyramidPool } from '../../../src/engine/model/layers/pooling';
import { OPTIMIZERS } from '../../../src/engine/optimizers/optimizers';
import { judgePairs, PAIR, pairLearner, pairProgram } from '../../../src/engine/pairNetworks/pairLearner';
import { packModel, unpackModel } from '../../../src/engine/model/modelContainer';
import { decodeModel } from '../../../src/engine/model/modelFile';
import { decodePairModel, encodePairModel } from '../../../src/engine/pairNetworks/pairModelFile';
import { withEvidence } from '../../../src/engine/pairNetworks/rescorePairs';
import { ViewPairs } from '../../../src/engine/pairNetworks/viewPairs';
import { ByteImages } from '../../../src/engine/training/images';
import { createPairNetwork } from '../../../src/engine/pairNetworks/pairNetworks';
import { EagerRuntime } from '../../../src/engine/runtime/eagerRuntime';
import { createNodeRuntime } from '../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../src/engine/samplers/random';
import { LOSS, scalarInputs, stepProgram } from '../../../src/engine/training/learner';
import { difference, expectParity, irregular } from './compile/parity';

describe('spatial pyramid pooling', () => {
  const pool = spatialPyramidPool([3, 2, 1]);
  const run = (x: tf.Tensor): tf.Tensor => pool.apply(x, {}, { training: true }).output;

  it('takes the maximum of bins that cover the map, by loops', async () => {
    const [height, width] = [5, 7];
    const values = irregular(height * width, 5);
    const expected: number[] = [];
    for (const n of [3, 2, 1]) {
      for (let row = 0; row < n; row++) {
        for (let column = 0; column < n; column++) {
          let most = -Infinity;
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              // A pixel belongs to every bin that any part of it lies in.
              const inside = (y + 1) * n > row * height && y * n < (row + 1) * height;
              if (inside && (x + 1) * n > column * width && x * n < (column + 1) * width) {
                most = Math.max(most, values[y * width + x]);
              }
            }
          }
          expected.push(most);
        }
      }
    }
    await new EagerRuntime('tfjs-cpu', 'cpu', 1).load({
      name: 'none',
      state: {},
      inputs: {},
      compute: () => ({ state: {}, outputs: {} }),
    });
    const found = run(tf.tensor4d(values, [1, height, width, 1])).dataSync();
    expect(found).toHaveLength(14);
    Array.from(found).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
  });

  it.each([[[2, 5, 7, 3]], [[2, 8, 8, 2]], [[1, 3, 11, 2]]])('compiled the same on %j, with its gradient', async shape => {
    await expectParity([shape], run);
    await expectParity([shape], x => tf.grad(given => tf.sum(tf.square(run(given))))(x));
  });

  it('gives as many numbers for any size', () => {
    for (const size of [
      [8, 8, 4],
      [5, 20, 4],
    ]) {
      expect(pool.outputShape(size)).toEqual([14 * 4]);
    }
  });
});

const N = 2;
const input = [32, 32, 1] as const;
const size = 32 * 32;
/** The second picture of the first half is the first one, a little darker; of the others another one. */
const pictures = (seed: number): [Float32Array, Float32Array] => {
  const first = irregular(N * size, seed).map(value => (value + 1) / 2);
  const second = first.map((value, i) => (i < (N / 2) * size ? value * 0.9 : first[(i * 7 + 13) % first.length]));
  return [first, second];
};

describe('networks that compare two pictures at once', () => {
  it.each(pairNetworkNames)('%s: compiled steps follow TensorFlow.js', async name => {
    const network = createPairNetwork(name, input);
    const optimizer = OPTIMIZERS.adam();
    const program = stepProgram(pairLearner(network, N), optimizer);
    const start = initialParameters(network, new SeededRandom(3));
    const [first, second] = pictures(1);
    const losses = await Promise.all(
      [new EagerRuntime('tfjs-cpu', 'cpu', 1), await createNodeRuntime(1)].map(async runtime => {
        const executable = await runtime.load(program);
        executable.setState(start);
        const seen: number[] = [];
        for (let step = 1; step <= 2; step++) {
          const fed = { [PAIR.first]: first, [PAIR.second]: second, [PAIR.similar]: Float32Array.of(1, 0) };
          seen.push((await executable.run({ ...fed, ...scalarInputs(optimizer, step, 3e-4) }))[LOSS][0]);
        }
        await executable.dispose();
        return Float32Array.from(seen);
      }),
    );
    expect(losses[1][1]).toBeLessThan(losses[1][0]);
    expect(difference(losses[0], losses[1])).toBeLessThan(2e-3);
  });

  it.each(['two-channel', 'pseudo-siamese', 'spp'] as const)('%s: says the same whichever picture stands first', async name => {
    const network = createPairNetwork(name, input);
    const runtime = await createNodeRuntime(1);
    const [first, second] = pictures(2);
    const judge = (a: Float32Array, b: Float32Array): Promise<Float32Array> =>
      judgePairs({
        network,
        weights: initialParameters(network, new SeededRandom(5)),
        load: program => runtime.load(program),
        count: N,
        read: (k, x, y, offset) => {
          x.set(a.subarray(k * size, (k + 1) * size), offset);
          y.set(b.subarray(k * size, (k + 1) * size), offset);
        },
        signal: new AbortController().signal,
      });
    expect(difference(await judge(first, second), await judge(second, first))).toBeLessThan(1e-5);
  });

  it.each(pairNetworkNames)('%s: light and contrast of a picture do not matter, and a plain one is no trouble', async name => {
    const network = createPairNetwork(name, input);
    const runtime = await createNodeRuntime(1);
    const [first, second] = pictures(2);
    const seen = async (change: (value: number) => number): Promise<Float32Array> => {
      const executable = await runtime.load(pairProgram(network, N));
      executable.setState(initialParameters(network, new SeededRandom(5)));
      const { logits } = await executable.run({ [PAIR.first]: first, [PAIR.second]: second.map(change) });
      await executable.dispose();
      return logits as Float32Array;
    };
    const plainly = await seen(value => value);
    expect(difference(await seen(value => 0.8 * value + 0.1), plainly)).toBeLessThan(2e-3);
    expect(difference(await seen(value => value ** 3), plainly)).toBeGreaterThan(5e-3);
    expect([...(await seen(() => 0.3))].every(Number.isFinite)).toBe(true);
  });

  it('with a spatial pyramid the weights fit pictures of any size, without one they do not', () => {
    const shapesOf = (name: 'spp' | 'two-channel-spp' | 'siamese', shape: readonly [number, number, number]): string =>
      JSON.stringify(createPairNetwork(name, shape).parameters);
    for (const name of ['spp', 'two-channel-spp'] as const) expect(shapesOf(name, [48, 96, 1])).toBe(shapesOf(name, [64, 64, 1]));
    expect(shapesOf('siamese', [48, 96, 1])).not.toBe(shapesOf('siamese', [64, 64, 1]));
    expect(() => createPairNetwork('spp', [16, 64, 1])).toThrow('too small');
  });
});

describe('the file of a network that compares two pictures', () => {
  const network = createPairNetwork('two-channel-spp', [32, 32, 1]);
  const model = {
    parameters: initialParameters(network, new SeededRandom(7)),
    description: {
      name: 'twins',
      network: 'two-channel-spp',
      input: [32, 32, 1] as [number, number, number],
      relation: 'same-picture',
      trainedAt: '2026-11-30T00:00:00.000Z',
      trainedOn: { images: 12 },
      metrics: { rocAuc: 0.9 },
      trainingLog: [],
      writtenBy: 'test',
    },
  } as const;
  const bytes = encodePairModel({ ...model, description: { ...model.description, trainingLog: [] } });

  it('comes back as it was written', () => {
    const read = decodePairModel(bytes, 'twins.twinlint');
    expect(read.description).toEqual(model.description);
    expect(read.parameters).toEqual(model.parameters);
  });

  it('is no model that could embed, and says what it is for', () => {
    expect(() => decodeModel(bytes, 'twins.twinlint')).toThrow(/two-channel-spp.*looks at two pictures at once.*--rescore-model/);
  });

  it('is refused where its pictures were made ready in another way', () => {
    const { pictures: _pictures, ...older } = unpackModel(bytes, 'twins.twinlint').header as Record<string, unknown>;
    const file = packModel(older, Object.values(model.parameters));
    expect(() => decodePairModel(file, 'old.twinlint')).toThrow(/old\.twinlint.*header/);
  });

  it('is refused when damaged', () => {
    const damaged = bytes.slice();
    damaged[damaged.length - 100] ^= 1;
    expect(() => decodePairModel(damaged, 'twins.twinlint')).toThrow('twins.twinlint');
  });
});

describe('evidence of a network', () => {
  it('adds its log-odds to those of a distance', () => {
    expect(withEvidence(0.37, 0)).toBeCloseTo(0.37, 6);
    // From ½, three log-odds are one e-fold of the curve.
    expect(withEvidence(0.5, 3)).toBeCloseTo(1 / (1 + Math.E), 6);
    expect(withEvidence(0.5, -3)).toBeCloseTo(1 / (1 + 1 / Math.E), 6);
  });

  it('is limited, and leaves order among pairs of equal evidence', () => {
    expect(withEvidence(0.2, 50)).toBe(withEvidence(0.2, 6));
    expect(withEvidence(0.1, -4)).toBeLessThan(withEvidence(0.2, -4));
    expect(withEvidence(0, -6)).toBeLessThan(0.01);
  });
});

describe('pairs of views to learn from', () => {
  const images = new ByteImages(
    Uint8Array.from({ length: 6 * 1024 }, (_, i) => 40 * Math.floor(i / 1024)),
    [32, 32, 1],
  );
  const pairs = new ViewPairs({ images, chosen: Int32Array.of(0, 1, 2, 4, 5), alterations: [], batch: 6, seed: 3 });
  const firsts = (array: ArrayLike<number>): number[] =>
    Array.from({ length: 6 }, (_, k) => Math.round((array[k * 1024] * 255) / 40));

  it('every other one is of one image, the others never; images that were not chosen are in none', () => {
    const seen = new Set<number>();
    for (let step = 0; step < 50; step++) {
      const batch = pairs.of(step);
      expect([...batch[PAIR.similar]]).toEqual([1, 0, 1, 0, 1, 0]);
      const [a, b] = [firsts(batch[PAIR.first]), firsts(batch[PAIR.second])];
      a.forEach((image, k) => expect(image === b[k]).toBe(k % 2 === 0));
      for (const image of [...a, ...b]) seen.add(image);
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 4, 5]);
  });

  it('a step is the same each time', () => {
    expect(pairs.of(7)).toEqual(pairs.of(7));
    expect(pairs.of(7)).not.toEqual(pairs.of(8));
  });
});
