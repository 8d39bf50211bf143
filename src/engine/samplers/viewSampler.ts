import { trainingMessages as messages } from '../../core/training/messages';
import { Epochs } from './epochs';
import type { Batch, Sampler } from './sampler';
import { NothingToLearnError } from './sampler';

/**
 * No labels: every image of the batch stands twice, side by side, and the pipeline alters both copies on their own. The two are alike,
 * all others are not. Chen et al., SimCLR, ICML 2020.
 */
export class ViewSampler implements Sampler {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly #order: Epochs;
  readonly #similar: Float32Array;
  readonly #different: Float32Array;

  /** @throws NothingToLearnError with fewer than two images. */
  constructor(imageCount: number, imagesPerBatch: number, seed: number) {
    if (imageCount < 2) throw new NothingToLearnError(messages.viewsNeedTwo);
    const used = Math.min(imagesPerBatch, imageCount);
    const n = 2 * used;
    this.batchSize = n;
    this.stepsPerEpoch = Math.ceil(imageCount / used);
    this.#order = new Epochs(imageCount, seed);
    this.#similar = new Float32Array(n * n);
    this.#different = new Float32Array(n * n);
    const unlike = (n * (n - 2)) / 2;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (i >> 1 === j >> 1) this.#similar[i * n + j] = 0.5 / used;
        else this.#different[i * n + j] = 0.5 / unlike;
      }
    }
  }

  batch(step: number): Batch {
    const used = this.batchSize / 2;
    // A batch that crosses into the next epoch could hold an image in four slots, called different from itself.
    const perEpoch = Math.max(1, Math.floor(this.#order.size / used));
    const place = Math.floor(step / perEpoch) * this.#order.size + (step % perEpoch) * used;
    const images = Int32Array.from({ length: this.batchSize }, (_, slot) => this.#order.at(place + (slot >> 1)));
    return { images, similar: this.#similar, different: this.#different };
  }
}
