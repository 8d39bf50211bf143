import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../compile/program';
import type { Executable } from '../runtime/runtime';
import type { Weights } from '../training/fit';
import type { Learner } from '../training/learner';
import type { PairNetwork } from './pairNetworks';

/** Names of what a program is fed and gives. */
export const PAIR = { first: 'first', second: 'second', similar: 'similar', logits: 'logits' } as const;

/**
 * Learns from `batch` pairs a step; `similar` [N] is 1 or 0. The cost is the mean of log(1 + exp(−y·o)) with y = ±1 and o the log-odds: smooth
 * where the paper (Zagoruyko and Komodakis 2015, equation 1) has the hinge max(0, 1 − y·o), and its log-odds are those of a probability.
 */
export function pairLearner(network: PairNetwork, batch: number): Learner {
  const image = { shape: [batch, ...network.input] };
  return {
    name: `pairs ${network.name}`,
    parameters: network.parameters,
    inputs: { [PAIR.first]: image, [PAIR.second]: image, [PAIR.similar]: { shape: [batch] } },
    cost: (parameters, given) => {
      const { logits, statistics } = network.forward(
        parameters,
        given[PAIR.first] as tf.Tensor4D,
        given[PAIR.second] as tf.Tensor4D,
        true,
      );
      const signs = tf.sub(tf.mul(given[PAIR.similar], 2), 1);
      return { cost: tf.mean<tf.Scalar>(tf.softplus(tf.neg(tf.mul(signs, logits)))), statistics };
    },
  };
}

/** The log-odds of `batch` pairs at once. */
export function pairProgram(network: PairNetwork, batch: number): Program {
  const image = { shape: [batch, ...network.input] };
  return {
    name: `judge ${network.name}`,
    state: network.parameters,
    inputs: { [PAIR.first]: image, [PAIR.second]: image },
    compute: (state, inputs) => ({
      state: {},
      outputs: {
        [PAIR.logits]: network.forward(state, inputs[PAIR.first] as tf.Tensor4D, inputs[PAIR.second] as tf.Tensor4D, false)
          .logits,
      },
    }),
  };
}

export interface JudgePairsInput {
  readonly network: PairNetwork;
  readonly weights: Weights;
  readonly load: (program: Program) => Promise<Executable>;
  readonly count: number;
  /** Writes both pictures of pair `k` at an offset. */
  readonly read: (k: number, first: Float32Array, second: Float32Array, offset: number) => void | Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress?: (share: number) => void;
}

const BATCH = 32;

/**
 * Log-odds that the pictures of each pair are alike, the same whichever stands first: the mean of both orders.
 * @throws the signal's reason when aborted
 */
export async function judgePairs(input: JudgePairsInput): Promise<Float32Array> {
  const { network, weights, load, count, read, signal, onProgress } = input;
  const size = network.input.reduce((a, b) => a * b, 1);
  const [first, second] = [new Float32Array(BATCH * size), new Float32Array(BATCH * size)];
  const result = new Float32Array(count);
  const executable = await load(pairProgram(network, BATCH));
  try {
    executable.setState(weights);
    for (let start = 0; start < count; start += BATCH) {
      signal.throwIfAborted();
      const here = Math.min(BATCH, count - start);
      for (let k = 0; k < here; k++) await read(start + k, first, second, k * size);
      const there = (await executable.run({ [PAIR.first]: first, [PAIR.second]: second }))[PAIR.logits];
      const back = (await executable.run({ [PAIR.first]: second, [PAIR.second]: first }))[PAIR.logits];
      for (let k = 0; k < here; k++) result[start + k] = (there[k] + back[k]) / 2;
      onProgress?.((start + here) / count);
    }
    return result;
  } finally {
    await executable.dispose();
  }
}
