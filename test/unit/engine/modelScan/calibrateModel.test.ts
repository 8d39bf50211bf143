import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probabilityAt } from '../../../../src/core/calibration/probability';
import { calibrateModel } from '../../../../src/engine/modelScan/calibrateModel';
import { loadModel } from '../../../../src/engine/model/modelFile';
import type { ModelDescription } from '../../../../src/engine/model/modelFile';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { ByteImages } from '../../../../src/engine/training/images';
import type { CalibrationInput } from '../../../../src/engine/trainingService/calibration';
import { testModel } from '../support/models';

const never = new AbortController().signal;
const COUNT = 120;
let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-calibrate-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Dark and light noise by turns; every third image is held back. */
async function inputOf(more: Partial<ModelDescription>): Promise<CalibrationInput> {
  const file = path.join(folder, `${more.relation}.twinmodel`);
  await testModel(file, more);
  const random = new SeededRandom(7);
  const level = (image: number): number => (image % 2 ? 180 : 60);
  const bytes = Uint8Array.from({ length: COUNT * 784 }, (_, i) => level(Math.floor(i / 784)) + random.integer(60));
  const all = Int32Array.from({ length: COUNT }, (_, i) => i);
  return {
    model: await loadModel(file),
    runtime: await createNodeRuntime(1),
    images: new ByteImages(bytes, [28, 28, 1]),
    labels: all.map(i => i % 2),
    groups: all,
    split: { training: all.filter(i => i % 3 > 0), validation: all.filter(i => i % 3 === 0) },
  };
}

test('a model of classes learns which distances mean "similar", and keeps the threshold of its validation', async () => {
  const { threshold, calibration } = await calibrateModel(
    await inputOf({ relation: 'same-class', threshold: 0.7 }),
    () => undefined,
    never,
  );
  expect(threshold).toBe(0.7);
  expect(calibration[0].distance).toBe(0);
  for (let i = 1; i < calibration.length; i++) {
    expect(calibration[i].distance).toBeGreaterThan(calibration[i - 1].distance);
    expect(calibration[i].probability).toBeLessThan(calibration[i - 1].probability);
  }
  // Dark and light pictures are further apart than any two of a kind.
  expect(probabilityAt(calibration, 0)).toBeGreaterThan(0.9);
  expect(calibration.at(-1)!.probability).toBeLessThan(0.1);
});

test('a model of pictures gets a threshold under which its strangers hardly come', async () => {
  const input = await inputOf({ relation: 'same-picture', threshold: 99 });
  const { threshold } = await calibrateModel({ ...input, labels: undefined }, () => undefined, never);
  expect(threshold).toBeGreaterThan(0);
  expect(threshold).toBeLessThan(99);
});

/** Pairs of held-back images, half of them of dark and light ones. */
const held = (count: number): NonNullable<CalibrationInput['heldBackPairs']> => ({
  a: Int32Array.from({ length: count }, (_, k) => 3 * k),
  // Every third image by turns dark and light: the next but one is like it, the next is not.
  b: Int32Array.from({ length: count }, (_, k) => 3 * (k + (k % 2 ? 1 : 2))),
  similar: Uint8Array.from({ length: count }, (_, k) => (k % 2 ? 0 : 1)),
});
const trainedOn = { images: COUNT, pairs: 40, learnFrom: ['pairs' as const] };

test('a person’s pairs alone give probabilities from those that were set aside', async () => {
  const input = await inputOf({ relation: 'mine', trainedOn });
  const few = await calibrateModel({ ...input, labels: undefined, heldBackPairs: held(8) }, () => undefined, never);
  const many = await calibrateModel({ ...input, labels: undefined, heldBackPairs: held(30) }, () => undefined, never);
  expect(few.notes).toEqual([]);
  // All are as they should be, yet four of each can't say more than Platt's (4 + 1) / (4 + 2), fifteen no more than 16 / 17.
  expect(few.calibration[0].probability).toBeGreaterThan(0.75);
  expect(few.calibration[0].probability).toBeLessThan(0.9);
  expect(many.calibration[0].probability).toBeGreaterThan(few.calibration[0].probability);
  expect(many.calibration.at(-1)!.probability).toBeLessThan(few.calibration.at(-1)!.probability);
});

test('too few set aside give no probabilities, and a note that says so', async () => {
  const input = await inputOf({ relation: 'mine', trainedOn });
  const none = await calibrateModel({ ...input, labels: undefined }, () => undefined, never);
  const few = await calibrateModel({ ...input, labels: undefined, heldBackPairs: held(6) }, () => undefined, never);
  expect([none.calibration, few.calibration]).toEqual([[], []]);
  expect(none.notes?.map(({ args }) => args)).toEqual([[0, 0, 4]]);
  expect(few.notes?.map(({ args }) => args)).toEqual([[3, 3, 4]]);
});

test('what cross-validation held back is taken as it is', async () => {
  const input = await inputOf({ relation: 'mine', trainedOn });
  // Distances that this model would never give.
  const distance = Float32Array.of(1, 2, 3, 4, 11, 12, 13, 14);
  const similar = Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0);
  const { calibration, notes } = await calibrateModel(
    { ...input, labels: undefined, heldBackDistances: { distance, similar } },
    () => undefined,
    never,
  );
  expect(notes).toEqual([]);
  expect(calibration.at(-1)!.distance).toBe(14);
  // Half and half in the middle of the gap.
  expect(probabilityAt(calibration, 7.5)).toBeCloseTo(0.5, 2);
});

test('of few held-back pictures several views each are enough for probabilities', async () => {
  const input = await inputOf({ relation: 'same-picture' });
  const validation = input.split.validation.slice(0, 5);
  const few = { ...input, labels: undefined, split: { ...input.split, validation } };
  // Five pairs of either kind alone would be too few.
  const { calibration } = await calibrateModel(few, () => undefined, never);
  expect(calibration[0].probability).toBeGreaterThan(calibration.at(-1)!.probability);
});
