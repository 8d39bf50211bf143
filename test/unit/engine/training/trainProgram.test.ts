import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { DISTANCES } from '../../../../src/engine/distances/distances';
import { batchHardTriplet } from '../../../../src/engine/losses/batchHardTriplet';
import { binaryCrossEntropy } from '../../../../src/engine/losses/binaryCrossEntropy';
import { contrastive } from '../../../../src/engine/losses/contrastive';
import { LOSSES } from '../../../../src/engine/losses/losses';
import { ntXent } from '../../../../src/engine/losses/ntXent';
import { BOOK_REGULARIZATION } from '../../../../src/engine/losses/regularization';
import { softMarginTriplet } from '../../../../src/engine/losses/softMarginTriplet';
import { allPairs, hardPairs, semiHardPairs } from '../../../../src/engine/miners/miners';
import { initialParameters } from '../../../../src/engine/model/initialize';
import { relu } from '../../../../src/engine/model/layers/activation';
import { batchNormalization } from '../../../../src/engine/model/layers/batchNormalization';
import { convolution } from '../../../../src/engine/model/layers/convolution';
import { dense } from '../../../../src/engine/model/layers/dense';
import type { Layer } from '../../../../src/engine/model/layers/layer';
import { noisyRelu } from '../../../../src/engine/model/layers/noisyRelu';
import { maxPool } from '../../../../src/engine/model/layers/pooling';
import { flatten, unitLength } from '../../../../src/engine/model/layers/shape';
import { sequential } from '../../../../src/engine/model/network';
import { adam } from '../../../../src/engine/optimizers/adam';
import { rmsprop } from '../../../../src/engine/optimizers/rmsprop';
import { EagerRuntime } from '../../../../src/engine/runtime/eagerRuntime';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { ENCODER, encoderProgram } from '../../../../src/engine/training/encoderProgram';
import type { Objective } from '../../../../src/engine/training/trainProgram';
import { scalarInputs } from '../../../../src/engine/training/learner';
import { noiseName, trainProgram } from '../../../../src/engine/training/trainProgram';
import { difference } from '../compile/parity';

const N = 6;

/** The chapter's base network, smaller: the same layers in the same order. */
const chapterLike = (activation: () => Layer): Layer[] => [
  convolution(4, 3),
  activation(),
  maxPool(2),
  convolution(6, 3),
  activation(),
  flatten(),
  dense(8),
  activation(),
];
const normalized = (): Layer[] => [
  convolution(5, 3, { stride: 2, padding: 'same', bias: false }),
  batchNormalization(),
  relu(),
  convolution(6, 3, { padding: 'same', bias: false }),
  batchNormalization(),
  relu(),
  flatten(),
  dense(7),
  unitLength(),
];

const network = (layers: Layer[]): Objective['network'] => sequential('test', [12, 12, 1], layers);
// A larger ε than the default: Adam divides by the gradient's own size, so that where the true gradient is 0 (a bias that cancels in
// every difference) it would compare rounding errors.
const base = {
  distance: DISTANCES.euclidean,
  loss: contrastive(1),
  miner: allPairs,
  optimizer: adam({ beta2: 0.99, epsilon: 1e-3 }),
};
const cases: [string, Objective][] = [
  ['the chapter, contrastive, Adam', { ...base, network: network(chapterLike(relu)) }],
  [
    'the chapter, regularized, RMSprop',
    { ...base, network: network(chapterLike(relu)), optimizer: rmsprop(), regularization: BOOK_REGULARIZATION },
  ],
  [
    'noisy units, cosine, binary cross-entropy',
    { ...base, network: network(chapterLike(noisyRelu)), distance: DISTANCES.cosine, loss: binaryCrossEntropy() },
  ],
  ['batch normalization, NT-Xent', { ...base, network: network(normalized()), distance: DISTANCES.cosine, loss: ntXent(0.2) }],
  [
    'batch-hard triplets, Manhattan',
    { ...base, network: network(chapterLike(relu)), distance: DISTANCES.manhattan, loss: batchHardTriplet() },
  ],
  ['ratio triplets', { ...base, network: network(chapterLike(relu)), loss: LOSSES['ratio-triplet']() }],
  ['compact triplets', { ...base, network: network(chapterLike(relu)), loss: LOSSES['compact-triplet']() }],
  [
    'soft-margin triplets, squared distance, semi-hard',
    {
      ...base,
      network: network(normalized()),
      distance: DISTANCES['squared-euclidean'],
      loss: softMarginTriplet(),
      miner: semiHardPairs(2),
    },
  ],
  [
    'exponential distance, hard pairs',
    { ...base, network: network(normalized()), distance: DISTANCES.exponential, miner: hardPairs },
  ],
];

describe('a train step', () => {
  it.each(cases)('%s: 20 compiled steps follow TensorFlow.js', async (_, objective) => {
    const program = trainProgram(objective, N);
    const start = initialParameters(objective.network, new SeededRandom(3));
    const runtimes = [new EagerRuntime('tfjs-cpu', 'cpu', 1), await createNodeRuntime(1)];
    const [reference, compiled] = await Promise.all(runtimes.map(r => r.load(program)));
    reference.setState(start);
    compiled.setState(start);
    const random = new SeededRandom(7);
    const similar = new Float32Array(N * N);
    const different = new Float32Array(N * N);
    for (let i = 0; i < N; i++) {
      for (let j = i + 1; j < N; j++) (i % 3 === j % 3 ? similar : different)[i * N + j] = i % 3 === j % 3 ? 1 / 6 : 1 / 24;
    }
    let first = 0;
    for (let step = 1; step <= 20; step++) {
      const images = Float32Array.from({ length: N * 144 }, (_v, i) => random.next() * (1 + (Math.floor(i / 144) % 3)) * 0.4);
      const noise = Object.entries(objective.network.noise).map(([name, shape]) => {
        const size = shape.reduce((a, b) => a * b, N);
        return [noiseName(name), Float32Array.from({ length: size }, () => random.normal())];
      });
      const inputs = {
        images,
        similar,
        different,
        ...Object.fromEntries(noise),
        ...scalarInputs(objective.optimizer, step, 1e-3),
      };
      const [expected, actual] = [await reference.run(inputs), await compiled.run(inputs)];
      if (step === 1) first = expected.loss[0];
      expect(Math.abs(actual.loss[0] - expected.loss[0])).toBeLessThan(2e-3 * Math.max(expected.loss[0], 0.01));
    }
    const [expected, actual] = [await reference.state(), await compiled.state()];
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    for (const name of Object.keys(objective.network.parameters)) {
      expect(difference(expected[name], actual[name])).toBeLessThan(5e-3);
    }
    expect(first).toBeGreaterThan(0);

    const encoder = encoderProgram(objective.network);
    const encoders = await Promise.all(runtimes.map(r => r.load(encoder)));
    encoders[0].shareState(reference);
    encoders[1].shareState(compiled);
    // A batch of another size than the step's.
    const images = Float32Array.from({ length: 9 * 144 }, () => random.next());
    const embeddings = await Promise.all(encoders.map(e => e.run({ images })));
    expect(embeddings[1][ENCODER.embedding].length).toBe(9 * objective.network.embeddingSize);
    expect(difference(embeddings[0][ENCODER.embedding], embeddings[1][ENCODER.embedding])).toBeLessThan(5e-3);
  });

  it('changes every learned parameter and keeps what is shared with an encoder while training goes on', async () => {
    const objective = cases[0][1];
    const runtime = await createNodeRuntime(1);
    const step = await runtime.load(trainProgram(objective, N));
    const start = initialParameters(objective.network, new SeededRandom(3));
    step.setState(start);
    const random = new SeededRandom(1);
    const images = Float32Array.from({ length: N * 144 }, () => random.next());
    const weights = (kind: number): Float32Array =>
      Float32Array.from({ length: N * N }, (_, k) => (k % N > Math.floor(k / N) && k % 2 === kind ? 0.1 : 0));
    const run = (n: number): Promise<unknown> =>
      step.run({ images, similar: weights(0), different: weights(1), ...scalarInputs(objective.optimizer, n, 1e-2) });
    await run(1);
    const after = await step.state();
    for (const name of Object.keys(start)) expect(after[name]).not.toEqual(start[name]);
    const encoder = await runtime.load(encoderProgram(objective.network));
    encoder.shareState(step);
    const before = (await encoder.run({ images })).embedding.slice();
    for (let n = 2; n < 6; n++) await run(n);
    expect((await encoder.run({ images })).embedding).toEqual(before);
    encoder.shareState(step);
    expect((await encoder.run({ images })).embedding).not.toEqual(before);
  });
});
