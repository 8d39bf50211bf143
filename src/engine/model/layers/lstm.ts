import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../compile/recorder';
import type { Layer, ParameterSpec } from './layer';

/** Added to the forget gate: at first everything is remembered. Jozefowicz et al., "An empirical exploration of recurrent network architectures", ICML 2015. */
const FORGET_BIAS = 1;

/** Kernels of one LSTM; gates stand in the order input, forget, candidate, output, as in Keras. */
export const lstmParameters = (inputs: number, units: number): Readonly<Record<string, ParameterSpec>> => ({
  kernel: { shape: [inputs, 4 * units], initializer: 'glorotUniform', role: 'kernel' },
  recurrent: { shape: [units, 4 * units], initializer: 'glorotUniform', role: 'kernel' },
  gateBias: { shape: [4 * units], initializer: 'zeros', role: 'bias' },
});

/**
 * A long short-term memory, unrolled in time: c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c) with [i f g o] = x·kernel + h·recurrent + bias.
 * Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 1997, with the forget gates of Gers et al. 2000.
 *
 * @param x [N, T, inputs]
 * @param mask [N, T], 1 where there is something and 0 behind the end: there the state stays
 * @returns h after each step, [N, units] each; the last is the state at each sequence's own end
 */
export function lstm(x: tf.Tensor3D, mask: tf.Tensor2D, { kernel, recurrent, gateBias }: NamedTensors): tf.Tensor2D[] {
  const [count, steps, inputs] = x.shape;
  const units = recurrent.shape[0];
  // All steps' shares of the input in one product.
  const flat = tf.matMul(tf.reshape(x, [count * steps, inputs]), kernel);
  const fromInput = tf.unstack(tf.reshape(tf.add(flat, gateBias), [count, steps, 4 * units]), 1) as tf.Tensor2D[];
  const masks = tf.unstack(tf.expandDims(mask, 2), 1) as tf.Tensor2D[];
  let h: tf.Tensor2D | undefined;
  let c: tf.Tensor2D | undefined;
  return fromInput.map((own, step) => {
    const gates: tf.Tensor2D = h ? tf.add(own, tf.matMul<tf.Tensor2D>(h, recurrent as tf.Tensor2D)) : own;
    const [input, forget, candidate, output] = tf.split<tf.Tensor2D>(gates, 4, 1);
    const fresh = tf.mul<tf.Tensor2D>(tf.sigmoid(input), tf.tanh(candidate));
    const nextC: tf.Tensor2D = c ? tf.add<tf.Tensor2D>(tf.mul(tf.sigmoid(tf.add(forget, FORGET_BIAS)), c), fresh) : fresh;
    const nextH: tf.Tensor2D = tf.mul(tf.sigmoid(output), tf.tanh(nextC));
    const now = masks[step];
    c = c ? tf.add(c, tf.mul(now, tf.sub(nextC, c))) : tf.mul(now, nextC);
    h = h ? tf.add(h, tf.mul(now, tf.sub(nextH, h))) : tf.mul(now, nextH);
    return h;
  });
}

export interface TextLstmOptions {
  /** Numbers of pieces, padding included: 0 is padding. */
  readonly vocabulary: number;
  readonly embedding: number;
  readonly units: number;
  /** `last`: the state at the end of the text. `mean`: of the states at all its pieces. */
  readonly take?: 'last' | 'mean';
}

/** Piece numbers [N, T] (int32) to one vector a text: each piece's own vector, then an LSTM over them. */
export function textLstm({ vocabulary, embedding, units, take = 'last' }: TextLstmOptions): Layer {
  return {
    name: 'textLstm',
    outputShape: () => [units],
    parameters: () => ({
      table: { shape: [vocabulary, embedding], initializer: 'glorotUniform', role: 'kernel' },
      ...lstmParameters(embedding, units),
    }),
    apply: (tokens, { table, ...gates }) => {
      const [count, steps] = tokens.shape;
      const mask = tf.cast<tf.Tensor2D>(tf.greater(tokens, tf.scalar(0, 'int32')), 'float32');
      const vectors = tf.gather(table, tf.reshape(tf.cast(tokens, 'int32'), [count * steps]));
      // The table's numbers begin small, so that many pieces can share it; the gates want them near one.
      const scaled = tf.mul(vectors, Math.sqrt(embedding));
      const states = lstm(tf.reshape(scaled, [count, steps, embedding]), mask, gates);
      if (take === 'last') return { output: states[steps - 1] };
      const kept = states.map((state, i) => tf.mul(state, tf.slice(mask, [0, i], [count, 1])));
      const pieces = tf.maximum(tf.sum(mask, 1, true), tf.scalar(1));
      return { output: tf.div(tf.addN(kept), pieces) };
    },
  };
}
