import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { RecordingBackend } from '../recordingBackend';

/** What a kernel gets: its inputs as values of the graph, its settings, and where to add nodes. */
export interface KernelCall {
  readonly graph: GraphBuilder;
  /** By name (`x`, `filter` …); ops that take a list (AddN, Concat, Pack) number theirs from "0". */
  readonly inputs: Readonly<Record<string, Value>>;
  /** The settings as TensorFlow.js passes them; each kernel knows the shape of its own. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Turns one TensorFlow.js kernel into nodes. */
export type Kernel = (call: KernelCall) => Value | Value[];
export type KernelTable = Readonly<Record<string, Kernel>>;

/** The inputs of a kernel that takes a list. */
export const listOf = (call: KernelCall): Value[] => Object.values(call.inputs);

/** Makes the kernels of a table known to TensorFlow.js for the recording backend. */
export function registerKernels(table: KernelTable, backendName: string): void {
  for (const [kernelName, kernel] of Object.entries(table)) {
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs, backend }) => {
      const recorder = backend as RecordingBackend;
      const values: Record<string, Value> = {};
      for (const [name, info] of Object.entries(inputs)) if (info) values[name] = recorder.value(info);
      const result = kernel({ graph: recorder.graph, inputs: values, attributes: attrs ?? {} });
      return Array.isArray(result) ? result.map(v => recorder.result(v)) : recorder.result(result);
    };
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}
