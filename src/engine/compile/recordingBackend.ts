import * as tf from '@tensorflow/tfjs-core';
import type { ConstantData, ElementType, Value } from './graph';
import { arrayFor } from './graph';
import { GraphBuilder } from './graphBuilder';

export const RECORDER_NAME = 'twinlint-recorder';

/** Ops that draw their numbers in JavaScript: recorded, one draw would be baked in for ever. */
const RANDOM_OPS = new Set([
  'dropout',
  'rand',
  'randomGamma',
  'randomNormal',
  'randomStandardNormal',
  'randomUniform',
  'randomUniformInt',
  'truncatedNormal',
  'multinomial',
]);

/** A computation that can't become a graph; the message names the operation. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** The parts of TensorFlow.js's engine that name the op being run; not in its typings. */
interface EngineWithScopes {
  readonly state: { readonly scopeStack: readonly { readonly name: string }[] };
}

/** A tensor's storage while recording: what computes it, or the numbers it was made from. */
interface Entry {
  value?: Value;
  /** What `value` is part of: a tensor that outlives a recording is a constant of each graph that uses it. */
  graph?: GraphBuilder;
  readonly numbers?: tf.BackendValues;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

export function elementType(dtype: tf.DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new RecordingError(`The engine can't compile tensors of type ${dtype}.`);
}

/**
 * A TensorFlow.js backend that computes nothing: its kernels (`kernels/`) append nodes to the current graph. Everything is
 * synchronous; one recording at a time.
 */
export class RecordingBackend extends tf.KernelBackend {
  readonly #entries = new WeakMap<object, Entry>();
  #count = 0;
  #graph: GraphBuilder | undefined;

  /** The graph being recorded. */
  get graph(): GraphBuilder {
    if (!this.#graph) throw new RecordingError('Nothing is being recorded.');
    return this.#graph;
  }

  /** Records what `steps` does. Tensors made inside must not be used after. */
  record(steps: (graph: GraphBuilder) => void): GraphBuilder {
    if (this.#graph) throw new RecordingError('A recording is already running.');
    const graph = new GraphBuilder();
    this.#graph = graph;
    try {
      tf.tidy(() => steps(graph));
      return graph;
    } finally {
      this.#graph = undefined;
    }
  }

  /** A kernel's result. */
  result(value: Value): tf.TensorInfo {
    const dtype = value.type;
    if (dtype === 'int64') throw new RecordingError('int64 values must be cast before a kernel returns them.');
    return { dataId: this.#keep({ value, shape: value.shape, dtype }), shape: [...value.shape], dtype };
  }

  /** A tensor for an input of the graph. */
  tensor(value: Value): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.result(value));
  }

  /** The value in the graph of a tensor that a kernel got. */
  value(info: tf.TensorInfo): Value {
    const entry = this.#entry(info.dataId);
    if (entry.numbers && entry.graph !== this.graph) {
      entry.value = this.#constant(entry, info.shape);
      entry.graph = this.graph;
    }
    const value = (entry.value ??= this.#constant(entry, info.shape));
    // Reshapes share storage in some ops: the shape asked for is the tensor's own.
    return this.graph.reshape(value, info.shape);
  }

  override numDataIds(): number {
    return this.#count;
  }

  override write(numbers: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    this.#refuseRandom();
    return this.#keep({ numbers, shape, dtype });
  }

  override move(dataId: object, numbers: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.#entries.set(dataId, { numbers, shape, dtype });
    this.#count++;
  }

  override readSync(dataId: object): tf.BackendValues {
    const { numbers } = this.#entry(dataId);
    if (!numbers) throw new RecordingError('A recorded step may not read the values of its tensors: they don’t exist yet.');
    return numbers;
  }

  override read(dataId: object): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override disposeData(): boolean {
    this.#count--;
    return true;
  }

  override refCount(): number {
    return 1;
  }
  override incRef(): void {
    /* Storage lives as long as something points at it. */
  }
  override timerAvailable(): boolean {
    return false;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override dispose(): void {
    /* Nothing is held. */
  }

  #keep(entry: Entry): object {
    const dataId = {};
    this.#entries.set(dataId, entry);
    this.#count++;
    return dataId;
  }

  #entry(dataId: object): Entry {
    const entry = this.#entries.get(dataId);
    if (!entry) throw new RecordingError('A tensor of another backend was used in a recorded step; pass it as an input.');
    return entry;
  }

  #constant(entry: Entry, shape: readonly number[]): Value {
    const type = elementType(entry.dtype);
    const source = entry.numbers as ArrayLike<number> | undefined;
    if (!source) throw new RecordingError('A tensor without values was used in a recorded step.');
    const data: ConstantData = arrayFor(type, source.length);
    for (let i = 0; i < data.length; i++) data[i] = Number(source[i]);
    return this.graph.constant(data, shape);
  }

  #refuseRandom(): void {
    const { scopeStack } = (tf.engine() as unknown as EngineWithScopes).state;
    const random = scopeStack.map(scope => scope.name.replace(/__op$/, '')).find(name => RANDOM_OPS.has(name));
    if (random === undefined) return;
    throw new RecordingError(
      `tf.${random} draws its numbers once, when it is recorded; every step would use the same ones. Pass random numbers as an input.`,
    );
  }
}
