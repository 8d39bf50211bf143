import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { NamedTensors, TensorSpec, TensorSpecs } from '../compile/recorder';
import type { ParameterSpec } from '../model/layers/layer';
import type { Optimizer } from '../optimizers/optimizer';

/** What one batch costs, and what else comes of looking at it. */
export interface Cost {
  readonly cost: tf.Scalar;
  /** For curves and metrics. */
  readonly outputs?: NamedTensors;
  /** New values of the parameters that are statistics of the data, not learned by gradient. */
  readonly statistics?: NamedTensors;
}

/**
 * Something that learns by gradient: parameters, what a step is fed, and a cost to make small. However many branches there are, whether
 * they share weights, and what joins them is its own affair.
 */
export interface Learner {
  /** For messages and logs. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** What a step is fed, the optimizer's scalars aside; also random numbers, which no program may draw itself. */
  readonly inputs: TensorSpecs;
  /** Synchronous, without reading values or drawing random numbers. */
  cost(parameters: NamedTensors, inputs: NamedTensors): Cost;
}

/** The output of a step that is its cost. */
export const LOSS = 'loss';
/** The state in which an optimizer keeps one of its running values of a parameter. */
export const slotName = (slot: string, parameter: string): string => `${slot}:${parameter}`;
const scalarName = (name: string): string => `optimizer:${name}`;

/** The scalar inputs of step number `step` (from 1), as arrays to feed. */
export function scalarInputs(optimizer: Optimizer, step: number, learningRate: number): Record<string, Float32Array> {
  const scalars = Object.entries(optimizer.scalars(step, learningRate));
  return Object.fromEntries(scalars.map(([name, value]) => [scalarName(name), Float32Array.of(value)]));
}

/**
 * One step of training: cost, gradients, update. State: the parameters, and the optimizer's running values under {@link slotName}.
 * Outputs: {@link LOSS}, and the learner's own.
 */
export function stepProgram(learner: Learner, optimizer: Optimizer): Program {
  const { parameters } = learner;
  const learned = Object.keys(parameters).filter(name => parameters[name].role !== 'statistic');
  const fixed = Object.keys(parameters).filter(name => parameters[name].role === 'statistic');
  const scalars = Object.keys(optimizer.scalars(1, 1));

  const state: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of Object.entries(parameters)) state[name] = { shape };
  for (const slot of optimizer.slots) {
    for (const name of learned) state[slotName(slot, name)] = { shape: parameters[name].shape };
  }
  const inputs: Record<string, TensorSpec> = { ...learner.inputs };
  for (const name of scalars) inputs[scalarName(name)] = { shape: [] };

  const compute: Program['compute'] = (current, given) => {
    let [outputs, statistics]: [NamedTensors, NamedTensors] = [{}, {}];
    const objective = (...values: tf.Tensor[]): tf.Scalar => {
      const all: Record<string, tf.Tensor> = {};
      for (const name of fixed) all[name] = current[name];
      learned.forEach((name, i) => (all[name] = values[i]));
      const result = learner.cost(all, given);
      outputs = kept(result.outputs);
      statistics = kept(result.statistics);
      return result.cost;
    };
    const { value, grads } = tf.valueAndGrads(objective)(learned.map(name => current[name]));
    const next: Record<string, tf.Tensor> = { ...statistics };
    const rates = Object.fromEntries(scalars.map(name => [name, given[scalarName(name)]]));
    learned.forEach((name, i) => {
      const slots = Object.fromEntries(optimizer.slots.map(slot => [slot, current[slotName(slot, name)]]));
      const updated = optimizer.update(current[name], grads[i], slots, rates);
      next[name] = updated.parameter;
      for (const slot of optimizer.slots) next[slotName(slot, name)] = updated.slots[slot];
    });
    return { state: next, outputs: { ...outputs, [LOSS]: value } };
  };
  return { name: learner.name, state, inputs, compute };
}

/** The gradient's own scope would dispose what is made inside. */
const kept = (tensors: NamedTensors = {}): NamedTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.keep(tensor)]));
