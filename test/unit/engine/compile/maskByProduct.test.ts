import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../../src/engine/compile/compileProgram';
import type { Value } from '../../../../src/engine/compile/graph';
import { GraphBuilder } from '../../../../src/engine/compile/graphBuilder';
import { maskByProduct } from '../../../../src/engine/compile/passes/maskByProduct';
import { expectGradientParity, irregular } from './parity';

/** Operators of a graph over a and b, [2, 3], after the pass. */
function operatorsOf(build: (g: GraphBuilder, a: Value, b: Value) => Value): string[] {
  const g = new GraphBuilder();
  g.output('y', build(g, g.input('a', [2, 3]), g.input('b', [2, 3])));
  return maskByProduct(g.finish()).nodes.map(n => n.operator);
}

const reluMask = (g: GraphBuilder, x: Value): Value => g.elementwise('Greater', [g.elementwise('Relu', [x]), g.scalar(0)]);

describe('masks of gradients by products', () => {
  it('a ReLU’s mask becomes a factor, and its opposite a difference', () => {
    const operators = operatorsOf((g, a, b) => {
      const mask = reluMask(g, a);
      const kept = g.elementwise('Where', [mask, b, g.scalar(0)]);
      const rest = g.elementwise('Where', [mask, g.scalar(0), b]);
      return g.elementwise('Div', [kept, rest]);
    });
    expect(operators).toEqual(['Relu', 'Greater', 'Cast', 'Mul', 'Sub', 'Div']);
  });
  it('an opposite of something else stays', () => {
    const operators = operatorsOf((g, a, b) => {
      const mask = reluMask(g, a);
      const kept = g.elementwise('Where', [mask, b, g.scalar(0)]);
      return g.elementwise('Div', [kept, g.elementwise('Where', [mask, g.scalar(0), a])]);
    });
    expect(operators).toEqual(['Relu', 'Greater', 'Cast', 'Mul', 'Where', 'Div']);
  });
  it('what a program selects itself stays, because it may keep out what is not finite', () => {
    const own = operatorsOf((g, a, b) => g.elementwise('Where', [g.elementwise('Greater', [a, g.scalar(0)]), b, g.scalar(0)]));
    expect(own).toEqual(['Greater', 'Where']);
    const above = operatorsOf((g, a, b) => {
      const mask = g.elementwise('Greater', [g.elementwise('Relu', [a]), g.scalar(1)]);
      return g.elementwise('Where', [mask, b, g.scalar(0)]);
    });
    expect(above).toEqual(['Relu', 'Greater', 'Where']);
  });
  it('a mask that is spread out stays', () => {
    const g = new GraphBuilder();
    const mask = reluMask(g, g.input('a', [2, 1]));
    g.output('y', g.elementwise('Where', [mask, g.input('b', [2, 3]), g.scalar(0)]));
    expect(maskByProduct(g.finish()).nodes.map(n => n.operator)).toEqual(['Relu', 'Greater', 'Where']);
  });
  it('no selection is left in the gradient of a convolution with pool and ReLU', async () => {
    const x: [number, number, number, number] = [2, 10, 10, 1];
    const filter = [3, 3, 1, 4];
    const forward = (image: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
      tf.relu(tf.maxPool(tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'valid'), 2, 2, 'valid'));
    const { graph } = compileProgram({
      name: 'test',
      state: { kernel: { shape: filter } },
      inputs: { image: { shape: x } },
      compute: ({ kernel }, { image }) => ({
        state: { kernel: tf.grad((k: tf.Tensor) => tf.sum(tf.square(forward(image, k))))(kernel) },
        outputs: {},
      }),
    });
    expect(graph.nodes.filter(n => n.operator === 'Where')).toEqual([]);
    expect(graph.nodes.filter(n => n.operator === 'Equal')).toHaveLength(3);
    // Of equal cells the first takes it all.
    await expectGradientParity([filter], kernel => forward(tf.ones(x), kernel));
    await expectGradientParity([filter], kernel => forward(tf.tensor(irregular(200), x), kernel));
  });
});
