import type { Attributes, ConstantData, ElementType, Graph, Node } from './graph';
import { arrayFor, broadcastShape, sameShape, sizeOf, Value } from './graph';

const COMPARISONS = new Set(['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal', 'And', 'Or', 'Not', 'IsNaN']);

/** Appends nodes and works out the shapes of their results. */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #outputs = new Map<string, Value>();

  input(name: string, shape: readonly number[], type: ElementType = 'float32'): Value {
    if (this.#inputs.some(v => v.inputName === name)) throw new Error(`Two inputs are called "${name}".`);
    const value = new Value(type, [...shape], undefined, name);
    this.#inputs.push(value);
    return value;
  }

  /** Takes over an input of another graph. */
  adoptInput(value: Value): void {
    this.#inputs.push(value);
  }

  constant(data: ConstantData, shape: readonly number[]): Value {
    const type: ElementType = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
    if (data.length !== sizeOf(shape)) throw new RangeError(`A constant of ${data.length} numbers is not [${shape.join()}].`);
    return new Value(type, [...shape], data);
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    const data = arrayFor(type, 1);
    data[0] = value;
    return this.constant(data, []);
  }

  output(name: string, value: Value): void {
    if (this.#outputs.has(name)) throw new Error(`Two outputs are called "${name}".`);
    this.#outputs.set(name, value);
  }

  finish(): Graph {
    return { inputs: this.#inputs, nodes: this.#nodes, outputs: this.#outputs };
  }

  /** A node with given result shapes (and types, the first input's if absent). */
  node(
    operator: string,
    inputs: readonly Value[],
    attributes: Attributes,
    results: readonly { readonly shape: readonly number[]; readonly type?: ElementType }[],
  ): Value[] {
    const outputs = results.map(r => new Value(r.type ?? inputs[0].type, [...r.shape]));
    const node: Node = { operator, inputs: [...inputs], outputs, attributes };
    for (const output of outputs) output.producer = node;
    this.#nodes.push(node);
    return outputs;
  }

  /** A node with one result. */
  one(
    operator: string,
    inputs: readonly Value[],
    shape: readonly number[],
    attributes: Attributes = {},
    type?: ElementType,
  ): Value {
    return this.node(operator, inputs, attributes, [{ shape, type }])[0];
  }

  /** Element by element, with broadcasting: Add, Mul, Greater, Relu, Max … `Where` takes its type from its second input. */
  elementwise(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const type = COMPARISONS.has(operator) ? 'bool' : operator === 'Where' ? inputs[1].type : inputs[0].type;
    return this.one(operator, inputs, broadcastShape(...inputs.map(v => v.shape)), attributes, type);
  }

  cast(value: Value, type: ElementType): Value {
    return value.type === type ? value : this.one('Cast', [value], value.shape, { to: type }, type);
  }

  reshape(value: Value, shape: readonly number[]): Value {
    if (sizeOf(shape) !== value.size) throw new RangeError(`[${value.shape.join()}] can't be reshaped to [${shape.join()}].`);
    return sameShape(shape, value.shape) ? value : this.one('Reshape', [value], shape);
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    if (permutation.every((p, i) => p === i)) return value;
    return this.one(
      'Transpose',
      [value],
      permutation.map(p => value.shape[p]),
      { perm: permutation },
    );
  }

  /** ReduceSum, ReduceMean, ReduceMax, ReduceMin, ReduceProd over axes ≥ 0. */
  reduce(operator: string, value: Value, axes: readonly number[], keepDims: boolean): Value {
    if (axes.length === 0) return value;
    const shape = keepDims
      ? value.shape.map((d, i) => (axes.includes(i) ? 1 : d))
      : value.shape.filter((_, i) => !axes.includes(i));
    return this.one(operator, [value], shape, { axes, keepdims: keepDims ? 1 : 0 });
  }

  /** Every `step`th element from `start`, `size` of them, on each axis. */
  slice(value: Value, start: readonly number[], size: readonly number[], step: readonly number[] = start.map(() => 1)): Value {
    if (sameShape(size, value.shape) && step.every(s => s === 1)) return value;
    const ends = size.map((d, i) => {
      const last = start[i] + (d - 1) * step[i];
      // ONNX reads a negative end as counted from the back: to walk down to element 0 the end lies far below.
      return step[i] > 0 ? last + 1 : last === 0 ? -(2 ** 31) : last - 1;
    });
    return this.one('Slice', [value], size, { starts: start, ends, steps: step });
  }

  /** Slices one axis only. */
  sliceAxis(value: Value, axis: number, start: number, size: number, step = 1): Value {
    return this.slice(
      value,
      value.shape.map((_, i) => (i === axis ? start : 0)),
      value.shape.map((d, i) => (i === axis ? size : d)),
      value.shape.map((_, i) => (i === axis ? step : 1)),
    );
  }

  concat(values: readonly Value[], axis: number): Value {
    if (values.length === 1) return values[0];
    const length = values.reduce((sum, v) => sum + v.shape[axis], 0);
    return this.one(
      'Concat',
      values,
      values[0].shape.map((d, i) => (i === axis ? length : d)),
      { axis },
    );
  }

  /** Constant padding: `before` and `after` on each axis. */
  pad(value: Value, before: readonly number[], after: readonly number[], fill = 0, mode = 'constant'): Value {
    if ([...before, ...after].every(p => p === 0)) return value;
    const shape = value.shape.map((d, i) => d + before[i] + after[i]);
    return this.one('Pad', [value], shape, { pads: [...before, ...after], fill: { float: fill }, mode });
  }

  /** Matrix product of two matrices, either one transposed. */
  gemm(a: Value, b: Value, transposeA = false, transposeB = false): Value {
    const rows = a.shape[transposeA ? 1 : 0];
    const columns = b.shape[transposeB ? 0 : 1];
    return this.one('Gemm', [a, b], [rows, columns], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 });
  }
}
