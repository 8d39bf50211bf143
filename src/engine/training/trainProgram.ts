import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { NamedTensors, TensorSpec } from '../compile/recorder';
import type { Distance } from '../distances/distance';
import type { BatchPairs, Loss } from '../losses/loss';
import type { Regularization } from '../losses/regularization';
import { penalty } from '../losses/regularization';
import type { Miner } from '../miners/miner';
import type { Network } from '../model/network';
import type { Optimizer } from '../optimizers/optimizer';

/** Everything that decides what one step computes. */
export interface Objective {
  readonly network: Network;
  readonly distance: Distance;
  readonly loss: Loss;
  readonly miner: Miner;
  readonly optimizer: Optimizer;
  readonly regularization?: Regularization;
}

/** Names of a step's inputs and outputs. */
export const STEP = {
  images: 'images',
  similar: 'similar',
  different: 'different',
  loss: 'loss',
  distances: 'distances',
} as const;
export const slotName = (slot: string, parameter: string): string => `${slot}:${parameter}`;
export const noiseName = (name: string): string => `noise:${name}`;
const scalarName = (name: string): string => `optimizer:${name}`;

/** The scalar inputs of a step, as arrays to feed. */
export function scalarInputs(optimizer: Optimizer, step: number, learningRate: number): Record<string, Float32Array> {
  const scalars = Object.entries(optimizer.scalars(step, learningRate));
  return Object.fromEntries(scalars.map(([name, value]) => [scalarName(name), Float32Array.of(value)]));
}

const select = (names: readonly string[], tensors: NamedTensors): NamedTensors =>
  Object.fromEntries(names.map(name => [name, tensors[name]]));

/**
 * One training step over `batchSize` images: both branches at once (an image is embedded once for all its pairs), loss, gradients,
 * update. State: parameters, and the optimizer's slots as `<slot>:<parameter>`.
 */
export function trainProgram(objective: Objective, batchSize: number): Program {
  const { network, optimizer } = objective;
  const parameters = Object.entries(network.parameters);
  const learned = parameters.filter(([, spec]) => spec.role !== 'statistic').map(([name]) => name);

  const state: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of parameters) state[name] = { shape };
  for (const slot of optimizer.slots) {
    for (const name of learned) state[slotName(slot, name)] = { shape: network.parameters[name].shape };
  }
  const inputs: Record<string, TensorSpec> = {
    [STEP.images]: { shape: [batchSize, ...network.input] },
    [STEP.similar]: { shape: [batchSize, batchSize] },
    [STEP.different]: { shape: [batchSize, batchSize] },
  };
  for (const [name, shape] of Object.entries(network.noise)) inputs[noiseName(name)] = { shape: [batchSize, ...shape] };
  for (const name of Object.keys(optimizer.scalars(1, 1))) inputs[scalarName(name)] = { shape: [] };

  return {
    name: `train ${network.name}`,
    state,
    inputs,
    compute: (current, given) => {
      const { loss, gradients, distances, statistics } = lossAndGradients(objective, learned, current, given);
      const next: Record<string, tf.Tensor> = { ...statistics };
      const scalars = Object.fromEntries(Object.keys(optimizer.scalars(1, 1)).map(name => [name, given[scalarName(name)]]));
      for (const name of learned) {
        const slots = Object.fromEntries(optimizer.slots.map(slot => [slot, current[slotName(slot, name)]]));
        const updated = optimizer.update(current[name], gradients[name], slots, scalars);
        next[name] = updated.parameter;
        for (const slot of optimizer.slots) next[slotName(slot, name)] = updated.slots[slot];
      }
      return { state: next, outputs: { [STEP.loss]: loss, [STEP.distances]: distances } };
    },
  };
}

interface Gradients {
  readonly loss: tf.Scalar;
  readonly distances: tf.Tensor2D;
  readonly gradients: NamedTensors;
  readonly statistics: NamedTensors;
}

function lossAndGradients(
  objective: Objective,
  learned: readonly string[],
  current: NamedTensors,
  given: NamedTensors,
): Gradients {
  const { network, distance, loss, miner, regularization } = objective;
  const fixed = select(
    Object.keys(network.parameters).filter(name => !learned.includes(name)),
    current,
  );
  const noise = Object.fromEntries(Object.keys(network.noise).map(name => [name, given[noiseName(name)]]));
  let [distances, statistics]: [tf.Tensor2D | undefined, NamedTensors] = [undefined, {}];

  const objectiveOf = (...values: tf.Tensor[]): tf.Scalar => {
    const parameters = { ...fixed, ...Object.fromEntries(learned.map((name, i) => [name, values[i]])) };
    const result = network.forward(parameters, given[STEP.images] as tf.Tensor4D, { training: true, noise });
    const pairs: BatchPairs = {
      distances: distance.matrix(result.embedding, result.embedding),
      similar: given[STEP.similar] as tf.Tensor2D,
      different: given[STEP.different] as tf.Tensor2D,
    };
    const cost = loss.compute(miner.select(pairs));
    // The gradient's own scope would dispose what is made inside.
    distances = tf.keep(pairs.distances);
    statistics = Object.fromEntries(Object.entries(result.statistics).map(([name, t]) => [name, tf.keep(t)]));
    const extra = regularization && penalty(parameters, network.parameters, regularization);
    return extra ? tf.add(cost, extra) : cost;
  };
  const { value, grads } = tf.valueAndGrads(objectiveOf)(learned.map(name => current[name]));
  return {
    loss: value,
    distances: distances!,
    gradients: Object.fromEntries(learned.map((name, i) => [name, grads[i]])),
    statistics,
  };
}
