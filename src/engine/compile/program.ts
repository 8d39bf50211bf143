import type { NamedTensors, TensorSpecs } from './recorder';

/**
 * A computation written once with TensorFlow.js operations, for any runtime: compiled to ONNX or run as it is. It keeps a state
 * (weights, optimizer moments) between runs.
 */
export interface Program {
  /** For messages and logs. */
  readonly name: string;
  readonly state: TensorSpecs;
  readonly inputs: TensorSpecs;
  /**
   * The first axis of every input and output is a batch of any size; `inputs` give it as 1. Only for computations that treat the
   * images of a batch independently of each other.
   */
  readonly freeBatch?: boolean;
  /** Synchronous, without reading values or drawing random numbers. `state` of the result: what changed. */
  compute(state: NamedTensors, inputs: NamedTensors): { readonly state: NamedTensors; readonly outputs: NamedTensors };
}
