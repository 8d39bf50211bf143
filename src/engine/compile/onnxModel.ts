import type { Graph, Node, Value } from './graph';
import { sizeOf } from './graph';
import type { Attribute, Dimension } from './onnxWriter';
import { OnnxWriter } from './onnxWriter';

/** Element types by their number in ONNX's `TensorProto.DataType`, for the attribute of `Cast`. */
const TYPE_NUMBERS: Readonly<Record<string, number>> = { float32: 1, int32: 6, bool: 9 };

/** Operators that take these attributes as int64 inputs in opset 17, in this order. */
const STRUCTURAL_INPUTS: Readonly<Record<string, readonly string[]>> = {
  ReduceSum: ['axes'],
  Slice: ['starts', 'ends', 'axes', 'steps'],
  Tile: ['repeats'],
  Expand: ['shape'],
  MaxUnpool: ['outputShape'],
  Split: ['split'],
};

export interface OnnxModelOptions {
  /** Inputs and outputs whose first axis is free, by the name to give that axis; see `passes/dynamicBatch.ts`. */
  readonly freeBatch?: { readonly name: string; readonly size: number };
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Writes a graph as an ONNX model (opset 17). Gradients must have been lowered; throws on one that was not. */
export function writeOnnxModel(graph: Graph, options: OnnxModelOptions = {}): Uint8Array {
  const writer = new OnnxWriter(17);
  const names = new Map<Value, string>();
  const scalars = new Map<string, string>();
  const vectors = new Map<string, string>();

  const dimensions = (value: Value): Dimension[] =>
    value.shape.map((d, i) => (i === 0 && d === options.freeBatch?.size ? options.freeBatch.name : d));

  const nameOf = (value: Value): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    if (!value.data) throw new Error('A value is used before it is computed.');
    const key = value.shape.length === 0 ? `${value.type} ${value.data[0]}` : undefined;
    const shared = key === undefined ? undefined : scalars.get(key);
    const name = shared ?? writer.constant(value.data, value.shape, value.type);
    if (key !== undefined) scalars.set(key, name);
    names.set(value, name);
    return name;
  };

  const integers = (list: readonly number[]): string => {
    const key = list.join();
    const name = vectors.get(key) ?? writer.int64(...list);
    vectors.set(key, name);
    return name;
  };

  for (const input of graph.inputs) {
    if (input.inputName === undefined) throw new Error('An input has no name.');
    names.set(input, writer.input(input.inputName, dimensions(input), input.type));
  }
  // An output is called by its name where it is computed: a copy under another name would cost a pass over memory.
  const outputNames = new Map<Value, string>();
  for (const [name, value] of graph.outputs) if (value.producer && !outputNames.has(value)) outputNames.set(value, name);
  for (const node of graph.nodes) {
    const { inputs, attributes } = encodeNode(node, nameOf, integers, value => writer.scalar(value));
    const named = node.outputs.map(value => outputNames.get(value));
    const outputs = writer.nodes(node.operator, inputs, named, attributes);
    node.outputs.forEach((value, i) => names.set(value, outputs[i]));
  }
  for (const [name, value] of graph.outputs) {
    if (outputNames.get(value) === name) writer.namedOutput(name, dimensions(value), value.type);
    else writer.output(name, nameOf(value), dimensions(value), value.type);
  }
  return writer.build({ producer: 'twinlint', metadata: options.metadata });
}

/** Turns the compiler's attributes into what ONNX expects: some as attributes, some as int64 inputs. */
function encodeNode(
  node: Node,
  nameOf: (value: Value) => string,
  integers: (list: readonly number[]) => string,
  scalar: (value: number) => string,
): { inputs: string[]; attributes: Record<string, Attribute> } {
  if (node.operator.endsWith('Gradient')) throw new Error(`${node.operator} was not lowered.`);
  const inputs = node.inputs.map(nameOf);
  const attributes: Record<string, Attribute> = { ...node.attributes };
  if (node.operator === 'Reshape') {
    inputs.push(integers((node.attributes.target as readonly number[] | undefined) ?? node.outputs[0].shape));
    delete attributes.target;
  } else if (node.operator === 'Cast') {
    attributes.to = TYPE_NUMBERS[node.attributes.to as string];
  } else if (node.operator === 'Pad') {
    const { pads, fill, mode } = node.attributes;
    inputs.push(integers(pads as readonly number[]));
    if (mode === 'constant') inputs.push(scalar((fill as { float: number }).float));
    delete attributes.pads;
    delete attributes.fill;
  } else {
    if (node.operator === 'Slice') attributes.axes = node.outputs[0].shape.map((_, i) => i);
    for (const name of STRUCTURAL_INPUTS[node.operator] ?? []) {
      inputs.push(integers(attributes[name] as readonly number[]));
      delete attributes[name];
    }
  }
  return { inputs, attributes };
}

/** Bytes that the constants of a graph take, for logs and tests. */
export function constantBytes(graph: Graph): number {
  const constants = new Set(graph.nodes.flatMap(n => n.inputs).filter(v => v.data));
  return [...constants].reduce((sum, v) => sum + sizeOf(v.shape) * (v.type === 'bool' ? 1 : 4), 0);
}
