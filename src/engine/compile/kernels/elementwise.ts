import type { Value } from '../graph';
import type { Kernel, KernelCall, KernelTable } from './kernel';
import { listOf } from './kernel';
import type { GraphBuilder } from '../graphBuilder';

/** A TensorFlow.js kernel with inputs a and b that is one ONNX operator. */
const binary =
  (operator: string): Kernel =>
  ({ graph, inputs: { a, b } }) =>
    graph.elementwise(operator, [a, b]);

/** A TensorFlow.js kernel with input x that is one ONNX operator. */
const unary =
  (operator: string): Kernel =>
  ({ graph, inputs: { x } }) =>
    graph.elementwise(operator, [x]);

/** Comparisons of ONNX take no bool: those go through int32. */
const comparison =
  (operator: string): Kernel =>
  ({ graph, inputs: { a, b } }) =>
    graph.elementwise(
      operator,
      [a, b].map(v => (v.type === 'bool' ? graph.cast(v, 'int32') : v)),
    );

const number = (call: KernelCall, name: string): number => call.attributes[name] as number;

/** 1 where the condition holds, 0 elsewhere. */
const indicator = (graph: GraphBuilder, operator: string, x: Value, threshold: number): Value =>
  graph.cast(graph.elementwise(operator, [x, graph.scalar(threshold)]), 'float32');

const clip = (graph: GraphBuilder, x: Value, low: number, high: number): Value =>
  graph.elementwise('Clip', [x, graph.scalar(low, x.type), graph.scalar(high, x.type)]);

/** Applies an activation by TensorFlow.js's name, as fused kernels carry it. */
export function activate(graph: GraphBuilder, x: Value, name: unknown, slope?: Value, alpha?: unknown): Value {
  switch (name ?? 'linear') {
    case 'linear':
      return x;
    case 'relu':
      return graph.elementwise('Relu', [x]);
    case 'relu6':
      return clip(graph, x, 0, 6);
    case 'elu':
      return graph.elementwise('Elu', [x]);
    case 'sigmoid':
      return graph.elementwise('Sigmoid', [x]);
    case 'leakyrelu':
      return graph.elementwise('LeakyRelu', [x], { alpha: { float: (alpha as number | undefined) ?? 0.2 } });
    case 'prelu':
      if (slope) return graph.elementwise('PRelu', [x, slope]);
  }
  throw new Error(`The engine can't compile the fused activation "${String(name)}".`);
}

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

export const elementwiseKernels: KernelTable = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: ({ graph, inputs: { a, b } }) => graph.elementwise('Div', [graph.cast(a, 'float32'), graph.cast(b, 'float32')]),
  FloorDiv: ({ graph, inputs: { a, b } }) => {
    const quotient = graph.elementwise('Div', [graph.cast(a, 'float32'), graph.cast(b, 'float32')]);
    return graph.cast(graph.elementwise('Floor', [quotient]), a.type);
  },
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: ({ graph, inputs: { a, b } }) => {
    const difference = graph.elementwise('Sub', [a, b]);
    return graph.elementwise('Mul', [difference, difference]);
  },
  AddN: call => listOf(call).reduce((sum, v) => call.graph.elementwise('Add', [sum, v])),

  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Equal: comparison('Equal'),
  NotEqual: call => call.graph.elementwise('Not', [comparison('Equal')(call) as Value]),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  LogicalNot: unary('Not'),
  Select: ({ graph, inputs: { condition, t, e } }) => {
    // TensorFlow.js lets a vector choose whole rows.
    const trailing = Array<number>(t.shape.length - condition.shape.length).fill(1);
    return graph.elementwise('Where', [graph.reshape(condition, [...condition.shape, ...trailing]), t, e]);
  },

  Abs: unary('Abs'),
  Ceil: unary('Ceil'),
  Cos: unary('Cos'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Floor: unary('Floor'),
  Log: unary('Log'),
  Neg: unary('Neg'),
  Reciprocal: unary('Reciprocal'),
  Relu: unary('Relu'),
  Round: unary('Round'),
  Sigmoid: unary('Sigmoid'),
  Sign: unary('Sign'),
  Sin: unary('Sin'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  Tanh: unary('Tanh'),
  Square: ({ graph, inputs: { x } }) => graph.elementwise('Mul', [x, x]),
  Rsqrt: ({ graph, inputs: { x } }) => graph.elementwise('Reciprocal', [graph.elementwise('Sqrt', [x])]),
  Log1p: ({ graph, inputs: { x } }) => graph.elementwise('Log', [graph.elementwise('Add', [x, graph.scalar(1)])]),
  Expm1: ({ graph, inputs: { x } }) => graph.elementwise('Sub', [graph.elementwise('Exp', [x]), graph.scalar(1)]),
  Relu6: ({ graph, inputs: { x } }) => clip(graph, x, 0, 6),
  Elu: unary('Elu'),
  /** y is Elu's result: dy where y ≥ 0, dy · (y + 1) elsewhere. */
  EluGrad: ({ graph, inputs: { dy, y } }) => {
    const slope = graph.elementwise('Add', [y, graph.scalar(1)]);
    const positive = graph.elementwise('GreaterOrEqual', [y, graph.scalar(0)]);
    return graph.elementwise('Where', [positive, dy, graph.elementwise('Mul', [dy, slope])]);
  },
  Selu: ({ graph, inputs: { x } }) =>
    graph.elementwise('Selu', [x], { alpha: { float: SELU_ALPHA }, gamma: { float: SELU_SCALE } }),
  LeakyRelu: call => call.graph.elementwise('LeakyRelu', [call.inputs.x], { alpha: { float: number(call, 'alpha') } }),
  Prelu: ({ graph, inputs: { x, alpha } }) => {
    const negative = graph.elementwise('Mul', [x, alpha]);
    return graph.elementwise('Where', [graph.elementwise('GreaterOrEqual', [x, graph.scalar(0)]), x, negative]);
  },
  ClipByValue: call => clip(call.graph, call.inputs.x, number(call, 'clipValueMin'), number(call, 'clipValueMax')),
  /** 1 above zero, `alpha` elsewhere: the derivative of ReLU. */
  Step: call => {
    const above = indicator(call.graph, 'Greater', call.inputs.x, 0);
    const alpha = (call.attributes.alpha as number | undefined) ?? 0;
    if (alpha === 0) return above;
    return call.graph.elementwise('Where', [call.graph.cast(above, 'bool'), call.graph.scalar(1), call.graph.scalar(alpha)]);
  },
  IsNan: unary('IsNaN'),
  Cast: ({ graph, inputs: { x }, attributes: { dtype } }) => graph.cast(x, dtype as 'float32' | 'int32' | 'bool'),
};
