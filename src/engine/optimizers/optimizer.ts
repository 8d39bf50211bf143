import type * as tf from '@tensorflow/tfjs-core';
import type { OptimizerName } from '../../core/training/names';
import type { NamedTensors } from '../compile/recorder';

export type { OptimizerName };

/** How a gradient changes a parameter. */
export interface Optimizer {
  readonly name: OptimizerName;
  /** Running values kept for each parameter, of its shape, zeros at first. */
  readonly slots: readonly string[];
  /** Scalar inputs of step number `step` (from 1). */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>;
  update(
    parameter: tf.Tensor,
    gradient: tf.Tensor,
    slots: NamedTensors,
    scalars: NamedTensors,
  ): { readonly parameter: tf.Tensor; readonly slots: NamedTensors };
}
