import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { crossModalLikeness } from '../../../../src/engine/checks/modalities/crossModalAttention';
import { modalityNetworks } from '../../../../src/engine/checks/modalities/modalityNetworks';
import { fork } from '../../../../src/engine/model/layers/fork';
import type { Layer } from '../../../../src/engine/model/layers/layer';
import { relu } from '../../../../src/engine/model/layers/activation';
import { dense } from '../../../../src/engine/model/layers/dense';
import { flatten } from '../../../../src/engine/model/layers/shape';
import { parts } from '../../../../src/engine/model/layers/parts';
import { timeConvolution } from '../../../../src/engine/model/layers/timeConvolution';
import { both, difference, expectGradientParity, irregular } from './parity';

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A layer as a function of its input and its parameters, in order. */
function asFunction(layer: Layer, input: readonly number[], batch: number) {
  const specs = Object.entries(layer.parameters(input));
  return {
    shapes: [[batch, ...input], ...specs.map(([, { shape }]) => shape)],
    run: (x: tf.Tensor, ...given: tf.Tensor[]): tf.Tensor =>
      layer.apply(x, Object.fromEntries(specs.map(([name], i) => [name, given[i]])), { training: true }).output,
  };
}

describe('cross-modal attention', () => {
  const [n, m, d] = [3, 2, 4];
  const [first, second] = [
    { parts: 2, shape: [n, d * 3] },
    { parts: 5, shape: [m, d * 6] },
  ];
  const likeness = (a: tf.Tensor, b: tf.Tensor): tf.Tensor2D =>
    crossModalLikeness({ rows: a as tf.Tensor2D, parts: first.parts }, { rows: b as tf.Tensor2D, parts: second.parts });

  it('is what the equations say, number by number', () => {
    const [a, b] = [irregular(size(first.shape), 1), irregular(size(second.shape), 2)];
    const found = likeness(tf.tensor(a, first.shape), tf.tensor(b, second.shape)).dataSync();
    const product = (x: Float32Array, at: number, y: Float32Array, to: number): number =>
      Array.from({ length: d }, (_, i) => x[at + i] * y[to + i]).reduce((sum, each) => sum + each, 0);
    const answered = (x: Float32Array, i: number, ofX: number, y: Float32Array, j: number, ofY: number): number => {
      const products = Array.from({ length: ofY }, (_, p) => product(x, i * d * (1 + ofX), y, j * d * (1 + ofY) + d * (1 + p)));
      const weights = products.map(each => Math.exp(9 * each));
      const total = weights.reduce((sum, each) => sum + each, 0);
      return products.reduce((sum, each, p) => sum + (weights[p] / total) * each, 0);
    };
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        const expected = (answered(a, i, 2, b, j, 5) + answered(b, j, 5, a, i, 2)) / 2;
        expect(found[i * m + j]).toBeCloseTo(expected, 4);
      }
    }
  });

  it('is the same compiled, with its gradients', async () => {
    await expectGradientParity([first.shape, second.shape], likeness);
  });
});

describe('layers of the three branches', () => {
  it('convolve over time as Conv1D does, number by number, and compiled with gradients', async () => {
    const { shapes, run } = asFunction(timeConvolution(2, 3, 2), [7, 3], 2);
    const [x, kernel] = shapes.map((shape, i) => irregular(size(shape), i + 1));
    const found = run(tf.tensor(x, shapes[0] as number[]), tf.tensor(kernel, shapes[1] as number[]));
    expect(found.shape).toEqual([2, 4, 2]);
    const values = found.dataSync();
    for (const [sample, time, filter] of [
      [0, 0, 0],
      [1, 2, 1],
      [1, 3, 0],
    ]) {
      let expected = 0;
      for (let k = 0; k < 3; k++) {
        // Of the two zeros that 7 moments, 3 wide and 2 apart, need, one stands before.
        const at = time * 2 + k - 1;
        if (at < 0 || at >= 7) continue;
        for (let c = 0; c < 3; c++) expected += x[(sample * 7 + at) * 3 + c] * kernel[(k * 3 + c) * 2 + filter];
      }
      expect(values[(sample * 4 + time) * 2 + filter]).toBeCloseTo(expected, 5);
    }
    await expectGradientParity(shapes, run);
  });

  it('map parts to vectors of length 1, and fork, compiled with gradients', async () => {
    const mapped = asFunction(parts(4, 3), [2, 2, 5], 2);
    const row = mapped.run(...(mapped.shapes.map((shape, i) => tf.tensor(irregular(size(shape), i), [...shape])) as [tf.Tensor]));
    expect(row.shape).toEqual([2, 12]);
    const lengths = tf.sum(tf.square(tf.reshape(row, [8, 3])), 1).dataSync();
    lengths.forEach(length => expect(length).toBeCloseTo(1, 4));
    await expectGradientParity(mapped.shapes, mapped.run);
    const forked = asFunction(fork([flatten(), dense(3), relu()], [parts(4, 2)]), [4, 2], 5);
    await expectGradientParity(forked.shapes, forked.run);
  });
});

describe('the triplet pseudo-Siamese network', () => {
  it('costs the same compiled, with the gradients of all three branches', async () => {
    const { learner } = modalityNetworks(4, 2);
    const names = Object.keys(learner.parameters);
    const inputs = ['image', 'sound', 'sensors'].map(name => learner.inputs[name].shape);
    const cost = (...given: tf.Tensor[]): tf.Scalar => {
      const branches = { image: given[0], sound: given[1], sensors: given[2], partners: tf.eye(4) };
      return learner.cost(Object.fromEntries(names.map((name, i) => [name, given[3 + i]])), branches).cost;
    };
    const shapes = [...inputs, ...names.map(name => learner.parameters[name].shape)];
    const arrays = shapes.map((shape, i) => {
      const spec = i < 3 ? undefined : learner.parameters[names[i - 3]];
      const values = irregular(size(shape), i);
      return spec?.role === 'kernel' ? values.map(value => value / Math.sqrt(size(shape) / shape.at(-1)!)) : values.map(Math.abs);
    });
    // Of branch after branch what its first layer gets: the errors of all layers behind it add up in there.
    const firsts = ['image/', 'sound/', 'sensors/'].map(prefix => 3 + names.findIndex(name => name.startsWith(prefix)));
    const { reference, compiled } = await both(
      shapes,
      (...given) => {
        const gradient = tf.grads((...some: tf.Tensor[]) => cost(...given.map((each, i) => some[firsts.indexOf(i)] ?? each)));
        return [cost(...given), ...gradient(firsts.map(i => given[i]))];
      },
      arrays,
    );
    expect(reference.length).toBe(4);
    // Float32, and four layers deep with normalizations of four samples.
    reference.forEach((each, i) => expect(difference(each, compiled[i])).toBeLessThan(1e-3));
  });
});
