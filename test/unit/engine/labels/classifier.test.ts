import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  CLASSIFIER,
  classifierProgram,
  createClassifier,
  crossEntropy,
  initialClassifier,
  predictProgram,
} from '../../../../src/engine/labels/classifier';
import { Programs } from '../../../../src/engine/labels/programs';
import { predict } from '../../../../src/engine/labels/predict';
import { trainClassifier } from '../../../../src/engine/labels/trainClassifier';
import { createTrunk } from '../../../../src/engine/labels/trunks';
import { adam } from '../../../../src/engine/optimizers/adam';
import { OPTIMIZERS } from '../../../../src/engine/optimizers/optimizers';
import { EagerRuntime } from '../../../../src/engine/runtime/eagerRuntime';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import type { Runtime } from '../../../../src/engine/runtime/runtime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { scalarInputs } from '../../../../src/engine/training/learner';
import { ByteImages } from '../../../../src/engine/training/images';
import { difference, expectGradientParity, expectParity, irregular } from '../compile/parity';

const targets = (rows: number, classes: number): Float32Array => {
  const values = new Float32Array(rows * classes).fill(0.1 / classes);
  for (let i = 0; i < rows; i++) values[i * classes + (i % classes)] += 0.9;
  return values;
};

describe('cross-entropy', () => {
  test('compiled, value and gradient, is TensorFlow.js’s', async () => {
    const shares = (t: tf.Tensor) => tf.softmax(t as tf.Tensor2D);
    await expectGradientParity(
      [
        [5, 4],
        [5, 4],
      ],
      (logits, t) => crossEntropy(tf.mul(logits, 6), shares(t)),
    );
  });

  test('is −Σ t · log softmax, by hand', async () => {
    await tf.setBackend('cpu');
    const loss = crossEntropy(tf.tensor2d([[1, 2]]), tf.tensor2d([[0.25, 0.75]]));
    const total = Math.exp(1) + Math.exp(2);
    expect(loss.dataSync()[0]).toBeCloseTo(-0.25 * Math.log(Math.exp(1) / total) - 0.75 * Math.log(Math.exp(2) / total), 5);
  });

  test('softmax of embeddings times a head is TensorFlow.js’s', () =>
    expectParity(
      [
        [3, 4],
        [4, 5],
      ],
      (x, w) => tf.softmax(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)),
    ));
});

describe('a step of a classifier', () => {
  test.each(['deep', 'photo'] as const)('compiled is the eager one: %s', async name => {
    const classifier = createClassifier(createTrunk(name, [16, 16, 2]), 3);
    const optimizer = adam({ beta2: 0.99, epsilon: 0.1 });
    const program = classifierProgram(classifier, optimizer, 6);
    const images = irregular(6 * 16 * 16 * 2).map(v => (v + 1) / 2);
    const run = async (runtime: Runtime) => {
      const executable = await runtime.load(program);
      executable.setState(initialClassifier(classifier, new SeededRandom(4)));
      const feeds = { [CLASSIFIER.images]: images, [CLASSIFIER.targets]: targets(6, 3) };
      const results = await executable.run({ ...feeds, ...scalarInputs(optimizer, 1, 1e-2) });
      return { loss: results[CLASSIFIER.loss], state: await executable.state() };
    };
    const eager = await run(new EagerRuntime('tfjs-cpu', 'cpu', 1));
    const compiled = await run(await createNodeRuntime(1));
    expect(difference(eager.loss, compiled.loss)).toBeLessThan(1e-5);
    // Adam's first moments are a tenth of the gradients.
    // Those of the bias before a normalization are 0 but for rounding.
    const keys = Object.keys(eager.state).filter(key => !key.endsWith('dense/bias'));
    for (const key of keys) expect(difference(eager.state[key], compiled.state[key]), key).toBeLessThan(2e-3);
  });

  test('predicting is the eager forward pass, whatever the number of images', async () => {
    const classifier = createClassifier(createTrunk('features', [1, 1, 6]), 4);
    const weights = initialClassifier(classifier, new SeededRandom(2));
    const program = predictProgram(classifier, weights);
    const images = irregular(5 * 6);
    const [a, b] = await Promise.all(
      [new EagerRuntime('tfjs-cpu', 'cpu', 1), await createNodeRuntime(1)].map(async runtime =>
        (await runtime.load(program)).run({ [CLASSIFIER.images]: images }),
      ),
    );
    expect(difference(a[CLASSIFIER.probabilities], b[CLASSIFIER.probabilities])).toBeLessThan(1e-5);
    expect(difference(a[CLASSIFIER.embedding], b[CLASSIFIER.embedding])).toBeLessThan(1e-5);
  });
});

/** Dark and light noise, every other one. */
function twoKinds(count: number): { images: ByteImages; labels: Int32Array } {
  const random = new SeededRandom(8);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const bytes = Uint8Array.from({ length: count * 64 }, (_, i) => (labels[Math.floor(i / 64)] ? 150 : 60) + random.integer(60));
  return { images: new ByteImages(bytes, [8, 8, 1]), labels };
}

describe('training', () => {
  const { images, labels } = twoKinds(60);
  const all = Int32Array.from(labels.keys());
  const classifier = createClassifier(createTrunk('deep', [8, 8, 1]), 2);
  const train = async (over: Partial<Parameters<typeof trainClassifier>[0]> = {}) =>
    trainClassifier({
      classifier,
      optimizer: OPTIMIZERS.adam(),
      programs: new Programs(await createNodeRuntime(1)),
      images,
      labels,
      training: all,
      batchSize: 20,
      learningRate: 2e-3,
      smoothing: 0.1,
      alterations: [],
      limit: { steps: 60 },
      seed: 3,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...over,
    });

  test('learns, and the same twice with fixed steps', async () => {
    // A network leaves nothing behind for the next one of the same program.
    const programs = new Programs(await createNodeRuntime(1));
    const first = await train({ programs });
    await train({ programs, seed: 8, limit: { steps: 5 } });
    const second = await train({ programs });
    expect(second).toEqual(first);
    const { probabilities } = await predict(
      classifier,
      first,
      await createNodeRuntime(1),
      images,
      all,
      true,
      new AbortController().signal,
    );
    const right = labels.reduce((sum, label, i) => sum + Number(probabilities[i * 2 + label] > 0.5), 0);
    expect(right).toBe(60);
  });

  test('never looks at images that are not to be learned from', async () => {
    const seen = new Set<number>();
    const watching = {
      count: images.count,
      shape: images.shape,
      read: (index: number, into: Float32Array, offset: number) => {
        seen.add(index);
        images.read(index, into, offset);
      },
    };
    const training = all.filter(i => i % 3 !== 0);
    await train({ images: watching, training, limit: { steps: 20 } });
    expect([...seen].sort((a, b) => a - b)).toEqual([...training]);
  });

  test('ends at once when aborted', async () => {
    const controller = new AbortController();
    let steps = 0;
    const onProgress = () => {
      if (++steps === 3) controller.abort(new Error('enough'));
    };
    await expect(train({ signal: controller.signal, onProgress, limit: { steps: 10_000 } })).rejects.toThrow('enough');
    expect(steps).toBeLessThan(10);
  });
});
