import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../../src/engine/compile/compileProgram';
import type { Graph } from '../../../../src/engine/compile/graph';
import { GRADIENT_OPERATORS } from '../../../../src/engine/compile/graph';
import { GraphBuilder } from '../../../../src/engine/compile/graphBuilder';
import { optimize } from '../../../../src/engine/compile/optimize';
import { shareCommonSubexpressions } from '../../../../src/engine/compile/passes/commonSubexpressions';
import { convPoolPhases } from '../../../../src/engine/compile/passes/convPoolPhases';
import { removeDeadCode } from '../../../../src/engine/compile/passes/deadCode';
import { freeBatch, FixedBatchError } from '../../../../src/engine/compile/passes/dynamicBatch';
import { foldConstants } from '../../../../src/engine/compile/passes/foldConstants';
import { fuseBias } from '../../../../src/engine/compile/passes/fuseBias';
import { narrowBroadcasts } from '../../../../src/engine/compile/passes/narrowBroadcasts';
import { poolFirst } from '../../../../src/engine/compile/passes/poolFirst';
import { scaleGemm } from '../../../../src/engine/compile/passes/scaleGemm';
import { simplify } from '../../../../src/engine/compile/passes/simplify';
import { hoistBooleanTransposes, sinkTransposes } from '../../../../src/engine/compile/passes/sinkTransposes';
import { recordGraph } from '../../../../src/engine/compile/recorder';
import { expectGradientParity } from './parity';

const operators = (graph: Graph): string[] => graph.nodes.map(n => n.operator);
const count = (graph: Graph, operator: string): number => operators(graph).filter(o => o === operator).length;
const output = (graph: Graph): NonNullable<ReturnType<Graph['outputs']['get']>> => graph.outputs.get('y')!;
const t4 = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

/** A graph over inputs a and b, [2, 3]. */
function graphOf(
  build: (
    g: GraphBuilder,
    a: ReturnType<GraphBuilder['input']>,
    b: ReturnType<GraphBuilder['input']>,
  ) => ReturnType<GraphBuilder['input']>,
): Graph {
  const g = new GraphBuilder();
  g.output('y', build(g, g.input('a', [2, 3]), g.input('b', [2, 3])));
  return g.finish();
}

describe('clean-up passes', () => {
  it('dead code goes, what outputs need stays', () => {
    const graph = removeDeadCode(
      graphOf((g, a, b) => {
        g.elementwise('Exp', [g.elementwise('Neg', [b])]);
        return g.elementwise('Relu', [a]);
      }),
    );
    expect(operators(graph)).toEqual(['Relu']);
    expect(graph.inputs).toHaveLength(2);
  });
  it('what is computed twice is computed once, unless settings differ', () => {
    const graph = shareCommonSubexpressions(
      graphOf((g, a) =>
        g.elementwise('Add', [
          g.elementwise('Add', [g.elementwise('Exp', [a]), g.elementwise('Exp', [a])]),
          g.reduce('ReduceSum', a, [0], true),
        ]),
      ),
    );
    expect(count(removeDeadCode(graph), 'Exp')).toBe(1);
    const two = graphOf((g, a) =>
      g.elementwise('Add', [g.reduce('ReduceSum', a, [0], true), g.reduce('ReduceSum', a, [1], true)]),
    );
    expect(count(shareCommonSubexpressions(two), 'ReduceSum')).toBe(2);
  });
  it('constants are computed at compile time, with broadcasting', () => {
    const graph = foldConstants(
      graphOf((g, a) => {
        const row = g.constant(Float32Array.of(1, 2, 3), [3]);
        const column = g.constant(Float32Array.of(10, 20), [2, 1]);
        return g.elementwise('Mul', [a, g.transpose(g.transpose(g.elementwise('Add', [row, column]), [1, 0]), [1, 0])]);
      }),
    );
    expect(operators(graph)).toEqual(['Mul']);
    expect([...graph.nodes[0].inputs[1].data!]).toEqual([11, 12, 13, 21, 22, 23]);
  });
  it('operations that change nothing go', () => {
    const graph = simplify(
      graphOf((g, a) => {
        const ones = g.constant(new Float32Array(6).fill(1), [2, 3]);
        const timesOne = g.elementwise('Mul', [ones, g.elementwise('Add', [a, g.scalar(0)])]);
        return g.cast(g.elementwise('Div', [g.elementwise('Sub', [timesOne, g.scalar(0)]), g.scalar(1)]), 'float32');
      }),
    );
    expect(operators(graph)).toEqual([]);
    expect(output(graph).inputName).toBe('a');
  });
  it('but x + 0 stays where the 0 gives the shape', () => {
    const g = new GraphBuilder();
    g.output('y', g.elementwise('Add', [g.input('a', [3]), g.constant(new Float32Array(6), [2, 3])]));
    expect(operators(simplify(g.finish()))).toEqual(['Add']);
  });
  it('what is spread out only to meet something large stays small', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [4, 5, 3]);
    const ones = g.constant(new Float32Array(60).fill(1), [4, 5, 3]);
    const spread = g.elementwise('Div', [g.elementwise('Mul', [g.input('row', [3]), ones]), g.scalar(20)]);
    g.output('y', g.elementwise('Mul', [x, spread]));
    const tiled = g.one('Tile', [g.input('column', [4, 1, 1])], [4, 5, 3], { repeats: [1, 5, 3] });
    g.output('z', g.elementwise('Add', [tiled, x]));
    const graph = removeDeadCode(narrowBroadcasts(g.finish()));
    expect(graph.nodes.map(n => [n.operator, n.outputs[0].shape.join()])).toEqual([
      ['Mul', '3'],
      ['Div', '3'],
      ['Mul', '4,5,3'],
      ['Add', '4,5,3'],
    ]);
  });
  it('but is spread out where its own shape is asked for', () => {
    const g = new GraphBuilder();
    const spread = g.elementwise('Mul', [g.input('row', [3]), g.constant(new Float32Array(6).fill(2), [2, 3])]);
    g.output('y', g.reshape(spread, [6]));
    expect(removeDeadCode(narrowBroadcasts(g.finish())).outputs.get('y')!.shape).toEqual([6]);
    expect(removeDeadCode(narrowBroadcasts(g.finish())).nodes[0].outputs[0].shape).toEqual([2, 3]);
  });
  it('a product with a 0/1 mask becomes a selection', () => {
    const graph = removeDeadCode(
      simplify(graphOf((g, a, b) => g.elementwise('Mul', [b, g.cast(g.elementwise('Greater', [a, g.scalar(0)]), 'float32')]))),
    );
    expect(operators(graph)).toEqual(['Greater', 'Where']);
  });
  it('numbers multiplied one after the other become one', () => {
    const graph = removeDeadCode(
      simplify(graphOf((g, a) => g.elementwise('Mul', [g.scalar(4), g.elementwise('Mul', [a, g.scalar(0.5)])]))),
    );
    expect(operators(graph)).toEqual(['Mul']);
    expect(graph.nodes[0].inputs.find(v => v.data)!.data![0]).toBe(2);
  });
  it('a transposition that moves only axes of one element is free', () => {
    const g = new GraphBuilder();
    g.output('y', g.transpose(g.input('a', [5, 4, 4, 1]), [0, 3, 1, 2]));
    expect(operators(simplify(g.finish()))).toEqual(['Reshape']);
  });
});

describe('layouts', () => {
  it('transpositions sink through element-wise work and meet their inverse', () => {
    const g = new GraphBuilder();
    const last = g.transpose(g.input('x', [2, 3, 4, 5]), [0, 2, 3, 1]);
    const biased = g.elementwise('Add', [last, g.input('bias', [3])]);
    g.output('y', g.transpose(g.elementwise('Relu', [biased]), [0, 3, 1, 2]));
    const graph = removeDeadCode(simplify(simplify(sinkTransposes(g.finish()))));
    expect(operators(graph)).toEqual(['Reshape', 'Add', 'Relu']);
    expect(output(graph).shape).toEqual([2, 3, 4, 5]);
  });
  it('sums are taken over the axes where they now are', () => {
    const g = new GraphBuilder();
    const last = g.transpose(g.input('x', [2, 3, 4, 5]), [0, 2, 3, 1]);
    g.output('y', g.reduce('ReduceSum', last, [0, 1, 2], false));
    const graph = removeDeadCode(sinkTransposes(g.finish()));
    expect(operators(graph)).toEqual(['ReduceSum']);
    expect(graph.nodes[0].attributes.axes).toEqual([0, 2, 3]);
    expect(output(graph).shape).toEqual([3]);
  });
  it('nothing sinks where the other operand is in the plain order', () => {
    const g = new GraphBuilder();
    const x = g.transpose(g.input('x', [2, 3]), [1, 0]);
    g.output('y', g.elementwise('Add', [x, g.input('b', [3, 2])]));
    expect(operators(sinkTransposes(g.finish()))).toEqual(['Transpose', 'Add']);
  });
  it('a transposed mask becomes the mask of the transposed', () => {
    const g = new GraphBuilder();
    g.output('y', g.transpose(g.elementwise('Greater', [g.input('x', [2, 3]), g.scalar(0)]), [1, 0]));
    expect(operators(removeDeadCode(hoistBooleanTransposes(g.finish())))).toEqual(['Transpose', 'Greater']);
  });
  it('a network of convolutions keeps NCHW from end to end', () => {
    const graph = optimize(
      recordGraph({ x: { shape: [2, 8, 8, 1] }, k: { shape: [3, 3, 1, 4] }, l: { shape: [3, 3, 4, 4] } }, t => {
        const first = tf.relu(tf.conv2d(t4(t.x), t4(t.k), 1, 'valid'));
        return { y: tf.sum(tf.relu(tf.conv2d(t4(first), t4(t.l), 1, 'valid')), [1, 2]) };
      }),
    );
    // What is left transposes filters, not feature maps.
    expect(graph.nodes.filter(n => n.operator === 'Transpose').every(n => n.inputs[0].inputName !== undefined)).toBe(true);
    expect(graph.nodes.filter(n => n.operator === 'Transpose').every(n => n.inputs[0].shape[0] === 3)).toBe(true);
  });
});

describe('fusions', () => {
  it('a bias goes into the convolution and the matrix product, unless the plain result is needed too', () => {
    const g = new GraphBuilder();
    const product = g.gemm(g.input('a', [2, 3]), g.input('b', [3, 4]));
    g.output('y', g.elementwise('Add', [product, g.input('bias', [4])]));
    expect(operators(removeDeadCode(fuseBias(g.finish())))).toEqual(['Gemm']);
    const h = new GraphBuilder();
    const kept = h.gemm(h.input('a', [2, 3]), h.input('b', [3, 4]));
    h.output('y', h.elementwise('Add', [kept, h.input('bias', [4])]));
    h.output('z', kept);
    expect(operators(fuseBias(h.finish()))).toEqual(['Gemm', 'Add']);
  });
  it('a factor goes into the matrix product', () => {
    const g = new GraphBuilder();
    g.output('y', g.elementwise('Mul', [g.gemm(g.input('a', [2, 3]), g.input('b', [3, 4])), g.scalar(0.5)]));
    const graph = removeDeadCode(scaleGemm(g.finish()));
    expect(operators(graph)).toEqual(['Gemm']);
    expect(graph.nodes[0].attributes.alpha).toEqual({ float: 0.5 });
  });
});

const POOL = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };

describe('pooling', () => {
  it('comes before bias and ReLU', () => {
    const g = new GraphBuilder();
    const sum = g.elementwise('Add', [g.input('x', [1, 3, 4, 4]), g.input('bias', [1, 3, 1, 1])]);
    g.output('y', g.one('MaxPool', [g.elementwise('Relu', [sum])], [1, 3, 2, 2], POOL));
    expect(operators(removeDeadCode(poolFirst(g.finish())))).toEqual(['MaxPool', 'Add', 'Relu']);
  });
  it('its gradient’s sum is known before it is spread', () => {
    const g = new GraphBuilder();
    const spread = g.one(
      GRADIENT_OPERATORS.maxPool,
      [g.input('dy', [1, 3, 2, 2]), g.input('x', [1, 3, 4, 4])],
      [1, 3, 4, 4],
      POOL,
    );
    g.output('y', g.reduce('ReduceSum', spread, [0, 2, 3], false));
    expect(operators(removeDeadCode(poolFirst(g.finish())))).toEqual(['ReduceSum']);
  });
  it('of the first layer becomes four convolutions at once, and nothing else does', () => {
    const record = (withInputGradient: boolean): Graph =>
      recordGraph({ x: { shape: [2, 10, 10, 1] }, k: { shape: [3, 3, 1, 4] } }, t => {
        const f = (x: tf.Tensor, k: tf.Tensor): tf.Tensor =>
          tf.sum(tf.square(tf.maxPool(tf.conv2d(t4(x), t4(k), 1, 'valid'), 2, 2, 'valid')));
        const [dx, dk] = tf.grads(f)([t.x, t.k]);
        const result: Record<string, tf.Tensor> = withInputGradient ? { dx, dk } : { dk };
        return result;
      });
    expect(count(optimize(record(false)), 'Split')).toBe(1);
    expect(count(optimize(record(false)), 'MaxUnpool')).toBe(0);
    expect(count(optimize(record(true)), 'Split')).toBe(0);
    const encoder = recordGraph({ x: { shape: [2, 10, 10, 1] }, k: { shape: [3, 3, 1, 4] } }, t => ({
      y: tf.maxPool(tf.conv2d(t4(t.x), t4(t.k), 1, 'valid'), 2, 2, 'valid'),
    }));
    expect(count(convPoolPhases(encoder), 'Split')).toBe(0);
  });
  const layers: [string, number[], 'valid' | 'same'][] = [
    ['even', [2, 10, 10, 1], 'valid'],
    ['rows left over', [2, 11, 12, 1], 'valid'],
    ['padded', [2, 9, 10, 2], 'same'],
  ];
  it.each(layers)('as four convolutions has the same filter gradient: %s', async (_, shape, pad) => {
    // The input is closed over, so that only the filter's and the bias's gradients are asked for, as in a first layer.
    const images = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_v, i) => Math.max(0, Math.sin(i * 1.7)));
    await expectGradientParity([[3, 3, shape[3], 4], [4]], (k, bias) => {
      const x = tf.tensor(images, shape);
      return tf.maxPool(t4(tf.relu(tf.add(tf.conv2d(t4(x), t4(k), 1, pad), bias))), 2, 2, 'valid');
    });
  });
});

describe('free batch', () => {
  const record = (compute: (x: tf.Tensor) => tf.Tensor): Graph =>
    optimize(recordGraph({ x: { shape: [7919, 4, 4, 1] } }, t => ({ y: compute(t.x) })));
  it('replaces the batch in reshapes', () => {
    const graph = freeBatch(
      record(x => tf.reshape(tf.relu(x), [7919, 16])),
      7919,
    );
    expect(graph.nodes.at(-1)!.attributes.target).toEqual([-1, 16]);
  });
  it('refuses what depends on how many images there are', () => {
    expect(() =>
      freeBatch(
        record(x =>
          tf.add(
            x,
            tf.tensor(
              new Float32Array(7919).map((_, i) => i),
              [7919, 1, 1, 1],
            ),
          ),
        ),
        7919,
      ),
    ).toThrow(FixedBatchError);
    expect(() =>
      freeBatch(
        record(x => tf.tile(tf.sum(x, 0, true), [7919, 1, 1, 1])),
        7919,
      ),
    ).toThrow(FixedBatchError);
  });
  it('a compiled program says which sizes are free', () => {
    const compiled = compileProgram({
      name: 'free',
      state: {},
      inputs: { x: { shape: [1, 6] } },
      freeBatch: true,
      compute: (_s, { x }) => ({ state: {}, outputs: { y: tf.reshape(x, [x.shape[0], 2, 3]) } }),
    });
    expect(compiled.outputShapes.y).toEqual([0, 2, 3]);
  });
});
