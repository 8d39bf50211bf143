import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { runCaseStudy } from '../../../../src/engine/training/runCaseStudy';

const CLASSES = [0, 1, 2, 4, 5, 9];
let folder: string;

/** Every image is a bright bar, in a place that its class decides, of a brightness of its own. */
function files(count: number): { images: Buffer; labels: Buffer } {
  const random = new SeededRandom(5);
  const images = Buffer.alloc(16 + count * 784);
  const labels = Buffer.alloc(8 + count);
  for (let i = 0; i < count; i++) {
    const k = i % CLASSES.length;
    labels[8 + i] = CLASSES[k];
    const start = 16 + i * 784 + (2 + 4 * k) * 28;
    images.fill(100 + random.integer(156), start, start + 4 * 28);
  }
  return { images, labels };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-case-study-'));
  // Four images of each class are left to test on.
  for (const [part, count] of [
    ['train', 6 * 4804],
    ['t10k', 6 * 5],
  ] as const) {
    const { images, labels } = files(count);
    await writeFile(path.join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(images, { level: 1 }));
    await writeFile(path.join(folder, `${part}-labels-idx1-ubyte.gz`), gzipSync(labels));
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('the case study as a whole', () => {
  it.each(['fast', 'best'] as const)('%s trains, judges both parts, and goes on from where it was cancelled', async recipe => {
    const runtime = await createNodeRuntime(1);
    const controller = new AbortController();
    const options = { dataFolder: folder, recipe, seconds: 1.5, seed: 3, runtime };
    const paused = await runCaseStudy({ ...options, signal: controller.signal, onProgress: () => controller.abort() });
    expect(paused.training.ended).toBe('cancelled');
    const shares: number[] = [];
    const result = await runCaseStudy({
      ...options,
      resume: paused.training.checkpoint,
      onProgress: ({ share }) => void shares.push(share),
    });
    expect(result.training.ended).toBe('limit');
    expect(result.training.steps).toBeGreaterThan(paused.training.steps);
    expect(shares[0]).toBeLessThan(shares.at(-1)!);
    // (4 − 1) · 2 pairs of each of six classes; (5 − 1) · 2.
    expect([result.test.pairs, result.untouched.pairs]).toEqual([36, 48]);
    // Bars in six places are easily told apart; normalization needs more steps than a slow machine gets done.
    expect(result.test.rocAuc).toBeGreaterThan(recipe === 'fast' ? 0.9 : 0);
    expect(result.threshold).toBe(0.5);
    expect(result.compileMs).toBeGreaterThan(0);
    expect(result.network.name).toBe(recipe === 'fast' ? 'chapter' : 'deep');
  });
});
