import type { Program } from '../compile/program';
import { sizeOf } from '../compile/graph';
import type { Executable, HostArrays, Runtime } from './runtime';

/**
 * A runtime that keeps programs ready by their names: networks of several folds are alike, and making one ready takes as long as many
 * steps. A program that is loaded again begins with a state of zeros, as a new one does. Only one user at a time may have it.
 */
export class KeptRuntime implements Runtime {
  readonly #kept = new Map<string, Executable>();

  constructor(private readonly inner: Runtime) {}

  get name(): Runtime['name'] {
    return this.inner.name;
  }

  get threads(): number {
    return this.inner.threads;
  }

  /** @param program the same computation for the same name */
  async load(program: Program): Promise<Executable> {
    const known = this.#kept.get(program.name);
    const executable = known ?? (await this.inner.load(program));
    this.#kept.set(program.name, executable);
    if (known) executable.setState(zeros(program));
    return {
      setState: arrays => executable.setState(arrays),
      state: names => executable.state(names),
      shareState: from => executable.shareState(from),
      run: inputs => executable.run(inputs),
      dispose: () => Promise.resolve(),
    };
  }

  /** Ends all programs and the runtime itself. */
  async dispose(): Promise<void> {
    for (const executable of this.#kept.values()) await executable.dispose();
    this.#kept.clear();
    await this.inner.dispose();
  }
}

const zeros = ({ state }: Program): HostArrays =>
  Object.fromEntries(
    Object.entries(state).map(([name, { shape, dtype }]) => [
      name,
      dtype === 'int32' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape)),
    ]),
  );
