import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { bookPlan, fastPlan } from '../../../../src/engine/training/caseStudy';
import type { ClassImages } from '../../../../src/engine/training/fashionMnist';
import { createPairs, readCaseStudy, readClassImages } from '../../../../src/engine/training/fashionMnist';
import { ByteImages } from '../../../../src/engine/training/images';
import { TrainingRun } from '../../../../src/engine/training/trainingRun';
import { WeightAverage } from '../../../../src/engine/training/weightAverage';

let folder: string;
/** 60 images of all ten classes in turn; every pixel of image i is i. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-case-'));
  for (const part of ['train', 't10k']) {
    const pixels = Buffer.alloc(16 + 60 * 784);
    for (let i = 0; i < 60; i++) pixels.fill(i, 16 + i * 784, 16 + (i + 1) * 784);
    const labels = Buffer.alloc(8 + 60);
    for (let i = 0; i < 60; i++) labels[8 + i] = i % 10;
    await writeFile(path.join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(pixels));
    await writeFile(path.join(folder, `${part}-labels-idx1-ubyte.gz`), gzipSync(labels));
  }
});
afterAll(() => rm(folder, { recursive: true }));

const blank = (perClass: number): ClassImages => ({
  images: new ByteImages(new Uint8Array(6 * perClass * 784), [28, 28, 1]),
  labels: Int32Array.from({ length: 6 * perClass }, (_, i) => Math.floor(i / perClass)),
  perClass,
});

describe('the case study', () => {
  it('takes the six classes, in the order of the file', async () => {
    const { images, labels, perClass } = await readClassImages(folder, 'train', 1, 3);
    expect(perClass).toBe(2);
    expect([...labels]).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    const pixel = (index: number): number => {
      const into = new Float32Array(784);
      images.read(index, into, 0);
      return Math.round(into[783] * 255);
    };
    // The second and third images of classes 0, 1, 2, 4, 5, 9 are numbers 10 + c and 20 + c.
    expect([...labels.keys()].map(pixel)).toEqual([10, 20, 11, 21, 12, 22, 14, 24, 15, 25, 19, 29]);
  });
  it('says what is wrong with the folder', async () => {
    await expect(readCaseStudy(path.join(folder, 'nowhere'))).rejects.toThrow('give the folder of Fashion-MNIST');
  });
  it('makes the book’s pairs', () => {
    expect(createPairs(blank(4800), 1).a).toHaveLength(57_588);
    expect(createPairs(blank(1200), 1).a).toHaveLength(14_388);
    const part = blank(5);
    const { a, b, similar } = createPairs(part, 3);
    for (let k = 0; k < a.length; k++) {
      expect(part.labels[a[k]] === part.labels[b[k]]).toBe(similar[k] === 1);
      expect(b[k] % 5).toBe(similar[k] ? (a[k] % 5) + 1 : a[k] % 5);
    }
    expect(similar.reduce((sum, s) => sum + s, 0)).toBe(a.length / 2);
    expect(new Set([...b].filter((_, k) => !similar[k]).map(i => Math.floor(i / 5))).size).toBe(6);
  });
  it('has both recipes: the book’s epochs over three quarters of its pairs, and a time budget', async () => {
    const runtime = await createNodeRuntime(1);
    const book = bookPlan({ train: blank(4800), runtime, seed: 1 });
    // 57,588 · ¾ = 43,191 pairs, 338 batches of 128 an epoch, 13 epochs.
    expect(book.limit).toEqual({ steps: 13 * 338 });
    expect(book.heldBack.a).toHaveLength(57_588 - 43_191);
    expect(book.sampler.batchSize).toBe(256);
    const fast = fastPlan({ train: blank(40), runtime, seed: 1 }, { seconds: 0.05, mirror: true, average: 0.9 });
    const result = await new TrainingRun(fast).run();
    expect(result.steps).toBeGreaterThan(0);
    expect(fast.sampler.batchSize).toBe(96);
  });
});

describe('weight average', () => {
  it('follows its formula, also when steps are skipped', () => {
    const [every, second] = [new WeightAverage(0.9), new WeightAverage(0.9)];
    for (const average of [every, second]) average.add({ w: Float32Array.of(1) });
    every.add({ w: Float32Array.of(3) });
    every.add({ w: Float32Array.of(3) });
    second.add({ w: Float32Array.of(3) }, 2);
    // 3 − 2 · 0.9²
    expect(every.values!.w[0]).toBeCloseTo(1.38, 5);
    expect(second.values!.w[0]).toBeCloseTo(1.38, 5);
  });
});
