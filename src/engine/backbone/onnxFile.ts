/** One operation of an ONNX graph. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** What is read of an ONNX file: enough to know where its features come from. */
export interface OnnxOutline {
  /** For example "pytorch" or "tf2onnx". */
  readonly producer: string;
  readonly nodes: readonly OnnxNode[];
  readonly outputs: readonly string[];
  /** Names of what is known before a run: weights, and results of Constant nodes. */
  readonly constants: ReadonlySet<string>;
  /** Whether weights lie in files beside this one. */
  readonly hasExternalData: boolean;
}

/** Bytes that are no ONNX model. */
export class NoOnnxError extends Error {
  override readonly name = 'NoOnnxError';
}

/** Field numbers of onnx.proto (github.com/onnx/onnx, Apache-2.0). */
const MODEL = { producer: 2, graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, output: 12, sparseInitializer: 15 } as const;
const NODE = { input: 1, output: 2, op: 4 } as const;
const TENSOR = { name: 8, dataLocation: 14 } as const;
const VALUE = { name: 1 } as const;
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** One field of a Protocol Buffers message: a number, or bytes (not copied). */
interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array | undefined;
}

function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (let i = 0; i < 10; i++) {
      if (at >= message.length) throw new NoOnnxError('The file ends within a number.');
      const byte = message[at++];
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return value;
    }
    throw new NoOnnxError('A number is too long.');
  };
  while (at < message.length) {
    const tag = varint();
    const [number, kind] = [Math.floor(tag / 8), tag % 8];
    if (number === 0) throw new NoOnnxError('A field has no number.');
    if (kind === VARINT) yield { number, value: varint(), bytes: undefined };
    else {
      if (kind !== BYTES && kind !== FIXED64 && kind !== FIXED32) throw new NoOnnxError(`A field is of the kind ${kind}.`);
      const length = kind === BYTES ? varint() : kind === FIXED64 ? 8 : 4;
      if (at + length > message.length) throw new NoOnnxError('The file ends within a field.');
      yield { number, value: NaN, bytes: message.subarray(at, at + length) };
      at += length;
    }
  }
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** @throws NoOnnxError for bytes that are no ONNX model. */
export function readOnnxOutline(model: Uint8Array): OnnxOutline {
  let producer = '';
  const nodes: OnnxNode[] = [];
  const outputs: string[] = [];
  const constants = new Set<string>();
  let hasExternalData = false;
  for (const { number, bytes } of fields(model)) {
    if (number === MODEL.producer && bytes) producer = text(bytes);
    if (number !== MODEL.graph || !bytes) continue;
    for (const part of fields(bytes)) {
      if (!part.bytes) continue;
      if (part.number === GRAPH.node) nodes.push(readNode(part.bytes));
      if (part.number === GRAPH.output) {
        for (const { number: n, bytes: name } of fields(part.bytes)) if (n === VALUE.name) outputs.push(text(name));
      }
      if (part.number === GRAPH.initializer || part.number === GRAPH.sparseInitializer) {
        for (const { number: n, value, bytes: name } of fields(part.bytes)) {
          if (n === TENSOR.name && name) constants.add(text(name));
          if (n === TENSOR.dataLocation && value === 1) hasExternalData = true;
        }
      }
    }
  }
  for (const node of nodes) if (node.op === 'Constant') node.outputs.forEach(name => constants.add(name));
  if (nodes.length === 0 || outputs.length === 0) throw new NoOnnxError('It holds no network.');
  return { producer, nodes, outputs, constants, hasExternalData };
}

function readNode(message: Uint8Array): OnnxNode {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  let op = '';
  for (const { number, bytes } of fields(message)) {
    if (number === NODE.input) inputs.push(text(bytes));
    if (number === NODE.output) outputs.push(text(bytes));
    if (number === NODE.op) op = text(bytes);
  }
  return { op, inputs, outputs };
}

/**
 * The same model with one more output. Messages of Protocol Buffers that follow each other are merged, so it takes a second graph of
 * nothing but that output at the end; ONNX Runtime finds out type and shape by itself.
 */
export function withOutput(model: Uint8Array, name: string): Uint8Array {
  const field = (number: number, bytes: Uint8Array): Uint8Array => {
    const length: number[] = [];
    let rest = bytes.length;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) length.push((rest & 0x7f) | 0x80);
    return Uint8Array.from([number * 8 + BYTES, ...length, rest, ...bytes]);
  };
  const added = field(MODEL.graph, field(GRAPH.output, field(VALUE.name, new TextEncoder().encode(name))));
  const whole = new Uint8Array(model.length + added.length);
  whole.set(model);
  whole.set(added, model.length);
  return whole;
}
