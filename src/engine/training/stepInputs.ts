import { mixSeed } from '../samplers/epochs';
import { NormalPool } from '../samplers/normalPool';
import { SeededRandom } from '../samplers/random';
import type { Batch, Sampler } from '../samplers/sampler';
import type { HostArrays } from '../runtime/runtime';
import { Breather } from '../../workspace/breathe';
import type { Alteration, ImageSource } from './images';
import type { Objective } from './trainProgram';
import { scalarInputs } from './learner';
import { noiseName, STEP } from './trainProgram';

export interface StepInputsOptions {
  readonly objective: Objective;
  readonly images: ImageSource;
  readonly sampler: Sampler;
  readonly seed: number;
  readonly alterations?: readonly Alteration[];
}

/** What is fed to each step. All of it depends on the seed and the step's number alone. */
export class StepInputs {
  readonly #breather = new Breather();
  #normal: NormalPool | undefined;

  constructor(private readonly options: StepInputsOptions) {}

  /** `step` counts from 0. */
  async of(step: number, learningRate: number): Promise<{ readonly batch: Batch; readonly inputs: HostArrays }> {
    const { objective, sampler, seed } = this.options;
    const batch = sampler.batch(step);
    const random = new SeededRandom(mixSeed(seed, 0xa17e4, step));
    const inputs = {
      [STEP.images]: await this.#pixels(batch, random),
      [STEP.similar]: batch.similar,
      [STEP.different]: batch.different,
      ...this.#noise(random),
      ...scalarInputs(objective.optimizer, step + 1, learningRate),
    };
    return { batch, inputs };
  }

  async #pixels(batch: Batch, random: SeededRandom): Promise<Float32Array> {
    const { images, alterations = [] } = this.options;
    const size = images.shape[0] * images.shape[1] * images.shape[2];
    const pixels = new Float32Array(batch.images.length * size);
    for (const [slot, index] of batch.images.entries()) {
      images.read(index, pixels, slot * size);
      for (const alter of alterations) alter(pixels, slot * size, images.shape, random);
      // Altering a batch of photographs takes longer than its step.
      if (alterations.length > 0) await this.#breather.breathe();
    }
    return pixels;
  }

  #noise(random: SeededRandom): Record<string, Float32Array> {
    const { objective, sampler, seed } = this.options;
    const noise = Object.entries(objective.network.noise).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, sampler.batchSize);
      this.#normal ??= new NormalPool(seed);
      return [noiseName(name), this.#normal.draw(size, random)] as const;
    });
    return Object.fromEntries(noise);
  }
}
