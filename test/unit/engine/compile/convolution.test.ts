import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { both, expectGradientParity, expectParity, irregular } from './parity';

type Pad = 'valid' | 'same' | number;
const t4 = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

describe('convolution', () => {
  const cases: [string, number[], number[], number, Pad][] = [
    ['one channel', [2, 9, 8, 1], [3, 3, 1, 4], 1, 'valid'],
    ['one channel, stride 2, rows left over', [2, 10, 9, 1], [3, 2, 1, 4], 2, 'valid'],
    ['three channels, same', [2, 7, 6, 3], [3, 3, 3, 5], 1, 'same'],
    ['six channels', [2, 7, 8, 6], [3, 3, 6, 4], 1, 'valid'],
    ['six channels, stride 2, same', [3, 8, 7, 6], [3, 3, 6, 4], 2, 'same'],
    ['six channels, stride 3, rows left over', [1, 11, 12, 6], [2, 3, 6, 4], 3, 'valid'],
    ['explicit padding 2', [1, 6, 6, 5], [5, 5, 5, 2], 1, 2],
    ['one by one', [2, 4, 4, 8], [1, 1, 8, 3], 1, 'valid'],
    ['one by one, stride 2', [2, 5, 5, 8], [1, 1, 8, 3], 2, 'same'],
  ];
  it.each(cases)('%s', (_, x, filter, stride, pad) =>
    expectGradientParity([x, filter], (a, f) => tf.conv2d(t4(a), t4(f), stride, pad)),
  );
  it('dilated, forward', () =>
    expectParity(
      [
        [1, 9, 9, 2],
        [3, 3, 2, 3],
      ],
      (x, f) => tf.conv2d(t4(x), t4(f), 1, 'same', 'NHWC', 2),
    ));
  it('fused with bias and ReLU, with gradients', () =>
    expectGradientParity([[2, 6, 6, 5], [3, 3, 5, 4], [4]], (x, filter, bias) =>
      tf.fused.conv2d({ x: t4(x), filter: t4(filter), strides: 1, pad: 'same', bias, activation: 'relu' }),
    ));
  it('transposed', () =>
    expectGradientParity(
      [
        [2, 4, 4, 3],
        [3, 3, 5, 3],
      ],
      (x, f) => tf.conv2dTranspose(t4(x), t4(f), [2, 8, 8, 5], 2, 'same'),
    ));

  const depthwise: [string, number[], number[], number, Pad][] = [
    ['multiplier 1', [2, 7, 6, 4], [3, 3, 4, 1], 1, 'valid'],
    ['multiplier 2, stride 2, same', [2, 8, 7, 3], [3, 3, 3, 2], 2, 'same'],
  ];
  it.each(depthwise)('depthwise, %s', (_, x, filter, stride, pad) =>
    expectGradientParity([x, filter], (a, f) => tf.depthwiseConv2d(t4(a), t4(f), stride, pad)),
  );
  it('depthwise, fused with bias and ReLU', () =>
    expectGradientParity([[2, 6, 6, 3], [3, 3, 3, 1], [3]], (x, filter, bias) =>
      tf.fused.depthwiseConv2d({ x: t4(x), filter: t4(filter), strides: 1, pad: 'same', bias, activation: 'relu' }),
    ));
  it('separable', () =>
    expectGradientParity(
      [
        [1, 6, 6, 4],
        [3, 3, 4, 1],
        [1, 1, 4, 6],
      ],
      (x, d, p) => tf.separableConv2d(t4(x), t4(d), t4(p), 1, 'same'),
    ));
});

describe('pooling', () => {
  const cases: [string, number[], number, number, Pad][] = [
    ['2 by 2', [2, 6, 8, 3], 2, 2, 'valid'],
    ['2 by 2, rows left over', [2, 7, 9, 3], 2, 2, 'valid'],
    ['3 by 3, stride 3', [1, 10, 9, 2], 3, 3, 'valid'],
    ['overlapping 3 by 3, stride 2', [2, 9, 8, 3], 3, 2, 'valid'],
    ['overlapping 3 by 3, stride 1, same', [1, 5, 6, 2], 3, 1, 'same'],
    ['hanging over the edge, same', [1, 5, 7, 2], 2, 2, 'same'],
  ];
  it.each(cases)('maximum, %s', (_, x, size, stride, pad) =>
    expectGradientParity([x], a => tf.maxPool(t4(a), size, stride, pad)),
  );
  it('gives the gradient of equal maxima to the first, as TensorFlow.js does', async () => {
    const flat = new Float32Array(2 * 6 * 6 * 2).fill(0.5);
    await expectGradientParity([[2, 6, 6, 2]], a => tf.maxPool(t4(a), 2, 2, 'valid'), [flat]);
    await expectGradientParity([[2, 6, 6, 2]], a => tf.maxPool(t4(a), 3, 2, 'same'), [flat]);
  });

  const whole = cases.filter(c => c[4] === 'valid');
  it.each(whole)('mean, %s', (_, x, size, stride, pad) => expectGradientParity([x], a => tf.avgPool(t4(a), size, stride, pad)));
  it('mean, over the edge: the gradient is that of the forward pass', async () => {
    // TensorFlow.js's cpu gradient is not (it divides by the whole window), so this compares with differences of the forward pass.
    const shape = [1, 4, 5, 1];
    const loss = (x: tf.Tensor): tf.Tensor => {
      const y = tf.avgPool(t4(x), 3, 2, 'same');
      return tf.sum(tf.mul(y, tf.tensor(irregular(y.size, 99), y.shape)));
    };
    const x = irregular(20);
    const { compiled } = await both([shape], a => [tf.grad(loss)(a)], [x]);
    const step = 0.01;
    const at = (values: Float32Array): number => tf.tidy(() => loss(tf.tensor(values, shape)).dataSync()[0]);
    for (let i = 0; i < 20; i++) {
      const up = at(x.map((v, k) => (k === i ? v + step : v)));
      const down = at(x.map((v, k) => (k === i ? v - step : v)));
      expect(compiled[0][i]).toBeCloseTo((up - down) / (2 * step), 3);
    }
  });
});

describe('batch normalization', () => {
  it('with given moments', () =>
    expectGradientParity([[2, 3, 3, 4], [4], [4], [4], [4]], (x, mean, variance, offset, scale) =>
      tf.batchNorm(t4(x), mean as tf.Tensor1D, tf.add(tf.abs(variance), 0.5), offset as tf.Tensor1D, scale as tf.Tensor1D, 1e-3),
    ));
});
