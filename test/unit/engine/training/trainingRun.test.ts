import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { noteText } from '../../../../src/core/dataset/note';
import { DISTANCES } from '../../../../src/engine/distances/distances';
import { contrastive } from '../../../../src/engine/losses/contrastive';
import { allPairs } from '../../../../src/engine/miners/miners';
import { relu } from '../../../../src/engine/model/layers/activation';
import { dense } from '../../../../src/engine/model/layers/dense';
import { noisyRelu } from '../../../../src/engine/model/layers/noisyRelu';
import { flatten } from '../../../../src/engine/model/layers/shape';
import { sequential } from '../../../../src/engine/model/network';
import { adam } from '../../../../src/engine/optimizers/adam';
import { constantSchedule, cosineSchedule } from '../../../../src/engine/optimizers/schedule';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import type { Runtime } from '../../../../src/engine/runtime/runtime';
import { ClassSampler } from '../../../../src/engine/samplers/classSampler';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import type { Checkpoint } from '../../../../src/engine/training/checkpoint';
import { ByteImages, mirrorAtRandom, shiftAtRandom } from '../../../../src/engine/training/images';
import type { TrainingOptions, TrainingProgress } from '../../../../src/engine/training/trainingRun';
import { TrainingRun } from '../../../../src/engine/training/trainingRun';
import { Validation } from '../../../../src/engine/training/validation';

/** Three kinds of 4 × 4 images: bright in another corner each, with noise. */
function corners(count: number, seed: number): { images: ByteImages; labels: Int32Array } {
  const random = new SeededRandom(seed);
  const bytes = new Uint8Array(count * 16);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  for (let i = 0; i < count; i++) {
    for (let p = 0; p < 16; p++) bytes[i * 16 + p] = random.integer(120) + ([0, 3, 12][labels[i]] === p ? 130 : 0);
  }
  return { images: new ByteImages(bytes, [4, 4, 1]), labels };
}

const plain = sequential('corners', [4, 4, 1], [flatten(), dense(12), relu(), dense(4)]);
const network = sequential('noisy corners', [4, 4, 1], [flatten(), dense(12), noisyRelu(), dense(4)]);
const data = corners(120, 5);
let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime(1);
});

const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({
  objective: { network, distance: DISTANCES.euclidean, loss: contrastive(1), miner: allPairs, optimizer: adam({ beta2: 0.99 }) },
  runtime,
  images: data.images,
  sampler: new ClassSampler(data.labels, { seed: 1, batchSize: 18 }),
  schedule: cosineSchedule({ peak: 0.01, warmupSteps: 5 }),
  seed: 1,
  limit: { steps: 120 },
  threshold: 0.5,
  ...more,
});

function validation(of = network): Validation {
  const held = corners(60, 99);
  const pairs = { a: new Int32Array(60), b: new Int32Array(60), similar: new Uint8Array(60) };
  for (let k = 0; k < 60; k++) {
    pairs.a[k] = k;
    pairs.b[k] = (k + (k % 2 === 0 ? 3 : 1)) % 60;
    pairs.similar[k] = Number(held.labels[k] === held.labels[pairs.b[k]]);
  }
  return new Validation(runtime, of, DISTANCES.euclidean, held.images, pairs, 0.5);
}

describe('a training run', () => {
  it('learns, reports and keeps the best', async () => {
    const seen: TrainingProgress[] = [];
    const objective = { ...options().objective, network: plain };
    const judge = validation(plain);
    const before = await judge.judge((await new TrainingRun(options({ objective, limit: { steps: 0 } })).run()).parameters);
    const result = await new TrainingRun(
      options({ objective, validation: { judge, everySteps: 40 }, onProgress: p => seen.push(p) }),
    ).run();
    expect(result.ended).toBe('limit');
    expect(result.steps).toBe(120);
    const after = await judge.judge(result.parameters);
    expect(after.accuracy).toBeGreaterThan(0.88);
    expect(after.accuracy).toBeGreaterThan(before.accuracy + 0.2);
    expect(after.rocAuc).toBeGreaterThan(0.93);
    expect(seen[0].share).toBeGreaterThan(0);
    expect(seen.every(p => p.batchAccuracy >= 0 && p.batchAccuracy <= 1)).toBe(true);
  });

  it('is deterministic for a seed on one thread, and differs for another', async () => {
    const run = (seed: number): Promise<unknown> =>
      new TrainingRun(options({ seed, limit: { steps: 20 } })).run().then(r => r.parameters);
    const [first, second, other] = [await run(1), await run(1), await run(2)];
    expect(first).toEqual(second);
    expect(other).not.toEqual(first);
  });

  it('taken up from a checkpoint it ends where an uninterrupted run does, noise and averages included', async () => {
    const common = { alterations: [mirrorAtRandom, shiftAtRandom(1)], average: { decay: 0.9, from: 0.3 } };
    const saved: Checkpoint[] = [];
    const checkpoints = { everySteps: 33, save: (c: Checkpoint): Promise<void> => Promise.resolve(void saved.push(c)) };
    const whole = await new TrainingRun(options({ ...common, checkpoints })).run();
    expect(saved.map(c => c.step)).toEqual([33, 66, 99]);
    const resumed = await new TrainingRun(options({ ...common, resume: structuredClone(saved[1]) })).run();
    expect(resumed.steps).toBe(120);
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.checkpoint.state).toEqual(whole.checkpoint.state);
  });

  it('draws other noise in every step', async () => {
    // Without learning, the same batch gives another loss only through the noise.
    const losses = new Set<number>();
    const sampler = new ClassSampler(data.labels, { seed: 1, batchSize: 18 });
    const fixed = { batchSize: sampler.batchSize, stepsPerEpoch: 1, batch: () => sampler.batch(0) };
    for (const steps of [1, 2, 3]) {
      const { checkpoint } = await new TrainingRun(
        options({ sampler: fixed, schedule: constantSchedule(0), limit: { steps } }),
      ).run();
      losses.add(checkpoint.smoothedLoss);
    }
    expect(losses.size).toBe(3);
  });

  it('cancelled, it gives what it has', async () => {
    const controller = new AbortController();
    const run = new TrainingRun(
      options({ limit: { seconds: 60 }, signal: controller.signal, onProgress: () => controller.abort() }),
    );
    const result = await run.run();
    expect(result.ended).toBe('cancelled');
    expect(result.steps).toBeGreaterThan(0);
    expect(Object.keys(result.parameters).sort()).toEqual(Object.keys(network.parameters).sort());
  });

  it('keeps to a time budget', async () => {
    const result = await new TrainingRun(options({ limit: { seconds: 0.2 } })).run();
    expect(result.ended).toBe('limit');
    expect(result.elapsedMs).toBeGreaterThanOrEqual(200);
  });

  it('stops early when validation no longer gains', async () => {
    const judge = validation();
    const run = new TrainingRun(options({ schedule: constantSchedule(0), validation: { judge, everySteps: 10, patience: 2 } }));
    const result = await run.run();
    expect(result.ended).toBe('early');
    expect(result.steps).toBe(30);
  });

  it('goes back and slows down when the loss runs away', async () => {
    let poisoned = 0;
    const sampler = new ClassSampler(data.labels, { seed: 1, batchSize: 18 });
    const images = {
      count: data.images.count,
      shape: data.images.shape,
      read: (index: number, into: Float32Array, offset: number): void => {
        data.images.read(index, into, offset);
        if (poisoned === 1) into[offset] = NaN;
      },
    };
    const batch = (step: number): ReturnType<ClassSampler['batch']> => {
      // Once, in step 61 (number 60): afterwards the data are whole again.
      poisoned = step === 60 ? poisoned + 1 : poisoned > 0 ? 2 : 0;
      return sampler.batch(step);
    };
    const result = await new TrainingRun(options({ images, sampler: { batchSize: 18, stepsPerEpoch: 6, batch } })).run();
    expect(result.notes).toHaveLength(1);
    expect(noteText(result.notes[0])).toContain('Step 61: the loss was NaN; training went back to step 50');
    expect(result.steps).toBe(120);
    expect([...result.parameters['2.dense/kernel']].every(Number.isFinite)).toBe(true);
  });

  describe('at a learning rate that becomes absurd after sixty good steps', () => {
    const schedule = { name: 'constant' as const, rate: (_share: number, step: number): number => (step <= 60 ? 0.01 : 1e6) };
    const objective = { ...options().objective, network: plain };

    it('ends with the best from before, and says why', async () => {
      const judge = validation(plain);
      const whole = await new TrainingRun(
        options({ objective, schedule: constantSchedule(0.01), limit: { steps: 50 }, validation: { judge, everySteps: 40 } }),
      ).run();
      const result = await new TrainingRun(options({ objective, schedule, validation: { judge, everySteps: 40 } })).run();
      expect(result.ended).toBe('diverged');
      expect(result.steps).toBe(50);
      expect(result.notes).toHaveLength(4);
      const said = noteText(result.notes[3]);
      expect(said).toContain('the loss ran away 4 times, the last at step 62');
      expect(said).toMatch(/the best from before, of step (40|50)\./);
      expect(result.validation!.rocAuc).toBeGreaterThan(0.8);
      expect(await judge.judge(result.parameters)).toMatchObject({ score: result.validation!.score });
      // Nothing of the steps that ran away is left.
      expect(result.parameters).toEqual(whole.parameters);
    });

    it('keeps the last good weights where nothing judges them', async () => {
      const result = await new TrainingRun(options({ objective, schedule })).run();
      const whole = await new TrainingRun(options({ objective, schedule: constantSchedule(0.01), limit: { steps: 50 } })).run();
      expect(result.ended).toBe('diverged');
      expect(result.parameters).toEqual(whole.parameters);
      expect(noteText(result.notes[3])).toContain('of step 50.');
    });

    it('gives up where what was reached tells no better than chance', async () => {
      const metrics = {
        accuracy: 0.5,
        bestAccuracy: 0.5,
        bestThreshold: 0,
        fittedAccuracy: 0.5,
        rocAuc: 0.5,
        loss: NaN,
        score: 0.5,
      };
      const judge = { judge: () => Promise.resolve(metrics) } as unknown as Validation;
      const run = new TrainingRun(options({ objective, schedule, validation: { judge, everySteps: 40 } }));
      await expect(run.run()).rejects.toThrow('diverged 4 times');
    });
  });

  it('gives up with an explanation when it diverges again and again', async () => {
    const images = {
      ...data.images,
      count: 120,
      shape: data.images.shape,
      read: (_i: number, into: Float32Array, at: number) => void (into[at] = NaN),
    };
    await expect(new TrainingRun(options({ images })).run()).rejects.toThrow('diverged 4 times');
  });
});
