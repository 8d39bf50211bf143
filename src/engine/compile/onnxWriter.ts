/**
 * Writes small ONNX graphs (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) without a protobuf library:
 * only the messages and fields that a model file needs.
 */

/** Element types by their number in `TensorProto.DataType`. */
const ELEMENT_TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A fixed size or the name of one that is known only when the graph runs. */
export type Dimension = number | string;

/** Whole numbers are written as ints; give a float as `{ float: x }`. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

const IR_VERSION = 8;

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

const text = new TextEncoder();

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

const tag = (field: number, wire: number): Uint8Array => varint((field << 3) | wire);
const integer = (field: number, value: number | bigint): Uint8Array => concatenate([tag(field, WIRE_VARINT), varint(value)]);
const bytes = (field: number, value: Uint8Array): Uint8Array =>
  concatenate([tag(field, WIRE_BYTES), varint(value.length), value]);
const string = (field: number, value: string): Uint8Array => bytes(field, text.encode(value));
const message = (field: number, ...parts: Uint8Array[]): Uint8Array => bytes(field, concatenate(parts));

function float(field: number, value: number): Uint8Array {
  const encoded = new Uint8Array(4);
  new DataView(encoded.buffer).setFloat32(0, value, true);
  return concatenate([tag(field, WIRE_FIXED32), encoded]);
}

/** AttributeProto: name 1, f 2, i 3, s 4, ints 8, type 20 (FLOAT 1, INT 2, STRING 3, INTS 7). */
function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'string') return message(5, string(1, name), string(4, value), integer(20, 3));
  if (typeof value === 'number') return message(5, string(1, name), integer(3, value), integer(20, 2));
  if ('float' in value) return message(5, string(1, name), float(2, value.float), integer(20, 1));
  return message(5, string(1, name), ...value.map(v => integer(8, v)), integer(20, 7));
}

/** ValueInfoProto: name 1, type 2 → TypeProto.tensor_type 1 → elem_type 1, shape 2 → dim 1 → dim_value 1 or dim_param 2. */
function valueInfo(field: number, name: string, type: ElementType, shape: readonly Dimension[]): Uint8Array {
  const dimensions = shape.map(d => (typeof d === 'number' ? message(1, integer(1, d)) : message(1, string(2, d))));
  return message(field, string(1, name), message(2, message(1, integer(1, ELEMENT_TYPES[type]), message(2, ...dimensions))));
}

/** Builds one graph, value by value; each method returns the name of the value it defines. */
export class OnnxWriter {
  readonly #nodes: Uint8Array[] = [];
  readonly #constants: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  #names = 0;

  constructor(private readonly opset = 17) {}

  input(name: string, shape: readonly Dimension[], type: ElementType = 'float32'): string {
    this.#inputs.push(valueInfo(11, name, type, shape));
    return name;
  }

  /** Declares the value that a node already calls `name` an output of the graph. */
  namedOutput(name: string, shape: readonly Dimension[], type: ElementType = 'float32'): void {
    this.#outputs.push(valueInfo(12, name, type, shape));
  }

  /** Makes `value` an output of the graph, called `name`. */
  output(name: string, value: string, shape: readonly Dimension[], type: ElementType = 'float32'): void {
    this.#nodes.push(message(1, string(1, value), string(2, name), string(4, 'Identity')));
    this.#outputs.push(valueInfo(12, name, type, shape));
  }

  /** A tensor stored in the file (TensorProto: dims 1, data_type 2, name 8, raw_data 9, little-endian). */
  constant(
    data: Float32Array | Int32Array | BigInt64Array | Int8Array | Uint8Array,
    shape: readonly number[],
    type: ElementType = 'float32',
  ): string {
    const name = this.#fresh();
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push(
      message(5, ...shape.map(d => integer(1, d)), integer(2, ELEMENT_TYPES[type]), string(8, name), bytes(9, raw)),
    );
    return name;
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  int64(...values: number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  /** A node with one output (NodeProto: input 1, output 2, op_type 4, attribute 5). */
  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.nodes(operator, inputs, 1, attributes)[0];
  }

  /** A node with several outputs; undefined where a name is free to choose. */
  nodes(
    operator: string,
    inputs: readonly string[],
    outputNames: number | readonly (string | undefined)[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    const given = typeof outputNames === 'number' ? Array<undefined>(outputNames).fill(undefined) : outputNames;
    const outputs = given.map(name => name ?? this.#fresh());
    this.#nodes.push(
      message(
        1,
        ...inputs.map(name => string(1, name)),
        ...outputs.map(name => string(2, name)),
        string(4, operator),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ),
    );
    return outputs;
  }

  /** The bytes of a ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8, metadata_props 14 (key 1, value 2). */
  build(options: { producer?: string; metadata?: Readonly<Record<string, string>> } = {}): Uint8Array {
    const graph = message(7, ...this.#nodes, string(2, 'graph'), ...this.#constants, ...this.#inputs, ...this.#outputs);
    return concatenate([
      integer(1, IR_VERSION),
      ...(options.producer ? [string(2, options.producer)] : []),
      graph,
      message(8, string(1, ''), integer(2, this.opset)),
      ...Object.entries(options.metadata ?? {}).map(([key, value]) => message(14, string(1, key), string(2, value))),
    ]);
  }

  #fresh(): string {
    return `v${this.#names++}`;
  }
}
