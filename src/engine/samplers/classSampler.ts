import { trainingMessages as messages } from '../../core/training/messages';
import { Epochs, mixSeed } from './epochs';
import { SeededRandom } from './random';
import type { Batch, Sampler } from './sampler';
import { NothingToLearnError } from './sampler';

export interface ClassSamplerOptions {
  readonly seed: number;
  /** Images a step, at most; rounded down to equally many of each class. */
  readonly batchSize: number;
  /** At most this many classes in one batch; each batch then draws its own. All, if absent. */
  readonly classesPerBatch?: number;
  /** Weight of all different pairs together; similar ones weigh ½. ½ if absent. */
  readonly differentWeight?: number;
}

/**
 * Equally many images of each class, all of whose pairs count: alike if of one class. N images give N(N − 1)/2 pairs for N forward
 * passes, instead of two passes a pair.
 */
export class ClassSampler implements Sampler {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly #classes: readonly { readonly members: Int32Array; readonly order: Epochs }[];
  readonly #perClass: number;
  readonly #classCount: number;
  readonly #seed: number;
  readonly #similar: Float32Array;
  readonly #different: Float32Array;

  /**
   * `labels`: a class number for every image, −1 for none.
   * @throws NothingToLearnError with fewer than two classes of two images.
   */
  constructor(labels: ArrayLike<number>, options: ClassSamplerOptions) {
    const members = new Map<number, number[]>();
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] < 0) continue;
      const list = members.get(labels[i]);
      if (list) list.push(i);
      else members.set(labels[i], [i]);
    }
    const usable = [...members].sort(([a], [b]) => a - b).filter(([, list]) => list.length > 1);
    if (members.size < 2) throw new NothingToLearnError(messages.twoClasses);
    if (usable.length < 2) throw new NothingToLearnError(messages.twoClassesOfTwo);
    this.#seed = options.seed;
    this.#classes = usable.map(([label, list]) => ({
      members: Int32Array.from(list),
      order: new Epochs(list.length, mixSeed(options.seed, label)),
    }));
    this.#classCount = Math.min(usable.length, options.classesPerBatch ?? usable.length, Math.floor(options.batchSize / 2));
    if (this.#classCount < 2) throw new RangeError('A batch needs room for two images of two classes.');
    this.#perClass = Math.floor(options.batchSize / this.#classCount);
    this.batchSize = this.#classCount * this.#perClass;
    this.stepsPerEpoch = Math.max(1, Math.ceil(labels.length / this.batchSize));
    [this.#similar, this.#different] = this.#weights(options.differentWeight ?? 0.5);
  }

  batch(step: number): Batch {
    const images = new Int32Array(this.batchSize);
    this.#chooseClasses(step).forEach((chosen, slot) => {
      const { members, order } = this.#classes[chosen];
      for (let k = 0; k < this.#perClass; k++) images[slot * this.#perClass + k] = members[order.at(step * this.#perClass + k)];
    });
    return { images, similar: this.#similar, different: this.#different };
  }

  #chooseClasses(step: number): Int32Array {
    const all = Int32Array.from({ length: this.#classes.length }, (_, i) => i);
    if (this.#classCount === all.length) return all;
    return new SeededRandom(mixSeed(this.#seed, 0x5eed, step)).shuffle(all).subarray(0, this.#classCount);
  }

  /** The same for every batch: slots of one class lie side by side. */
  #weights(differentWeight: number): [Float32Array, Float32Array] {
    const [n, perClass, classes] = [this.batchSize, this.#perClass, this.#classCount];
    const alike = (classes * perClass * (perClass - 1)) / 2;
    const unlike = (classes * (classes - 1) * perClass * perClass) / 2;
    const similar = new Float32Array(n * n);
    const different = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (Math.floor(i / perClass) === Math.floor(j / perClass)) similar[i * n + j] = 0.5 / alike;
        else different[i * n + j] = differentWeight / unlike;
      }
    }
    return [similar, different];
  }
}
