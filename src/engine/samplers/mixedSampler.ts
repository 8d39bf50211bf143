import type { Batch, Sampler } from './sampler';

/**
 * Two samplers in one step: the slots of both side by side. What is known between their halves stays unknown. `secondShare` is how much
 * the second one weighs: 0.25 gives a person's pairs a quarter of the loss, however few they are.
 */
export class MixedSampler implements Sampler {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;

  constructor(
    private readonly first: Sampler,
    private readonly second: Sampler,
    private readonly secondShare: number,
  ) {
    this.batchSize = first.batchSize + second.batchSize;
    this.stepsPerEpoch = first.stepsPerEpoch;
  }

  batch(step: number): Batch {
    const n = this.batchSize;
    const mixed: Batch = { images: new Int32Array(n), similar: new Float32Array(n * n), different: new Float32Array(n * n) };
    const parts = [
      { batch: this.first.batch(step), size: this.first.batchSize, at: 0, share: 1 - this.secondShare },
      { batch: this.second.batch(step), size: this.second.batchSize, at: this.first.batchSize, share: this.secondShare },
    ];
    for (const { batch, size, at, share } of parts) {
      mixed.images.set(batch.images, at);
      for (let row = 0; row < size; row++) {
        const target = (at + row) * n + at;
        for (let column = row + 1; column < size; column++) {
          mixed.similar[target + column] = batch.similar[row * size + column] * share;
          mixed.different[target + column] = batch.different[row * size + column] * share;
        }
      }
    }
    return mixed;
  }
}
