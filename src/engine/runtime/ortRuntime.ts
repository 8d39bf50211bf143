import type * as Ort from 'onnxruntime-common';
import type { CompiledProgram } from '../compile/compileProgram';
import { CompiledOnce, compileProgram, stateInput, stateOutput } from '../compile/compileProgram';
import { arrayFor, sizeOf } from '../compile/graph';
import type { Program } from '../compile/program';
import { shapeOfInput } from './hostShapes';
import type { Executable, HostArray, HostArrays, Runtime, RuntimeName } from './runtime';

/** What both packages of ONNX Runtime export. */
export interface OrtModule {
  readonly InferenceSession: Ort.InferenceSessionFactory;
  readonly Tensor: Ort.TensorConstructor;
}

export interface OrtRuntimeOptions {
  readonly name: RuntimeName;
  readonly threads: number;
  readonly executionProviders: readonly string[];
  /**
   * Let the session write new state into tensors that were the state two runs ago, instead of allocating. Not for onnxruntime-web,
   * which copies such tensors in but never out: training then silently learns nothing.
   */
  readonly reuseOutputs: boolean;
}

/** ONNX Runtime, native or WebAssembly: programs are compiled; state stays in its tensors between runs. */
export class OrtRuntime implements Runtime {
  readonly name: RuntimeName;
  readonly threads: number;

  constructor(
    private readonly ort: OrtModule,
    private readonly options: OrtRuntimeOptions,
  ) {
    this.name = options.name;
    this.threads = options.threads;
  }

  async load(program: Program): Promise<Executable> {
    const compiled = program instanceof CompiledOnce ? program.compiled : compileProgram(program);
    const session = await this.openSession(compiled.model);
    return new OrtExecutable(this.ort, session, program, compiled, this.options.reuseOutputs);
  }

  /** A session of any ONNX model: its bytes, or (natively) its path, beside which it finds weights that lie in other files. */
  openSession(model: Uint8Array | string): Promise<Ort.InferenceSession> {
    const options: Ort.InferenceSession.SessionOptions = {
      executionProviders: [...this.options.executionProviders],
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    };
    const { InferenceSession } = this.ort;
    return typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
  }

  /** An input for such a session. */
  tensor(data: Float32Array | Uint8Array, dims: readonly number[]): Ort.Tensor {
    if (data instanceof Float32Array) return new this.ort.Tensor('float32', data, dims);
    return new this.ort.Tensor('uint8', data, dims);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

type State = Map<string, Ort.Tensor>;

class OrtExecutable implements Executable {
  readonly #state: State = new Map();
  /** Tensors of the state before the last run, free to be written again; never those that something else shares. */
  #spare: State = new Map();
  #shared = false;

  constructor(
    private readonly ort: OrtModule,
    private readonly session: Ort.InferenceSession,
    private readonly program: Program,
    private readonly compiled: CompiledProgram,
    private readonly reuseOutputs: boolean,
  ) {
    for (const [name, spec] of Object.entries(program.state)) {
      this.#state.set(name, this.#tensor(arrayFor(spec.dtype ?? 'float32', sizeOf(spec.shape)), spec.shape));
    }
  }

  setState(arrays: HostArrays): void {
    for (const [name, array] of Object.entries(arrays)) {
      const spec = this.program.state[name];
      if (!spec) throw new Error(`"${this.program.name}" has no state "${name}".`);
      if (array.length !== sizeOf(spec.shape)) {
        throw new RangeError(`State "${name}" has ${array.length} numbers, which is not [${spec.shape.join()}].`);
      }
      this.#state.set(name, this.#tensor(array.slice(), spec.shape));
    }
  }

  state(names: readonly string[] = [...this.#state.keys()]): Promise<Record<string, HostArray>> {
    return Promise.resolve(Object.fromEntries(names.map(name => [name, (this.#state.get(name)!.data as HostArray).slice()])));
  }

  shareState(from: Executable): void {
    if (!(from instanceof OrtExecutable)) throw new TypeError('State can only be shared within one runtime.');
    from.#shared = true;
    for (const [name, tensor] of from.#state) {
      const spec = this.program.state[name];
      if (spec && sizeOf(spec.shape) === tensor.size) this.#state.set(name, tensor);
    }
  }

  async run(inputs: HostArrays): Promise<Record<string, HostArray>> {
    const feeds: Record<string, Ort.Tensor> = {};
    for (const [name, spec] of Object.entries(this.program.inputs)) {
      const shape = shapeOfInput(name, spec, inputs[name], this.program.freeBatch === true);
      feeds[name] = this.#tensor(inputs[name], shape);
    }
    for (const [name, tensor] of this.#state) feeds[stateInput(name)] = tensor;
    const results = await this.session.run(feeds, this.#fetches());
    const spare: State = new Map();
    for (const name of this.compiled.changedState) {
      // What another executable looks at must not change under it.
      if (!this.#shared) spare.set(name, this.#state.get(name)!);
      this.#state.set(name, results[stateOutput(name)]);
    }
    this.#spare = spare;
    this.#shared = false;
    return Object.fromEntries(this.compiled.outputs.map(name => [name, results[name].data as HostArray]));
  }

  async dispose(): Promise<void> {
    this.#state.clear();
    this.#spare.clear();
    await this.session.release();
  }

  #fetches(): Record<string, Ort.Tensor | null> {
    const fetches: Record<string, Ort.Tensor | null> = {};
    for (const name of this.compiled.outputs) fetches[name] = null;
    for (const name of this.compiled.changedState) {
      fetches[stateOutput(name)] = this.reuseOutputs ? (this.#spare.get(name) ?? null) : null;
    }
    return fetches;
  }

  #tensor(array: HostArray, shape: readonly number[]): Ort.Tensor {
    if (array instanceof Float32Array) return new this.ort.Tensor('float32', array, shape);
    if (array instanceof Int32Array) return new this.ort.Tensor('int32', array, shape);
    return new this.ort.Tensor('bool', array, shape);
  }
}
