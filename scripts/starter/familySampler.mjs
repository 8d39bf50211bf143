import { createRandom } from './random.mjs';
import { FAMILY_SIZE } from './pictures.mjs';

/**
 * Batches of pictures, two views each: some whole families (look-alikes, which the encoder must tell apart), the rest drawn at random.
 * One of the two views is mostly a mild one, as an original beside its copy. In the form of `src/engine/samplers/sampler.ts`.
 */
export class FamilySampler {
  /** @param {{ pictures: number, views: number, picturesPerBatch: number, familiesPerBatch: number, seed: number }} options */
  constructor(options) {
    this.options = options;
    const n = (this.batchSize = 2 * options.picturesPerBatch);
    this.stepsPerEpoch = Math.ceil(options.pictures / options.picturesPerBatch);
    this.similar = new Float32Array(n * n);
    this.different = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (i >> 1 === j >> 1) this.similar[i * n + j] = 1 / n;
        else this.different[i * n + j] = 1 / (n * (n - 2));
      }
    }
  }

  batch(step) {
    const { pictures, views, picturesPerBatch, familiesPerBatch, seed } = this.options;
    const random = createRandom(seed + step * 2_654_435);
    const chosen = new Set();
    while (chosen.size < familiesPerBatch * FAMILY_SIZE) {
      const family = random.integer(0, pictures / FAMILY_SIZE - 1);
      for (let k = 0; k < FAMILY_SIZE; k++) chosen.add(family * FAMILY_SIZE + k);
    }
    while (chosen.size < picturesPerBatch) chosen.add(random.integer(0, pictures - 1));
    const images = new Int32Array(this.batchSize);
    let slot = 0;
    for (const picture of chosen) {
      const first = random.chance(0.7) ? random.integer(0, 1) : random.integer(2, views - 1);
      let second = random.integer(2, views - 1);
      if (second === first) second = 2 + ((first - 1) % (views - 2));
      images[slot++] = picture * views + first;
      images[slot++] = picture * views + second;
    }
    return { images, similar: this.similar, different: this.different };
  }
}
