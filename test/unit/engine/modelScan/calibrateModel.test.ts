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
import type { CalibrationInput } from '../../../../src/engine/trainingService/trainingService';
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

test('a person’s pairs alone give no probabilities', async () => {
  const input = await inputOf({ relation: 'mine' });
  const pairs = { a: Int32Array.of(0), b: Int32Array.of(3), similar: Uint8Array.of(1) };
  expect((await calibrateModel({ ...input, labels: undefined, pairs }, () => undefined, never)).calibration).toEqual([]);
});
