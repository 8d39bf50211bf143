import type * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../../compile/program';
import { manhattan } from '../../distances/manhattan';
import { maLstmLoss } from '../../losses/maLstm';
import { initialParameters } from '../../model/initialize';
import { textLstm } from '../../model/layers/lstm';
import type { Chain } from '../../model/network';
import { chain } from '../../model/network';
import { OPTIMIZERS } from '../../optimizers/optimizers';
import { cosineSchedule } from '../../optimizers/schedule';
import type { Runtime } from '../../runtime/runtime';
import { Epochs, mixSeed } from '../../samplers/epochs';
import { SeededRandom } from '../../samplers/random';
import { breathe } from '../../../workspace/breathe';
import { fit } from '../../training/fit';
import type { FitLimit } from '../../training/fit';
import type { Learner } from '../../training/learner';
import { alterCaption } from './alterCaption';
import type { BytePairs } from './bytePairs';
import { tokenRows } from './bytePairs';

/** As in the paper. */
const UNITS = 50;
const WORD_SIZE = 50;
const BATCH = 48;
const LEARNING_RATE = 4e-3;
/** Of altered captions, this share is near enough to its own to be found. */
const FOUND = 0.9;
/** A pair is never reported below this similarity: half way between saying the same and saying nothing of the kind. */
const LEAST_SIMILARITY = 0.5;
const OUTPUT = 'sentence';

export interface CaptionTwin {
  /** Numbers of captions, first < second. */
  readonly first: number;
  readonly second: number;
  /** ‖a − b‖₁ ≥ 0; exp(−distance) is the similarity. */
  readonly distance: number;
}

export interface TwinOptions {
  readonly captions: readonly string[];
  readonly pieces: BytePairs;
  readonly length: number;
  readonly runtime: Runtime;
  readonly limit: FitLimit;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/**
 * Captions that say nearly the same: two LSTMs that share their weights, and the Manhattan distance of where they end (MaLSTM). What
 * saying the same means is learned from each caption and altered copies of it, so it needs no labels.
 * @returns for each caption the nearest other one, where it is near enough; each pair once
 */
export async function findCaptionTwins(options: TwinOptions): Promise<CaptionTwin[]> {
  const vectors = await sentenceVectors(options);
  const { captions, signal } = options;
  const sentence = (i: number): Float32Array => vectors.own.subarray(i * UNITS, (i + 1) * UNITS);
  const altered = captions.map((_, i) => manhattan.between(sentence(i), vectors.altered.subarray(i * UNITS, (i + 1) * UNITS)));
  const farthest = Math.min(quantile(altered, FOUND), -Math.log(LEAST_SIMILARITY));
  const nearest = captions.map(() => ({ other: -1, distance: farthest }));
  for (let i = 0; i < captions.length; i++) {
    if (i % 64 === 0) {
      await breathe();
      signal.throwIfAborted();
    }
    for (let j = 0; j < i; j++) {
      const distance = distanceUpTo(vectors.own, i * UNITS, j * UNITS, farthest);
      if (distance < nearest[i].distance) nearest[i] = { other: j, distance };
      if (distance < nearest[j].distance) nearest[j] = { other: i, distance };
    }
  }
  const twins = new Map<string, CaptionTwin>();
  nearest.forEach(({ other, distance }, i) => {
    if (other < 0) return;
    const [first, second] = [Math.min(i, other), Math.max(i, other)];
    twins.set(`${first} ${second}`, { first, second, distance });
  });
  return [...twins.values()].sort((a, b) => a.distance - b.distance);
}

/** Where each caption, and an altered copy of it that was not trained on, end. */
async function sentenceVectors(options: TwinOptions): Promise<{ readonly own: Float32Array; readonly altered: Float32Array }> {
  const { captions, pieces, length, runtime, seed, signal } = options;
  const size = Math.min(BATCH, captions.length);
  const branch = chain([length], [textLstm({ vocabulary: pieces.vocabulary, embedding: WORD_SIZE, units: UNITS })]);
  const learner = twinLearner(branch, size, length);
  const order = new Epochs(captions.length, mixSeed(seed, 0xba7c4));
  const { weights } = await fit({
    learner,
    optimizer: OPTIMIZERS.adam(),
    runtime,
    initial: initialParameters(learner, new SeededRandom(mixSeed(seed, 0x1417))),
    batch: step => {
      const random = new SeededRandom(mixSeed(seed, 0xa17e4, step));
      const chosen = Array.from({ length: size }, (_, slot) => order.at(step * size + slot));
      const view = (): Int32Array =>
        tokenRows(
          chosen.map(i => (random.next() < 0.25 ? captions[i] : alterCaption(captions[i], random))),
          pieces,
          length,
        );
      const same = new Float32Array(size * size);
      chosen.forEach((i, row) => chosen.forEach((j, column) => (same[row * size + column] = Number(i === j))));
      return { a: view(), b: view(), same };
    },
    schedule: cosineSchedule({ peak: LEARNING_RATE }),
    limit: options.limit,
    signal,
    onProgress: ({ share }) => options.onProgress(share),
  });
  const executable = await runtime.load(sentenceProgram(branch, size, length));
  try {
    executable.setState(weights);
    const embed = async (texts: readonly string[]): Promise<Float32Array> => {
      const result = new Float32Array(texts.length * UNITS);
      for (let start = 0; start < texts.length; start += size) {
        signal.throwIfAborted();
        const part = texts.slice(start, start + size);
        const tokens = new Int32Array(size * length);
        tokens.set(tokenRows(part, pieces, length));
        const vectors = (await executable.run({ tokens }))[OUTPUT] as Float32Array;
        result.set(vectors.subarray(0, part.length * UNITS), start * UNITS);
        await breathe();
      }
      return result;
    };
    const random = new SeededRandom(mixSeed(seed, 0x7e57));
    return { own: await embed(captions), altered: await embed(captions.map(caption => alterCaption(caption, random))) };
  } finally {
    await executable.dispose();
  }
}

function twinLearner(branch: Chain, size: number, length: number): Learner {
  return {
    name: 'caption twins',
    parameters: branch.parameters,
    inputs: {
      a: { shape: [size, length], dtype: 'int32' },
      b: { shape: [size, length], dtype: 'int32' },
      same: { shape: [size, size] },
    },
    cost: (weights, { a, b, same }) => {
      // One branch, run on both: the weights are shared.
      const [left, right] = [a, b].map(tokens => branch.run(weights, tokens, { training: true }).output as tf.Tensor2D);
      return { cost: maLstmLoss(left, right, same as tf.Tensor2D) };
    },
  };
}

const sentenceProgram = (branch: Chain, size: number, length: number): Program => ({
  name: 'caption sentence',
  state: branch.parameters,
  inputs: { tokens: { shape: [size, length], dtype: 'int32' } },
  compute: (state, { tokens }) => ({
    state: {},
    outputs: { [OUTPUT]: branch.run(state, tokens, { training: false }).output },
  }),
});

/** The Manhattan distance of two rows; Infinity as soon as it is beyond `limit`. */
function distanceUpTo(rows: Float32Array, a: number, b: number, limit: number): number {
  let sum = 0;
  for (let i = 0; i < UNITS; i++) {
    sum += Math.abs(rows[a + i] - rows[b + i]);
    if (sum > limit) return Infinity;
  }
  return sum;
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
