import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { NamedTensors, TensorSpec } from '../compile/recorder';
import { initialParameters } from '../model/initialize';
import type { ParameterSpec } from '../model/layers/layer';
import type { Network } from '../model/network';
import type { Optimizer } from '../optimizers/optimizer';
import type { SeededRandom } from '../samplers/random';
import { slotName } from '../training/trainProgram';

/** A trunk with a softmax head: images to a probability for each class. */
export interface Classifier {
  readonly trunk: Network;
  readonly classes: number;
  /** The trunk's and the head's. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
}

export const CLASSIFIER = {
  images: 'images',
  targets: 'targets',
  learningRate: 'optimizer:',
  loss: 'loss',
  probabilities: 'probabilities',
  embedding: 'embedding',
} as const;
const KERNEL = 'head/kernel';
const BIAS = 'head/bias';

export function createClassifier(trunk: Network, classes: number): Classifier {
  const parameters: Record<string, ParameterSpec> = {
    ...trunk.parameters,
    [KERNEL]: { shape: [trunk.embeddingSize, classes], initializer: 'glorotUniform', role: 'kernel' },
    [BIAS]: { shape: [classes], initializer: 'zeros', role: 'bias' },
  };
  return { trunk, classes, parameters };
}

export const initialClassifier = ({ trunk, parameters }: Classifier, random: SeededRandom): Record<string, Float32Array> =>
  initialParameters({ ...trunk, parameters }, random);

/** What the optimizer is fed in a step, by the names of the program's inputs. */
export const optimizerInputs = (optimizer: Optimizer, step: number, rate: number): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(optimizer.scalars(step, rate)).map(([name, value]) => [
      CLASSIFIER.learningRate + name,
      Float32Array.of(value),
    ]),
  );

const logitsOf = (embedding: tf.Tensor2D, parameters: NamedTensors): tf.Tensor2D =>
  tf.add(tf.matMul(embedding, parameters[KERNEL] as tf.Tensor2D), parameters[BIAS]);

/**
 * Mean cross-entropy of softmax(logits) with the targets' rows, each of which sums to 1: log Σ exp z − Σ t·z (Bishop, "Pattern Recognition
 * and Machine Learning", equation 4.108, with the softmax put in).
 */
export const crossEntropy = (logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, targets), 1)));

/** One step over `batchSize` images and their targets [N, classes]: cross-entropy, gradients, update. */
export function classifierProgram({ trunk, classes, parameters }: Classifier, optimizer: Optimizer, batchSize: number): Program {
  const learned = Object.keys(parameters).filter(name => parameters[name].role !== 'statistic');
  const fixed = Object.keys(parameters).filter(name => parameters[name].role === 'statistic');
  const scalars = Object.keys(optimizer.scalars(1, 1));
  const state: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of Object.entries(parameters)) state[name] = { shape };
  for (const slot of optimizer.slots) {
    for (const name of learned) state[slotName(slot, name)] = { shape: parameters[name].shape };
  }
  const inputs: Record<string, TensorSpec> = {
    [CLASSIFIER.images]: { shape: [batchSize, ...trunk.input] },
    [CLASSIFIER.targets]: { shape: [batchSize, classes] },
  };
  for (const name of scalars) inputs[CLASSIFIER.learningRate + name] = { shape: [] };
  return {
    name: `classify ${trunk.name}`,
    state,
    inputs,
    compute: (current, given) => {
      let statistics: NamedTensors = {};
      const objective = (...values: tf.Tensor[]): tf.Scalar => {
        const all: Record<string, tf.Tensor> = {};
        for (const name of fixed) all[name] = current[name];
        learned.forEach((name, i) => (all[name] = values[i]));
        const { embedding, statistics: moved } = trunk.forward(all, given[CLASSIFIER.images] as tf.Tensor4D, { training: true });
        // The gradient's own scope would dispose what is made inside.
        statistics = Object.fromEntries(Object.entries(moved).map(([name, t]) => [name, tf.keep(t)]));
        return crossEntropy(logitsOf(embedding, all), given[CLASSIFIER.targets] as tf.Tensor2D);
      };
      const { value, grads } = tf.valueAndGrads(objective)(learned.map(name => current[name]));
      const next: Record<string, tf.Tensor> = { ...statistics };
      const rates = Object.fromEntries(scalars.map(name => [name, given[CLASSIFIER.learningRate + name]]));
      learned.forEach((name, i) => {
        const slots = Object.fromEntries(optimizer.slots.map(slot => [slot, current[slotName(slot, name)]]));
        const updated = optimizer.update(current[name], grads[i], slots, rates);
        next[name] = updated.parameter;
        for (const slot of optimizer.slots) next[slotName(slot, name)] = updated.slots[slot];
      });
      return { state: next, outputs: { [CLASSIFIER.loss]: value } };
    },
  };
}

/** Images, any number at a time, to probabilities [N, classes] and embeddings, with the weights as constants (they stay as they are). */
export function predictProgram({ trunk, parameters }: Classifier, weights: Readonly<Record<string, Float32Array>>): Program {
  return {
    name: `predict ${trunk.name}`,
    state: {},
    inputs: { [CLASSIFIER.images]: { shape: [1, ...trunk.input] } },
    freeBatch: true,
    compute: (_state, given) => {
      const all = Object.fromEntries(
        Object.entries(parameters).map(([name, spec]) => [name, tf.tensor(weights[name], [...spec.shape], 'float32')]),
      );
      const { embedding } = trunk.forward(all, given[CLASSIFIER.images] as tf.Tensor4D, { training: false });
      const probabilities = tf.softmax(logitsOf(embedding, all));
      return { state: {}, outputs: { [CLASSIFIER.probabilities]: probabilities, [CLASSIFIER.embedding]: embedding } };
    },
  };
}
