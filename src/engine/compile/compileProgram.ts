import type { Graph } from './graph';
import { writeOnnxModel } from './onnxModel';
import { optimize } from './optimize';
import type { Program } from './program';
import type { TensorSpecs } from './recorder';
import { recordGraph } from './recorder';

/** Names in the ONNX graph. */
export const stateInput = (name: string): string => `state/${name}`;
export const stateOutput = (name: string): string => `next/${name}`;

/** The batch size that programs with a free batch are recorded with: a prime that no layer's size is a multiple of. */
const MARKER_BATCH = 7919;

export interface CompiledProgram {
  /** An ONNX model. Inputs: the program's own and `state/…`; outputs: the program's own and `next/…`. */
  readonly model: Uint8Array;
  /** Names of the states that a run changes. */
  readonly changedState: readonly string[];
  readonly outputs: readonly string[];
  /** Shapes of the changed state and of the outputs, by their names in the graph; 0 stands for a free batch. */
  readonly outputShapes: Readonly<Record<string, readonly number[]>>;
  readonly graph: Graph;
  /** The name and recorded size of the free batch axis, for writing the graph again. */
  readonly freeBatch: { readonly name: string; readonly size: number } | undefined;
}

/** A program that is compiled once, however many runtimes load it. */
export class CompiledOnce implements Program {
  #compiled: CompiledProgram | undefined;

  constructor(private readonly program: Program) {}

  get name(): string {
    return this.program.name;
  }

  get state(): TensorSpecs {
    return this.program.state;
  }

  get inputs(): TensorSpecs {
    return this.program.inputs;
  }

  get freeBatch(): boolean {
    return this.program.freeBatch ?? false;
  }

  get compiled(): CompiledProgram {
    return (this.#compiled ??= compileProgram(this.program));
  }

  compute(...given: Parameters<Program['compute']>): ReturnType<Program['compute']> {
    return this.program.compute(...given);
  }
}

/**
 * Records a program, rewrites the graph for speed and writes it as ONNX.
 * @throws RecordingError naming an operation that can't be compiled.
 */
export function compileProgram(program: Program): CompiledProgram {
  const batch = program.freeBatch ? MARKER_BATCH : undefined;
  const specs: Record<string, TensorSpecs[string]> = {};
  for (const [name, spec] of Object.entries(program.state)) specs[stateInput(name)] = spec;
  for (const [name, spec] of Object.entries(program.inputs)) {
    specs[name] = batch === undefined ? spec : { ...spec, shape: [batch, ...spec.shape.slice(1)] };
  }
  let changedState: string[] = [];
  let outputs: string[] = [];
  const recorded = recordGraph(specs, tensors => {
    const state = Object.fromEntries(Object.keys(program.state).map(name => [name, tensors[stateInput(name)]]));
    const inputs = Object.fromEntries(Object.keys(program.inputs).map(name => [name, tensors[name]]));
    const result = program.compute(state, inputs);
    changedState = Object.keys(result.state);
    outputs = Object.keys(result.outputs);
    const next = Object.entries(result.state).map(([name, tensor]) => [stateOutput(name), tensor] as const);
    return { ...Object.fromEntries(next), ...result.outputs };
  });
  const graph = optimize(recorded, batch);
  const outputShapes: Record<string, readonly number[]> = {};
  for (const [name, value] of graph.outputs) outputShapes[name] = value.shape.map(d => (d === batch ? 0 : d));
  const freeBatch = batch === undefined ? undefined : { name: 'batch', size: batch };
  return { model: writeOnnxModel(graph, { freeBatch }), changedState, outputs, outputShapes, graph, freeBatch };
}
