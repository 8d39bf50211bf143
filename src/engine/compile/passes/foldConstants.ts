import type { ConstantData, Node, Value } from '../graph';
import { arrayFor, numbers } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { Pass } from './rewrite';
import { rewrite } from './rewrite';

/** Larger results are left to the runtime, so that a model file stays small. */
const LARGEST_FOLDED = 65536;

const ELEMENTWISE: Readonly<Record<string, (a: number, b: number, c: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: (a, b) => Math.max(a, b),
  Min: (a, b) => Math.min(a, b),
  Pow: (a, b) => a ** b,
  Neg: a => -a,
  Abs: a => Math.abs(a),
  Sqrt: a => Math.sqrt(a),
  Exp: a => Math.exp(a),
  Log: a => Math.log(a),
  Reciprocal: a => 1 / a,
  Relu: a => Math.max(a, 0),
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  Equal: (a, b) => Number(a === b),
  Not: a => Number(!a),
  And: (a, b) => Number(a && b),
  Or: (a, b) => Number(a || b),
  Where: (a, b, c) => (a ? b : c),
};

/** Steps between neighbours along each axis of `shape`, seen as an operand of a result of `rank` axes: 0 where it is repeated. */
function strides(shape: readonly number[], rank: number): number[] {
  const steps = Array<number>(rank).fill(0);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1) steps[axis + rank - shape.length] = step;
    step *= shape[axis];
  }
  return steps;
}

/** Calls `visit(position, offset)` for every element of `shape`, the offset walking by `steps`. */
function walk(shape: readonly number[], steps: readonly number[], visit: (position: number, offset: number) => void): void {
  const index = Array<number>(shape.length).fill(0);
  const size = shape.reduce((a, b) => a * b, 1);
  let offset = 0;
  for (let position = 0; position < size; position++) {
    visit(position, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += steps[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

function elementwise(node: Node, inputs: readonly Value[], f: (a: number, b: number, c: number) => number): ConstantData {
  const { shape, type, size } = node.outputs[0];
  const spread = inputs.map(({ data, shape: own }) => {
    const values = new Float64Array(size);
    walk(shape, strides(own, shape.length), (position, offset) => (values[position] = data![offset]));
    return values;
  });
  const [a, b, c] = spread;
  return arrayFor(type, size).map((_, i) => f(a[i], b?.[i], c?.[i]));
}

function transposed(node: Node, input: Value): ConstantData {
  const { shape, type, size } = node.outputs[0];
  const own = strides(input.shape, input.shape.length);
  const result = arrayFor(type, size);
  const steps = numbers(node, 'perm').map(axis => own[axis]);
  walk(shape, steps, (position, offset) => (result[position] = input.data![offset]));
  return result;
}

/** The result of a node whose inputs are all constants; undefined where the compiler leaves it to the runtime. */
function evaluate(node: Node, inputs: readonly Value[]): ConstantData | undefined {
  const f = ELEMENTWISE[node.operator];
  if (f) return elementwise(node, inputs, f);
  const { type } = node.outputs[0];
  switch (node.operator) {
    case 'Reshape':
      return inputs[0].data;
    case 'Cast':
      if (type === 'int64') return undefined;
      return arrayFor(type, inputs[0].size).map((_, i) =>
        type === 'bool' ? Number(inputs[0].data![i] !== 0) : inputs[0].data![i],
      );
    case 'Transpose':
      return transposed(node, inputs[0]);
  }
  return undefined;
}

/** Computes now what depends on constants alone. */
export const foldConstants: Pass = graph =>
  rewrite(graph, (node, inputs, builder: GraphBuilder) => {
    if (node.outputs.length !== 1 || node.outputs[0].size > LARGEST_FOLDED || !inputs.every(v => v.data)) return undefined;
    const data = evaluate(node, inputs);
    return data && [builder.constant(data, node.outputs[0].shape)];
  });
