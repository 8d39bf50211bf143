import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { recordGraph } from '../../../../src/engine/compile/recorder';

const x = { x: { shape: [2, 3] } };

describe('recordGraph', () => {
  it('names inputs and outputs and works out shapes without computing', () => {
    const graph = recordGraph(x, t => ({ y: tf.sum(tf.mul(t.x, 2), 1) }));
    expect(graph.inputs.map(v => [v.inputName, v.shape])).toEqual([['x', [2, 3]]]);
    expect(graph.nodes.map(n => n.operator)).toEqual(['Mul', 'ReduceSum']);
    expect(graph.outputs.get('y')!.shape).toEqual([2]);
  });

  it('fails by name on an operation that has no translation', () => {
    expect(() => recordGraph(x, t => ({ y: tf.acos(t.x) }))).toThrow('"Acos"');
  });

  it.each([
    ['randomNormal', () => tf.randomNormal([2, 3])],
    ['randomUniform', () => tf.randomUniform([2, 3])],
    ['truncatedNormal', () => tf.truncatedNormal([2, 3])],
    ['dropout', (t: tf.Tensor) => tf.dropout(t, 0.5)],
  ])('refuses to bake in the numbers of tf.%s', (name, draw) => {
    expect(() => recordGraph(x, t => ({ y: tf.add(t.x, draw(t.x)) }))).toThrow(`tf.${name}`);
  });

  it('fails where values are read that do not exist yet', () => {
    expect(() => recordGraph(x, t => ({ y: tf.mul(t.x, t.x.dataSync()[0]) }))).toThrow('may not read');
  });

  it('leaves the backend as it was, also after an error', () => {
    void tf.setBackend('cpu');
    expect(() => recordGraph(x, t => ({ y: tf.acos(t.x) }))).toThrow();
    expect(tf.getBackend()).toBe('cpu');
    expect(recordGraph(x, t => ({ y: tf.neg(t.x) })).nodes).toHaveLength(1);
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.scalar(3).dataSync()[0]).toBe(3);
  });

  it('can be used many times without leaving tensors behind', () => {
    const record = (): unknown => recordGraph(x, t => ({ y: tf.grad((v: tf.Tensor) => tf.sum(tf.square(v)))(t.x) }));
    record();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) record();
    expect(tf.memory().numTensors).toBe(before);
  });
});
