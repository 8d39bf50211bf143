import type { Batch, Sampler } from './sampler';

/** Another sampler's batches under other image numbers: those of the images that training may see. */
export class MappedSampler implements Sampler {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;

  /** `imageAt` gives the number for what the inner sampler calls `image`, in a slot of the batch. */
  constructor(
    private readonly inner: Sampler,
    private readonly imageAt: (image: number, slot: number) => number,
  ) {
    this.batchSize = inner.batchSize;
    this.stepsPerEpoch = inner.stepsPerEpoch;
  }

  batch(step: number): Batch {
    const batch = this.inner.batch(step);
    return { ...batch, images: batch.images.map(this.imageAt) };
  }
}
