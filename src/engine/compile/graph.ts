/**
 * The compiler's own picture of a computation, between TensorFlow.js and ONNX. Operators are ONNX operators with every structural
 * setting (axes, starts, target shape) as an attribute, plus a few named gradients (`GRADIENT_OPERATORS`) that stay whole until
 * `passes/lowerGradients.ts`, so that rewrites can still recognise them. All shapes are known.
 */

/** `int64` only inside, for results of operators that ONNX defines so. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64';

/** What a constant holds; `bool` is one byte an element. */
export type ConstantData = Float32Array | Int32Array | Uint8Array;

export type AttributeValue = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One tensor of the computation. Compared by identity. */
export class Value {
  /** The node that computes it; absent for inputs and constants. */
  producer: Node | undefined;

  constructor(
    readonly type: ElementType,
    readonly shape: readonly number[],
    /** Set for constants. */
    readonly data?: ConstantData,
    /** Set for inputs of the graph. */
    readonly inputName?: string,
  ) {}

  get size(): number {
    return sizeOf(this.shape);
  }
}

/** One operator applied. */
export interface Node {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** A whole computation; nodes are in an order in which they can run. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly outputs: ReadonlyMap<string, Value>;
}

/** Gradients that exist only inside the compiler. All are NCHW. */
export const GRADIENT_OPERATORS = {
  /** inputs x, dy; attributes of the Conv, `filterShape` OIHW. */
  convolutionFilter: 'ConvFilterGradient',
  /** inputs dy, filter OIHW; attributes of the Conv; output x's shape. */
  convolutionInput: 'ConvInputGradient',
  /** inputs dy, x; attributes of the MaxPool; the first of equal maxima gets it all, as in TensorFlow.js. */
  maxPool: 'MaxPoolGradient',
  /** inputs dy; attributes of the AveragePool. */
  averagePool: 'AveragePoolGradient',
} as const;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, d) => product * d, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

/** Right-aligned broadcasting as in NumPy; throws where two sizes differ and neither is 1. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(s => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map(s => s[s.length - rank + i] ?? 1);
    const size = sizes.find(d => d !== 1) ?? 1;
    if (sizes.some(d => d !== 1 && d !== size)) throw new RangeError(`Shapes [${shapes.join('] and [')}] don't broadcast.`);
    return size;
  });
}

export function arrayFor(type: ElementType, size: number): ConstantData {
  if (type === 'int64') throw new TypeError('Constants are float32, int32 or bool.');
  return type === 'float32' ? new Float32Array(size) : type === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** An attribute that must be a list of whole numbers. */
export function numbers(node: Node, name: string): readonly number[] {
  const value = node.attributes[name];
  if (!Array.isArray(value)) throw new TypeError(`${node.operator} has no list "${name}".`);
  return value as readonly number[];
}

/** How many nodes and outputs read each value. */
export function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const add = (value: Value): void => void uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(add);
  for (const value of graph.outputs.values()) add(value);
  return uses;
}
