import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alterCaption } from '../../../../src/engine/checks/captions/alterCaption';
import { learnBytePairs } from '../../../../src/engine/checks/captions/bytePairs';
import { findCaptionTwins } from '../../../../src/engine/checks/captions/captionTwins';
import { maLstmLoss } from '../../../../src/engine/losses/maLstm';
import { KeptRuntime } from '../../../../src/engine/runtime/keptRuntime';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { expectParity } from '../compile/parity';

describe('MaLSTM loss', () => {
  const same = (): tf.Tensor2D => tf.tensor2d([1, 0, 0, 1], [2, 2]);

  test('is the squared error of exp(−L1), worked out by hand', () => {
    const [a, b] = [tf.tensor2d([0, 0, 1, 0], [2, 2]), tf.tensor2d([0, 0.5, 1, 1], [2, 2])];
    // Distances: a0b0 0.5, a0b1 2, a1b0 1.5, a1b1 1.
    const alike = ((1 - Math.exp(-0.5)) ** 2 + (1 - Math.exp(-1)) ** 2) / 2;
    const others = (Math.exp(-2) ** 2 + Math.exp(-1.5) ** 2) / 2;
    expect(maLstmLoss(a, b, same()).dataSync()[0]).toBeCloseTo((alike + others) / 2, 5);
  });

  test('is the same compiled, with its gradients', async () => {
    const shapes = [
      [2, 3],
      [2, 3],
    ];
    const loss = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => maLstmLoss(a as tf.Tensor2D, b as tf.Tensor2D, same());
    await expectParity(shapes, loss);
    await expectParity(shapes, (a, b) => tf.grads(loss)([a, b]));
  });
});

describe('captions in slightly other words', () => {
  test('are like themselves; tags are shuffled', () => {
    const altered = alterCaption('one, two, three, four, five', new SeededRandom(1)).split(', ');
    expect(altered.length).toBeGreaterThan(1);
    expect(['one', 'two', 'three', 'four', 'five']).toEqual(expect.arrayContaining(altered));
    for (let seed = 0; seed < 50; seed++) {
      const text = alterCaption('the old dog sleeps', new SeededRandom(seed));
      expect(text).not.toBe('');
      expect(alterCaption('a', new SeededRandom(seed))).toBe('a');
    }
  });
});

describe('caption twins', () => {
  let runtime: KeptRuntime;
  beforeAll(async () => {
    runtime = new KeptRuntime(await createNodeRuntime(1));
  });
  afterAll(() => runtime.dispose());

  test('are found without labels, and nothing else is', async () => {
    const subjects = ['dog', 'cat', 'horse', 'lorry', 'teapot', 'violin', 'lighthouse', 'bicycle', 'glacier', 'market'];
    const scenes = ['sleeping under a tall tree', 'painted on an old wall', 'seen from far above', 'in the evening rain'];
    const captions = subjects.flatMap(subject => scenes.map(scene => `a ${subject} ${scene}`));
    const near = captions.length;
    captions.push('a violin seen from afar above', 'lighthouse painted on an old wal');
    const found = await findCaptionTwins({
      captions,
      pieces: learnBytePairs(captions),
      length: 24,
      runtime,
      limit: { steps: 250 },
      seed: 1,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const nearest = found.slice(0, 2).map(({ first, second }) => [captions[first], captions[second]]);
    expect(nearest.map(([, second]) => second).sort()).toEqual([captions[near + 1], captions[near]].sort());
    expect(nearest.map(([first]) => first).sort()).toEqual([
      'a lighthouse painted on an old wall',
      'a violin seen from far above',
    ]);
  }, 120_000);
});
