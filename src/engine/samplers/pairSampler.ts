import { trainingMessages as messages } from '../../core/training/messages';
import { Epochs } from './epochs';
import type { Batch, Sampler } from './sampler';
import { NothingToLearnError } from './sampler';

/** Pairs of images, as columns: pair k is images a[k] and b[k]. */
export interface PairList {
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** 1 alike, 0 not. */
  readonly similar: Uint8Array;
}

/**
 * Pairs that stand two by two in different order or twice with different answers: positions in the list, for the message to the user.
 */
export function contradictions({ a, b, similar }: PairList): [number, number][] {
  const seen = new Map<string, number>();
  const found: [number, number][] = [];
  for (let k = 0; k < a.length; k++) {
    const key = a[k] < b[k] ? `${a[k]} ${b[k]}` : `${b[k]} ${a[k]}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, k);
    else if (similar[before] !== similar[k]) found.push([before, k]);
  }
  return found;
}

/**
 * Only the pairs of a list count, each with the same weight, `pairsPerBatch` a step: the first images in the first half of the slots,
 * the second ones in the second. An epoch's last batch may hold fewer pairs, as in Keras.
 */
export class PairSampler implements Sampler {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly #order: Epochs;

  /** @throws NothingToLearnError without pairs, or without a similar one. */
  constructor(
    private readonly pairs: PairList,
    private readonly pairsPerBatch: number,
    seed: number,
  ) {
    if (pairs.a.length === 0) throw new NothingToLearnError(messages.noPairs);
    if (!pairs.similar.includes(1)) throw new NothingToLearnError(messages.noSimilarPair);
    this.batchSize = 2 * pairsPerBatch;
    this.stepsPerEpoch = Math.ceil(pairs.a.length / pairsPerBatch);
    this.#order = new Epochs(pairs.a.length, seed);
  }

  batch(step: number): Batch {
    const n = this.batchSize;
    const count = this.pairs.a.length;
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const first = (step % this.stepsPerEpoch) * this.pairsPerBatch;
    const used = Math.min(this.pairsPerBatch, count - first);
    const images = new Int32Array(n);
    const similar = new Float32Array(n * n);
    const different = new Float32Array(n * n);
    for (let k = 0; k < this.pairsPerBatch; k++) {
      // Slots that are left over hold some image, in no pair.
      const pair = this.#order.at(epoch * count + first + (k % used));
      images[k] = this.pairs.a[pair];
      images[k + this.pairsPerBatch] = this.pairs.b[pair];
      if (k < used) (this.pairs.similar[pair] ? similar : different)[k * n + k + this.pairsPerBatch] = 1 / used;
    }
    return { images, similar, different };
  }
}
