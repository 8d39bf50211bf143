import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../../../../src/engine/model/modelFile';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import type { Runtime } from '../../../../src/engine/runtime/runtime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { ByteImages, mirrorAtRandom, shiftAtRandom } from '../../../../src/engine/training/images';
import { splitByGroups } from '../../../../src/engine/training/split';
import type { TrainRequest } from '../../../../src/engine/training/trainModel';
import { trainModel } from '../../../../src/engine/training/trainModel';

const SIZE = 16;
/** Grey pictures of three kinds: a bar across, a bar down, a square, each at a place of its own, with noise. */
function pictures(count: number): { images: ByteImages; ofImage: Int32Array } {
  const random = new SeededRandom(11);
  const bytes = new Uint8Array(count * SIZE * SIZE);
  const ofImage = Int32Array.from({ length: count }, (_, i) => i % 3);
  for (let i = 0; i < count; i++) {
    const [y, x] = [2 + random.integer(6), 2 + random.integer(6)];
    const [height, width] = [
      [2, 8],
      [8, 2],
      [5, 5],
    ][ofImage[i]];
    for (let p = 0; p < SIZE * SIZE; p++) {
      const [row, column] = [Math.floor(p / SIZE), p % SIZE];
      const inside = row >= y && row < y + height && column >= x && column < x + width;
      bytes[i * SIZE * SIZE + p] = (inside ? 170 : 20) + random.integer(60);
    }
  }
  return { images: new ByteImages(bytes, [SIZE, SIZE, 1]), ofImage };
}

const { images, ofImage } = pictures(150);
let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime(1);
});
const request = (more: Partial<TrainRequest> = {}): TrainRequest => ({
  images,
  nameOf: i => `image${i}.png`,
  network: 'small',
  limit: { epochs: 30 },
  batchSize: 24,
  runtime,
  writtenBy: 'test',
  ...more,
});
const labels = { ofImage, names: ['across', 'down', 'square'] };

describe('learning', () => {
  it('from labels: a same-class model with a threshold from held-back images', async () => {
    const { model, validation, result } = await trainModel(request({ labels }));
    expect(validation!.accuracy).toBeGreaterThan(0.9);
    expect(model.description).toMatchObject({
      relation: 'same-class',
      distance: 'cosine',
      labels: labels.names,
      network: 'small',
    });
    expect(model.description.threshold).toBe(validation!.bestThreshold);
    expect(model.description.trainingLog[0]).toContain(`${result.steps} steps`);
    expect(decodeModel(encodeModel(model)).parameters).toEqual(model.parameters);
  });
  it('from no labels: a same-picture model that pulls two views together', async () => {
    const { model, validation, result } = await trainModel(
      request({ alterations: [mirrorAtRandom, shiftAtRandom(2)], limit: { epochs: 20 } }),
    );
    expect(model.description.relation).toBe('same-picture');
    // Judged on two altered views of pictures that it never saw.
    expect(validation!.rocAuc).toBeGreaterThan(0.9);
    expect(validation!.loss).toBeGreaterThan(0);
    // Chance is log(number of others): 23.
    expect(result.loss).toBeLessThan(Math.log(23) * 0.7);
  });
  it('from 20 pairs a head on another model, of its relation, and a whole network where a loss is chosen', async () => {
    const before = await trainModel(request({ limit: { epochs: 1 }, labels, relation: 'outline', distance: 'cosine' }));
    const pairs = {
      a: Int32Array.from({ length: 20 }, (_, k) => k),
      b: Int32Array.from({ length: 20 }, (_, k) => k + (k % 2 === 0 ? 30 : 31)),
      similar: Uint8Array.from({ length: 20 }, (_, k) => Number(k % 2 === 0)),
    };
    const { model } = await trainModel(request({ pairs, startFrom: before.model, limit: { epochs: 5 } }));
    expect(model.description).toMatchObject({
      relation: 'outline',
      distance: 'euclidean',
      network: 'small-pairs',
      threshold: 0.7,
    });
    for (const [name, values] of Object.entries(before.model.parameters)) expect(model.parameters[name]).toEqual(values);
    const again = decodeModel(encodeModel(model));
    expect(again.parameters).toEqual(model.parameters);
    const whole = await trainModel(request({ pairs, startFrom: before.model, limit: { epochs: 1 }, loss: 'contrastive' }));
    expect(whole.model.description).toMatchObject({ relation: 'outline', distance: 'cosine', network: 'small' });
    expect(whole.model.parameters).not.toEqual(before.model.parameters);
    // What was learned from pairs is learned anew from all of them, on the same trunk.
    const next = await trainModel(request({ pairs, startFrom: model, limit: { epochs: 5 } }));
    expect(next.model.parameters).toEqual(model.parameters);
    const mixed = await trainModel(request({ pairs, labels, limit: { epochs: 1 } }));
    expect(mixed.result.steps).toBeGreaterThan(0);
  });
  it('refuses what can’t be learned from, and says why', async () => {
    const contradictory = { a: Int32Array.of(1, 4, 2), b: Int32Array.of(2, 5, 1), similar: Uint8Array.of(1, 1, 0) };
    await expect(trainModel(request({ pairs: contradictory }))).rejects.toThrow('different: image1.png – image2.png. Settle');
    const one = new ByteImages(new Uint8Array(SIZE * SIZE), [SIZE, SIZE, 1]);
    await expect(trainModel(request({ images: one }))).rejects.toThrow('at least two images');
    const same = new ByteImages(new Uint8Array(SIZE * SIZE * 9).fill(7), [SIZE, SIZE, 1]);
    await expect(trainModel(request({ images: same }))).rejects.toThrow('All images are identical');
    await expect(trainModel(request({ labels: { ofImage: new Int32Array(150), names: ['all'] } }))).rejects.toThrow(
      'two classes',
    );
    const unlike = { a: Int32Array.of(1), b: Int32Array.of(2), similar: Uint8Array.of(0) };
    await expect(trainModel(request({ pairs: unlike }))).rejects.toThrow('No pair is marked as similar');
  });
});

describe('the split', () => {
  it('never parts a group, takes a share of each class, and is the same for a seed', () => {
    const groups = Int32Array.from({ length: 200 }, (_, i) => i >> 1);
    const ofGroup = Int32Array.from({ length: 200 }, (_, i) => (i >> 1) % 4);
    const { training, validation } = splitByGroups(200, 0.2, 5, { groups, labels: ofGroup });
    expect(training.length + validation.length).toBe(200);
    expect(validation.length).toBe(40);
    const held = new Set([...validation].map(i => groups[i]));
    expect([...training].some(i => held.has(groups[i]))).toBe(false);
    for (let label = 0; label < 4; label++) expect([...validation].filter(i => ofGroup[i] === label)).toHaveLength(10);
    expect(splitByGroups(200, 0.2, 5, { groups, labels: ofGroup }).validation).toEqual(validation);
    expect(splitByGroups(200, 0.2, 6, { groups, labels: ofGroup }).validation).not.toEqual(validation);
  });
  it('takes nothing from a class that is too small', () => {
    expect(splitByGroups(6, 0.5, 1, { labels: [0, 0, 0, 1, 1, 1] }).validation).toHaveLength(0);
  });
});
