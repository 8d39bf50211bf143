import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { expectGradientParity, expectParity } from './parity';

describe('reductions', () => {
  const axes: [string, number[] | undefined, boolean][] = [
    ['all', undefined, false],
    ['the last', [2], true],
    ['the first two', [0, 1], false],
  ];
  it.each(axes)('over %s', async (_, axis, keep) => {
    await expectGradientParity([[2, 3, 4]], x => tf.sum(x, axis, keep));
    await expectGradientParity([[2, 3, 4]], x => tf.mean(x, axis, keep));
    await expectGradientParity([[2, 3, 4]], x => tf.max(x, axis, keep));
    await expectGradientParity([[2, 3, 4]], x => tf.min(x, axis, keep));
  });
  it('prod, any, all, argMax, argMin', () =>
    expectParity([[3, 4]], x => [
      tf.prod(x, 1),
      tf.any(tf.greater(x, 0.5), 1),
      tf.all(tf.greater(x, -0.9), 0),
      tf.argMax(x, 1),
      tf.argMin(x, 0),
    ]));
  it('softmax, logSoftmax, logSumExp', async () => {
    await expectGradientParity([[3, 5]], x => tf.softmax(x));
    await expectGradientParity([[3, 5]], x => tf.logSoftmax(x));
    await expectGradientParity([[3, 5]], x => tf.logSumExp(x, 1));
  });
  it('moments and norm', () =>
    expectGradientParity([[3, 5]], x => tf.div(tf.sub(x, tf.moments(x, 1, true).mean), tf.norm(x, 2, 1, true))));
});

describe('shapes', () => {
  const ops: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    reshape: x => tf.reshape(x, [4, -1]),
    expandDims: x => tf.expandDims(x, 1),
    squeeze: x => tf.squeeze(tf.expandDims(x, 0)),
    transpose: x => tf.transpose(x, [2, 0, 1]),
    tile: x => tf.tile(x, [1, 2, 3]),
    slice: x => tf.slice(x, [0, 1, 1], [2, 2, 2]),
    stridedSlice: x => tf.stridedSlice(x, [0, 0, 3], [2, 3, 0], [1, 2, -1]),
    pad: x =>
      tf.pad(
        x,
        [
          [0, 1],
          [2, 0],
          [1, 1],
        ],
        0.5,
      ),
    mirrorPad: x =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
          [1, 1],
        ],
        'reflect',
      ),
    reverse: x => tf.reverse(x, [0, 2]),
    gather: x => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1),
    concat: x => tf.concat([x, tf.mul(x, 2)], 1),
    stack: x => tf.stack([x, tf.neg(x)], 2),
    unstack: x => tf.unstack(x, 1)[2],
    split: x => tf.split(x, [1, 3], 2)[1],
    broadcastTo: x => tf.broadcastTo(tf.sum(x, 1, true), [2, 3, 4]),
    cumulative: x => tf.add(x, tf.fill([2, 3, 4], 0.25)),
  };
  it.each(Object.entries(ops))('%s', (name, f) =>
    ['stridedSlice', 'mirrorPad'].includes(name) ? expectParity([[2, 3, 4]], f) : expectGradientParity([[2, 3, 4]], f),
  );
  it('oneHot and range', () =>
    expectParity([[3]], x => [
      tf.oneHot(tf.cast(tf.mul(tf.abs(x), 4), 'int32'), 4),
      tf.add(x, tf.cast(tf.range(0, 3, 1, 'int32'), 'float32')),
    ]));
});

describe('matrix products', () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('transposed: %s, %s', async (ta, tb) => {
    const [a, b] = [ta ? [3, 4] : [4, 3], tb ? [5, 3] : [3, 5]];
    await expectGradientParity([a, b], (x, y) => tf.matMul(x, y, ta, tb));
    await expectGradientParity(
      [
        [2, ...a],
        [2, ...b],
      ],
      (x, y) => tf.matMul(x, y, ta, tb),
    );
  });
  it('one matrix for a whole batch', () =>
    expectParity(
      [
        [2, 4, 3],
        [3, 5],
      ],
      (x, y) => tf.matMul(x, tf.expandDims(y, 0)),
    ));
  it.each(['relu', 'elu', 'sigmoid', 'linear', 'relu6'] as const)('fused with bias and %s', activation =>
    expectParity([[4, 3], [3, 5], [5]], (a, b, bias) =>
      tf.fused.matMul({ a: a, b: b, bias, activation, transposeA: false, transposeB: false }),
    ),
  );
});
