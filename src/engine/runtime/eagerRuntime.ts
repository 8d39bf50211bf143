import * as tf from '@tensorflow/tfjs-core';
import { arrayFor, sizeOf } from '../compile/graph';
import type { Program } from '../compile/program';
import type { NamedTensors, TensorSpec } from '../compile/recorder';
import { shapeOfInput } from './hostShapes';
import type { Executable, HostArray, HostArrays, Runtime, RuntimeName } from './runtime';

/** A backend of TensorFlow.js itself: programs run as they are written. The reference in tests, and optional native speed. */
export class EagerRuntime implements Runtime {
  /** `backendName`: a backend that is already registered with TensorFlow.js. */
  constructor(
    readonly name: RuntimeName,
    private readonly backendName: string,
    readonly threads: number,
  ) {}

  load(program: Program): Promise<Executable> {
    return Promise.resolve(new EagerExecutable(program, this.backendName));
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class EagerExecutable implements Executable {
  readonly #state: Mutable<NamedTensors> = {};

  constructor(
    private readonly program: Program,
    private readonly backendName: string,
  ) {
    void tf.setBackend(backendName);
    for (const [name, spec] of Object.entries(program.state)) {
      this.#state[name] = tensor(arrayFor(spec.dtype ?? 'float32', sizeOf(spec.shape)), spec.shape, spec);
    }
  }

  setState(arrays: HostArrays): void {
    void tf.setBackend(this.backendName);
    for (const [name, array] of Object.entries(arrays)) {
      const spec = this.program.state[name];
      if (!spec) throw new Error(`"${this.program.name}" has no state "${name}".`);
      this.#replace(name, tensor(array.slice(), spec.shape, spec));
    }
  }

  async state(names: readonly string[] = Object.keys(this.#state)): Promise<Record<string, HostArray>> {
    const arrays = await Promise.all(names.map(name => this.#state[name].data()));
    return Object.fromEntries(names.map((name, i) => [name, arrays[i].slice()]));
  }

  shareState(from: Executable): void {
    if (!(from instanceof EagerExecutable)) throw new TypeError('State can only be shared within one runtime.');
    for (const [name, shared] of Object.entries(from.#state)) {
      if (this.#state[name]?.size === shared.size) this.#replace(name, shared.clone());
    }
  }

  async run(inputs: HostArrays): Promise<Record<string, HostArray>> {
    void tf.setBackend(this.backendName);
    const { state, outputs } = tf.tidy(() => {
      const feeds: Mutable<NamedTensors> = {};
      for (const [name, spec] of Object.entries(this.program.inputs)) {
        feeds[name] = tensor(inputs[name], shapeOfInput(name, spec, inputs[name], this.program.freeBatch === true), spec);
      }
      return this.program.compute({ ...this.#state }, feeds);
    });
    for (const [name, next] of Object.entries(state)) this.#replace(name, next);
    const arrays: Record<string, HostArray> = {};
    for (const [name, output] of Object.entries(outputs)) {
      arrays[name] = await output.data();
      output.dispose();
    }
    return arrays;
  }

  dispose(): Promise<void> {
    for (const held of Object.values(this.#state)) held.dispose();
    return Promise.resolve();
  }

  #replace(name: string, next: tf.Tensor): void {
    if (this.#state[name] === next) return;
    this.#state[name]?.dispose();
    this.#state[name] = next;
  }
}

const tensor = (array: HostArray, shape: readonly number[], spec: TensorSpec): tf.Tensor =>
  tf.tensor(array, [...shape], spec.dtype ?? 'float32');
