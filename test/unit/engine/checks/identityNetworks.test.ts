import { describe, expect, it } from 'vitest';
import { identityLearner, identityNetwork, INPUT, noiseOf } from '../../../../src/engine/checks/identities/identityNetworks';
import { media, sizeOfFile } from '../../../../src/engine/checks/identities/medium';
import { STROKE_SHAPE, writeStrokes } from '../../../../src/engine/checks/identities/strokeFeatures';
import { initialParameters } from '../../../../src/engine/model/initialize';
import { OPTIMIZERS } from '../../../../src/engine/optimizers/optimizers';
import { EagerRuntime } from '../../../../src/engine/runtime/eagerRuntime';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { LOSS, scalarInputs, stepProgram } from '../../../../src/engine/training/learner';
import { difference, irregular } from '../compile/parity';

const N = 4;
/** The same layers on a quarter of a picture's places: TensorFlow.js takes long on a CPU. */
const shapes = { images: [32, 32, 3], strokes: STROKE_SHAPE };
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

describe('networks of identities', () => {
  it.each(media)(
    'by %s: compiled steps, noise and gradients included, follow TensorFlow.js',
    async medium => {
      const network = identityNetwork(medium, shapes[medium]);
      const optimizer = OPTIMIZERS.adam();
      const program = stepProgram(identityLearner(network, N), optimizer);
      const start = initialParameters(network.chain, new SeededRandom(3));
      const files = irregular(N * product(network.shape), 2).map(value => (value + 1) / 2);
      // Two identities of two files each.
      const [similar, different] = [new Float32Array(N * N), new Float32Array(N * N)];
      for (let i = 0; i < N; i++) {
        for (let j = i + 1; j < N; j++) (i >> 1 === j >> 1 ? similar : different)[i * N + j] = 1;
      }
      const noise = Object.entries(network.chain.noise).map(
        ([name, shape], k) => [noiseOf(name), irregular(N * product(shape), 5 + k)] as const,
      );
      expect(noise.length).toBeGreaterThan(0);
      const results = await Promise.all(
        [new EagerRuntime('tfjs-cpu', 'cpu', 1), await createNodeRuntime(1)].map(async runtime => {
          const executable = await runtime.load(program);
          executable.setState(start);
          const losses: number[] = [];
          for (let step = 1; step <= 2; step++) {
            const fed = {
              [INPUT.files]: files,
              [INPUT.similar]: similar,
              [INPUT.different]: different,
              ...Object.fromEntries(noise),
            };
            losses.push((await executable.run({ ...fed, ...scalarInputs(optimizer, step, 1e-3) }))[LOSS][0]);
          }
          const state = await executable.state(Object.keys(start));
          await executable.dispose();
          return { losses, state };
        }),
      );
      const [reference, compiled] = results;
      expect(compiled.losses[0]).toBeCloseTo(reference.losses[0], 4);
      expect(compiled.losses[1]).toBeCloseTo(reference.losses[1], 3);
      expect(reference.losses[1]).not.toBeCloseTo(reference.losses[0], 4);
      const last = Object.keys(start)
        .filter(name => name.endsWith('kernel'))
        .at(-1)!;
      expect(difference(reference.state[last], compiled.state[last])).toBeLessThan(0.02);
    },
    120_000,
  );
});

describe('pen strokes as a network sees them', () => {
  const way = Array.from({ length: 50 }, (_, i) => [Math.sin(i / 5) * i, Math.cos(i / 7) * 20]);
  const strokesOf = (points: number[][], time = (i: number): number => i) => ({
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    time: Float64Array.from(points, (_, i) => time(i)),
    touch: new Float64Array(points.length).fill(1),
  });
  const seen = (strokes: ReturnType<typeof strokesOf>, random?: SeededRandom): Float32Array => {
    const into = new Float32Array(sizeOfFile('strokes'));
    writeStrokes(strokes, into, 0, random);
    return into;
  };

  it('do not depend on place, size and units', () => {
    const moved = strokesOf(
      way.map(([x, y]) => [1000 + 37 * x, -50 + 37 * y]),
      i => 1e6 + 12.5 * i,
    );
    expect(difference(seen(strokesOf(way)), seen(moved))).toBeLessThan(1e-4);
  });

  it('change a little when learning, the same for the same numbers', () => {
    const [plain, once, again] = [
      seen(strokesOf(way)),
      seen(strokesOf(way), new SeededRandom(4)),
      seen(strokesOf(way), new SeededRandom(4)),
    ];
    expect(once).toEqual(again);
    const apart = difference(plain, once);
    expect(apart).toBeGreaterThan(0.005);
    expect(apart).toBeLessThan(1);
    expect(once.every(Number.isFinite)).toBe(true);
  });
});
