import type { Distance } from '../distances/distance';
import type { Network } from '../model/network';
import type { Executable, Runtime } from '../runtime/runtime';
import type { PairList } from '../samplers/pairSampler';
import { embedAll } from './embed';
import { encoderProgram } from './encoderProgram';
import type { ImageSource } from './images';
import { SubsetImages } from './images';
import type { PairMetrics } from './pairMetrics';
import { pairDistances, pairMetrics } from './pairMetrics';

export interface ValidationMetrics extends PairMetrics {
  /** What is to be as large as possible. */
  readonly score: number;
}

/** Judges weights on pairs of images that training never sees. */
export class Validation {
  readonly #images: ImageSource;
  /** In terms of `#images`. */
  readonly #pairs: PairList;
  #encoder: Executable | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly network: Network,
    private readonly distance: Distance,
    images: ImageSource,
    pairs: PairList,
    private readonly threshold: number,
  ) {
    // Only what some pair needs is embedded.
    const used = [...new Set([...pairs.a, ...pairs.b])].sort((a, b) => a - b);
    const place = new Map(used.map((image, i) => [image, i]));
    this.#images = new SubsetImages(images, used);
    this.#pairs = { a: pairs.a.map(i => place.get(i)!), b: pairs.b.map(i => place.get(i)!), similar: pairs.similar };
  }

  async judge(parameters: Readonly<Record<string, Float32Array>>): Promise<ValidationMetrics> {
    this.#encoder ??= await this.runtime.load(encoderProgram(this.network));
    this.#encoder.setState(parameters);
    const embeddings = await embedAll(this.#encoder, this.network, this.#images);
    const distances = pairDistances(this.#pairs, embeddings, this.network.embeddingSize, this.distance);
    const metrics = pairMetrics(distances, this.#pairs.similar, this.threshold);
    return { ...metrics, score: metrics.accuracy };
  }

  async dispose(): Promise<void> {
    await this.#encoder?.dispose();
    this.#encoder = undefined;
  }
}
