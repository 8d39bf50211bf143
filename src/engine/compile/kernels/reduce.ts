import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { Kernel, KernelTable } from './kernel';

const axesOf = (axis: unknown, x: Value): number[] => tf.util.parseAxisParam(axis as number[], [...x.shape]);

const reduction =
  (operator: string): Kernel =>
  ({ graph, inputs: { x }, attributes: { axis, reductionIndices, keepDims } }) =>
    // Max calls its axes by another name.
    graph.reduce(operator, x, axesOf(reductionIndices ?? axis, x), keepDims === true);

/** All and Any, over 0/1 numbers. */
const logical =
  (operator: string): Kernel =>
  ({ graph, inputs: { x }, attributes: { axis, keepDims } }) =>
    graph.cast(graph.reduce(operator, graph.cast(x, 'int32'), axesOf(axis, x), keepDims === true), 'bool');

const extremeIndex =
  (operator: string): Kernel =>
  ({ graph, inputs: { x }, attributes: { axis } }) => {
    const at = axesOf(axis ?? 0, x)[0];
    const shape = x.shape.filter((_, i) => i !== at);
    return graph.cast(graph.one(operator, [x], shape, { axis: at, keepdims: 0 }, 'int64'), 'int32');
  };

function softmax(graph: GraphBuilder, logits: Value, axis: number): Value {
  return graph.one('Softmax', [logits], logits.shape, { axis });
}

export const reduceKernels: KernelTable = {
  Sum: ({ graph, inputs: { x }, attributes: { axis, keepDims } }) =>
    // TensorFlow.js sums booleans as integers.
    graph.reduce('ReduceSum', x.type === 'bool' ? graph.cast(x, 'int32') : x, axesOf(axis, x), keepDims === true),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: extremeIndex('ArgMax'),
  ArgMin: extremeIndex('ArgMin'),
  Softmax: ({ graph, inputs: { logits }, attributes: { dim } }) => softmax(graph, logits, dim as number),
};
