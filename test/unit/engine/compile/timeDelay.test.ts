import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { statisticsPool, timeDelay } from '../../../../src/engine/model/layers/timeDelay';
import { both, expectGradientParity, expectParity, irregular } from './parity';

const context = { training: true };
const run =
  (taps: number, dilation: number, filters: number) =>
  (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
    timeDelay(filters, taps, dilation).apply(x, { kernel, bias }, context).output;

describe('time-delay layer', () => {
  const cases: [string, number[], number, number, number][] = [
    ['three taps', [2, 7, 3], 3, 1, 4],
    ['dilated', [2, 11, 3], 3, 4, 2],
    ['one tap', [3, 4, 2], 1, 1, 5],
    ['all of the time', [1, 9, 2], 5, 2, 3],
  ];
  const shapesOf = (x: number[], taps: number, filters: number): number[][] => [x, [taps * x[2], filters], [filters]];

  it.each(cases)('%s, as TensorFlow.js does it, forward', (_, x, taps, dilation, filters) =>
    expectParity(shapesOf(x, taps, filters), run(taps, dilation, filters)),
  );
  it.each(cases)('%s, as TensorFlow.js does it, with gradients', (_, x, taps, dilation, filters) =>
    expectGradientParity(shapesOf(x, taps, filters), run(taps, dilation, filters)),
  );

  it('sums what stands at the delays, number by number', async () => {
    const [time, channels, taps, dilation, filters] = [8, 2, 3, 2, 2];
    const [x, kernel, bias] = [irregular(time * channels, 1), irregular(taps * channels * filters, 2), irregular(filters, 3)];
    const shapes = shapesOf([1, time, channels], taps, filters);
    const { compiled } = await both(shapes, run(taps, dilation, filters), [x, kernel, bias]);
    const expected: number[] = [];
    for (let t = 0; t + (taps - 1) * dilation < time; t++) {
      for (let f = 0; f < filters; f++) {
        let sum = bias[f];
        for (let k = 0; k < taps; k++) {
          for (let c = 0; c < channels; c++) {
            sum += x[(t + k * dilation) * channels + c] * kernel[(k * channels + c) * filters + f];
          }
        }
        expected.push(sum);
      }
    }
    expect(compiled[0].length).toBe(expected.length);
    expected.forEach((value, i) => expect(compiled[0][i]).toBeCloseTo(value, 5));
  });
});

describe('statistics over time', () => {
  const pool = (x: tf.Tensor): tf.Tensor => statisticsPool().apply(x, {}, context).output;

  it('are those of TensorFlow.js, forward and with gradients', async () => {
    await expectParity([[2, 6, 3]], pool);
    await expectGradientParity([[2, 6, 3]], pool);
  });

  it('are the mean and the standard deviation of each channel', async () => {
    const { compiled } = await both([[1, 4, 2]], pool, [Float32Array.of(1, 5, 1, 5, 3, 5, 3, 5)]);
    const [mean, same, deviation, none] = compiled[0];
    expect([mean, same]).toEqual([2, 5]);
    expect(deviation).toBeCloseTo(1, 3);
    // Nothing moves: what keeps the root's slope finite.
    expect(none).toBeCloseTo(0.01, 5);
  });
});
