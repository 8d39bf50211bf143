import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { expectGradientParity, expectParity, irregular } from './parity';

/** Inputs in (0.1, 2.1), for functions that need positive numbers. */
const positive = (count: number): Float32Array => irregular(count).map(v => v + 1.1);

describe('element by element', () => {
  const unary: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    abs: tf.abs,
    clipByValue: x => tf.clipByValue(x, -0.4, 0.6),
    cos: tf.cos,
    elu: tf.elu,
    erf: tf.erf,
    exp: tf.exp,
    expm1: tf.expm1,
    leakyRelu: x => tf.leakyRelu(x, 0.3),
    neg: tf.neg,
    relu: tf.relu,
    relu6: x => tf.relu6(tf.mul(x, 10)),
    selu: tf.selu,
    sigmoid: tf.sigmoid,
    sin: tf.sin,
    softplus: tf.softplus,
    square: tf.square,
    tanh: tf.tanh,
  };
  it.each(Object.entries(unary))('%s', (_, f) => expectGradientParity([[3, 5]], f));

  const ofPositive: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    log: tf.log,
    log1p: tf.log1p,
    reciprocal: tf.reciprocal,
    rsqrt: tf.rsqrt,
    sqrt: tf.sqrt,
    pow: x => tf.pow(x, tf.scalar(1.7)),
  };
  it.each(Object.entries(ofPositive))('%s of positive numbers', (_, f) => expectGradientParity([[4, 3]], f, [positive(12)]));

  const withoutGradient: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    ceil: tf.ceil,
    floor: tf.floor,
    round: x => tf.round(tf.mul(x, 7)),
    sign: tf.sign,
    step: x => tf.step(x, 0),
    isNaN: tf.isNaN,
    'cast to int': x => tf.cast(tf.mul(x, 9), 'int32'),
    'cast to bool': x => tf.cast(x, 'bool'),
    onesLike: tf.onesLike,
  };
  it.each(Object.entries(withoutGradient))('%s', (_, f) => expectParity([[3, 5]], f));

  const binary: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: (a, b) => tf.div(a, tf.add(b, 2)),
    divNoNan: (a, b) => tf.divNoNan(a, tf.relu(b)),
    maximum: tf.maximum,
    minimum: tf.minimum,
    squaredDifference: tf.squaredDifference,
    prelu: (a, b) => tf.prelu(a, tf.abs(b)),
  };
  const shapes: [number[], number[]][] = [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3, 4], [4]],
    [
      [4, 1],
      [1, 5],
    ],
  ];
  for (const [name, f] of Object.entries(binary)) {
    // TensorFlow.js itself has no gradient of these for broadcast operands.
    const onlyEqualShapes = ['maximum', 'minimum', 'squaredDifference'].includes(name);
    it.each(name === 'prelu' ? shapes.slice(0, 2) : shapes)(`${name} of [%s] and [%s]`, (a, b) =>
      name === 'divNoNan' || (onlyEqualShapes && a.length + b.length !== 4) || (onlyEqualShapes && a[1] !== b[1])
        ? expectParity([a, b], f)
        : expectGradientParity([a, b], f),
    );
  }
  it('addN', () => expectGradientParity([[3], [3], [3]], (a, b, c) => tf.addN([a, b, c])));
  it('floorDiv of integers', () => expectParity([[6]], x => tf.floorDiv(tf.cast(tf.mul(x, 30), 'int32'), tf.scalar(4, 'int32'))));

  it('comparisons and logic', () =>
    expectParity([[4, 3], [3]], (a, b) => [
      tf.greater(a, b),
      tf.greaterEqual(a, b),
      tf.less(a, b),
      tf.lessEqual(a, b),
      tf.equal(tf.sign(a), tf.sign(b)),
      tf.notEqual(tf.sign(a), tf.sign(b)),
      tf.logicalAnd(tf.greater(a, 0), tf.less(b, 0)),
      tf.logicalOr(tf.greater(a, 0), tf.less(b, 0)),
      tf.logicalNot(tf.greater(a, 0)),
      tf.equal(tf.greater(a, 0), tf.greater(b, 0)),
    ]));
  it('where', () =>
    expectGradientParity(
      [
        [3, 4],
        [3, 4],
      ],
      (a, b) => tf.where(tf.tensor2d([1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0], [3, 4], 'bool'), a, tf.mul(b, 3)),
    ));
});
