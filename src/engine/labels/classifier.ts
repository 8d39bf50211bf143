import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { NamedTensors } from '../compile/recorder';
import { initialParameters } from '../model/initialize';
import type { ParameterSpec } from '../model/layers/layer';
import type { Network } from '../model/network';
import type { Optimizer } from '../optimizers/optimizer';
import type { SeededRandom } from '../samplers/random';
import { LOSS, stepProgram } from '../training/learner';

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
  loss: LOSS,
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

const logitsOf = (embedding: tf.Tensor2D, parameters: NamedTensors): tf.Tensor2D =>
  tf.add(tf.matMul(embedding, parameters[KERNEL] as tf.Tensor2D), parameters[BIAS]);

/**
 * Mean cross-entropy of softmax(logits) with the targets' rows, each of which sums to 1: log Σ exp z − Σ t·z (Bishop, "Pattern Recognition
 * and Machine Learning", equation 4.108, with the softmax put in).
 */
export const crossEntropy = (logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, targets), 1)));

/** One step over `batchSize` images and their targets [N, classes]: cross-entropy, gradients, update. */
export const classifierProgram = ({ trunk, classes, parameters }: Classifier, optimizer: Optimizer, batchSize: number): Program =>
  stepProgram(
    {
      name: `classify ${trunk.name}`,
      parameters,
      inputs: {
        [CLASSIFIER.images]: { shape: [batchSize, ...trunk.input] },
        [CLASSIFIER.targets]: { shape: [batchSize, classes] },
      },
      cost: (all, given) => {
        const { embedding, statistics } = trunk.forward(all, given[CLASSIFIER.images] as tf.Tensor4D, { training: true });
        return { cost: crossEntropy(logitsOf(embedding, all), given[CLASSIFIER.targets] as tf.Tensor2D), statistics };
      },
    },
    optimizer,
  );

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
