import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { lstm, textLstm } from '../../../../src/engine/model/layers/lstm';
import { crossModalLoss } from '../../../../src/engine/losses/crossModal';
import { expectParity, irregular } from './parity';

const [steps, inputs, units] = [5, 3, 4];
const shapes = [[2, steps, inputs], [inputs, 4 * units], [units, 4 * units], [4 * units]] as const;
const mask = (): tf.Tensor2D => tf.tensor2d([1, 1, 1, 1, 1, 1, 1, 0, 0, 0], [2, steps]);
const last = (x: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, gateBias: tf.Tensor): tf.Tensor =>
  lstm(x as tf.Tensor3D, mask(), { kernel, recurrent, gateBias })[steps - 1];

describe('LSTM', () => {
  it('does what the equations say, number by number', () => {
    const values = shapes.map((shape, i) =>
      irregular(
        shape.reduce((a: number, b) => a * b, 1),
        i + 3,
      ),
    );
    const [x, kernel, recurrent, bias] = values;
    const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
    const expected: number[] = [];
    for (const [sample, length] of [5, 2].entries()) {
      let [h, c] = [new Array<number>(units).fill(0), new Array<number>(units).fill(0)];
      for (let t = 0; t < length; t++) {
        const gate = (column: number): number => {
          let sum = bias[column];
          for (let i = 0; i < inputs; i++) sum += x[(sample * steps + t) * inputs + i] * kernel[i * 4 * units + column];
          for (let i = 0; i < units; i++) sum += h[i] * recurrent[i * 4 * units + column];
          return sum;
        };
        const nextC = c.map((was, u) => sigmoid(gate(units + u) + 1) * was + sigmoid(gate(u)) * Math.tanh(gate(2 * units + u)));
        [h, c] = [nextC.map((now, u) => sigmoid(gate(3 * units + u)) * Math.tanh(now)), nextC];
      }
      expected.push(...h);
    }
    const found = last(...(values.map((v, i) => tf.tensor(v, [...shapes[i]])) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]));
    Array.from(found.dataSync()).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
  });

  it('is the same compiled, with its gradients', async () => {
    await expectParity(shapes, (...given) => last(...(given as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor])));
    const cost = (...given: tf.Tensor[]): tf.Scalar =>
      tf.sum(tf.square(last(...(given as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]))));
    await expectParity(shapes, (...given) => tf.grads(cost)(given));
  });

  it('reads pieces of text: padding behind the end changes nothing; compiled the same, with gradients', async () => {
    const layer = textLstm({ vocabulary: 9, embedding: inputs, units, take: 'mean' });
    const specs = Object.entries(layer.parameters([6]));
    const run = (tokens: readonly number[], length: number, given: readonly tf.Tensor[]): tf.Tensor =>
      layer.apply(
        tf.tensor2d([...tokens], [tokens.length / length, length], 'int32'),
        Object.fromEntries(specs.map(([name], i) => [name, given[i]])),
        { training: true },
      ).output;
    const sizes = specs.map(([, { shape }]) => shape);
    const given = sizes.map((shape, i) =>
      tf.tensor(
        irregular(
          shape.reduce((a, b) => a * b, 1),
          i,
        ),
        [...shape],
      ),
    );
    const [short, long] = [run([4, 5], 2, given), run([4, 5, 0, 0], 4, given)].map(each => Array.from(each.dataSync()));
    long.forEach((value, i) => expect(value).toBeCloseTo(short[i], 6));
    const tokens = [4, 5, 4, 0, 8, 1, 0, 0];
    await expectParity(sizes, (...parameters) => run(tokens, 4, parameters));
    const cost = (...parameters: tf.Tensor[]): tf.Scalar => tf.sum(tf.square(run(tokens, 4, parameters)));
    await expectParity(sizes, (...parameters) => tf.grads(cost)(parameters));
  });
});

describe('cross-modal loss', () => {
  it('is the cross-entropy both ways, worked out by hand', () => {
    const similarities = tf.tensor2d([0.5, 0.1, 0.2, 0.4], [2, 2]);
    const minusLog = (own: number, other: number): number => Math.log(Math.exp(own / 0.1) + Math.exp(other / 0.1)) - own / 0.1;
    const byHand = (minusLog(0.5, 0.1) + minusLog(0.4, 0.2) + minusLog(0.5, 0.2) + minusLog(0.4, 0.1)) / 4;
    expect(crossModalLoss(similarities, tf.eye(2), 0.1).dataSync()[0]).toBeCloseTo(byHand, 4);
  });

  it('shares the weight among several partners', () => {
    const all = tf.ones<tf.Rank.R2>([2, 2]);
    const loss = crossModalLoss(tf.zeros([2, 2]), all, 0.1).dataSync()[0];
    expect(loss).toBeCloseTo(Math.log(2), 5);
  });
});
