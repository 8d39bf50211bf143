import { NoteError } from '../../core/dataset/note';
import type { RuntimeName } from '../../core/training/names';
import type { Program } from '../compile/program';

export type { RuntimeName };

export type HostArray = Float32Array | Int32Array | Uint8Array;
export type HostArrays = Readonly<Record<string, HostArray>>;

/** Where programs run. */
export interface Runtime {
  readonly name: RuntimeName;
  readonly threads: number;
  /** Prepares a program: compiles it, or keeps it for eager runs. */
  load(program: Program): Promise<Executable>;
  dispose(): Promise<void>;
}

/** A program made ready, with its state. Runs must not overlap. */
export interface Executable {
  /** Copies the given arrays in; states that are not named keep their values (zeros at first). */
  setState(arrays: HostArrays): void;
  /** Copies of the named states, or of all. */
  state(names?: readonly string[]): Promise<Record<string, HostArray>>;
  /** Uses the current states of another executable of the same runtime wherever names and shapes agree, without copying. */
  shareState(from: Executable): void;
  /** Runs once; every input must be there, with exactly the numbers that its shape asks for. */
  run(inputs: HostArrays): Promise<Record<string, HostArray>>;
  dispose(): Promise<void>;
}

/** A runtime that can't be used here; the message says why, for the user. */
export class RuntimeUnavailableError extends NoteError {
  override readonly name = 'RuntimeUnavailableError';
}
