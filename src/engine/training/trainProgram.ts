import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { TensorSpec } from '../compile/recorder';
import type { Distance } from '../distances/distance';
import type { BatchPairs, Loss } from '../losses/loss';
import type { Regularization } from '../losses/regularization';
import { penalty } from '../losses/regularization';
import type { Miner } from '../miners/miner';
import type { Network } from '../model/network';
import type { Optimizer } from '../optimizers/optimizer';
import type { Cost } from './learner';
import { LOSS, stepProgram } from './learner';

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
  loss: LOSS,
  distances: 'distances',
} as const;
export const noiseName = (name: string): string => `noise:${name}`;

/** One training step over `batchSize` images: both branches at once (an image is embedded once for all its pairs). */
export function trainProgram(objective: Objective, batchSize: number): Program {
  const { network, distance, loss, miner, optimizer, regularization } = objective;
  const inputs: Record<string, TensorSpec> = {
    [STEP.images]: { shape: [batchSize, ...network.input] },
    [STEP.similar]: { shape: [batchSize, batchSize] },
    [STEP.different]: { shape: [batchSize, batchSize] },
  };
  for (const [name, shape] of Object.entries(network.noise)) inputs[noiseName(name)] = { shape: [batchSize, ...shape] };
  return stepProgram(
    {
      name: `train ${network.name}`,
      parameters: network.parameters,
      inputs,
      cost: (parameters, given): Cost => {
        const noise = Object.fromEntries(Object.keys(network.noise).map(name => [name, given[noiseName(name)]]));
        const images = given[STEP.images] as tf.Tensor4D;
        const { embedding, statistics } = network.forward(parameters, images, { training: true, noise });
        const pairs: BatchPairs = {
          distances: distance.matrix(embedding, embedding),
          similar: given[STEP.similar] as tf.Tensor2D,
          different: given[STEP.different] as tf.Tensor2D,
        };
        const ofPairs = loss.compute(miner.select(pairs));
        const extra = regularization && penalty(parameters, network.parameters, regularization);
        const cost = extra ? tf.add<tf.Scalar>(ofPairs, extra) : ofPairs;
        return { cost, outputs: { [STEP.distances]: pairs.distances }, statistics };
      },
    },
    optimizer,
  );
}
