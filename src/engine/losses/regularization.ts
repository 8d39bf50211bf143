import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../compile/recorder';
import type { ParameterSpec } from '../model/layers/layer';

export interface Regularization {
  /** L2: this times the sum of squares of every kernel. */
  readonly kernelL2: number;
  /** L1: this times the sum of magnitudes of every bias. */
  readonly biasL1: number;
}

/** The case study's: every layer's kernel L2(0.01), bias L1(0.01), as Keras defines them. */
export const BOOK_REGULARIZATION: Regularization = { kernelL2: 0.01, biasL1: 0.01 };

/** A scalar to add to the loss; undefined if nothing is regularized. */
export function penalty(
  parameters: NamedTensors,
  specs: Readonly<Record<string, ParameterSpec>>,
  { kernelL2, biasL1 }: Regularization,
): tf.Scalar | undefined {
  const terms: tf.Tensor[] = [];
  for (const [name, { role }] of Object.entries(specs)) {
    if (role === 'kernel' && kernelL2 > 0) terms.push(tf.mul(tf.sum(tf.square(parameters[name])), kernelL2));
    if (role === 'bias' && biasL1 > 0) terms.push(tf.mul(tf.sum(tf.abs(parameters[name])), biasL1));
  }
  return terms.length > 0 ? (tf.addN(terms) as tf.Scalar) : undefined;
}
