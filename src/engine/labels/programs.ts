import type { Program } from '../compile/program';
import type { RuntimeName } from '../../core/training/names';
import { chooseRuntime } from '../runtime/chooseRuntime';
import type { Executable, Runtime } from '../runtime/runtime';

/** Programs of one data set, kept loaded: the networks of all folds are alike, and making one ready takes as long as many steps. */
export class Programs {
  readonly #loaded = new Map<string, Executable>();

  constructor(readonly runtime: Runtime) {}

  /** On one thread: the same numbers come out every time. */
  static async on(name: RuntimeName | 'auto'): Promise<Programs> {
    return new Programs((await chooseRuntime(name, 1)).runtime);
  }

  /** @param name the same for the same program only; its state is what the last user left */
  async load(name: string, program: Program): Promise<Executable> {
    const known = this.#loaded.get(name) ?? (await this.runtime.load(program));
    this.#loaded.set(name, known);
    return known;
  }

  async dispose(): Promise<void> {
    for (const executable of this.#loaded.values()) await executable.dispose();
    this.#loaded.clear();
    await this.runtime.dispose();
  }
}
