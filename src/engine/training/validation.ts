import type { Distance } from '../distances/distance';
import type { Network } from '../model/network';
import type { Executable, Runtime } from '../runtime/runtime';
import type { PairList } from '../samplers/pairSampler';
import { embedAll } from './embed';
import { encoderProgram } from './encoderProgram';
import type { HeldBackLoss } from './heldBackLoss';
import type { ImageSource } from './images';
import { SubsetImages } from './images';
import type { PairMetrics } from './pairMetrics';
import { fittedAccuracy, pairDistances, pairMetrics } from './pairMetrics';

export interface ValidationMetrics extends PairMetrics {
  /** Share of pairs on the right side of a threshold that was chosen on other pairs: see `fittedAccuracy`. */
  readonly fittedAccuracy: number;
  /** The training loss on held-back images; NaN where it isn't asked for. */
  readonly loss: number;
  /** What is to be as large as possible: the mean of the fitted accuracy and ROC-AUC, which goes on rising where the former stands. */
  readonly score: number;
}

type Parameters = Readonly<Record<string, Float32Array>>;

/** Judges weights on pairs of images that training never sees. */
export class Validation {
  readonly #images: ImageSource;
  /** In terms of `#images`. */
  readonly #pairs: PairList;
  #encoder: Executable | undefined;

  /** `loss` must speak of the rows of `images`; then all of these are embedded, else only those that some pair needs. */
  constructor(
    private readonly runtime: Runtime,
    private readonly network: Network,
    private readonly distance: Distance,
    images: ImageSource,
    pairs: PairList,
    private readonly threshold: number,
    private readonly loss?: HeldBackLoss,
  ) {
    if (loss) {
      this.#images = images;
      this.#pairs = pairs;
      return;
    }
    const used = [...new Set([...pairs.a, ...pairs.b])].sort((a, b) => a - b);
    const place = new Map(used.map((image, i) => [image, i]));
    this.#images = new SubsetImages(images, used);
    this.#pairs = { a: pairs.a.map(i => place.get(i)!), b: pairs.b.map(i => place.get(i)!), similar: pairs.similar };
  }

  /** How many images one judgement embeds. */
  get imageCount(): number {
    return this.#images.count;
  }

  judge(parameters: Parameters): Promise<ValidationMetrics>;
  /** Undefined where the signal is aborted meanwhile. */
  judge(parameters: Parameters, signal: AbortSignal | undefined): Promise<ValidationMetrics | undefined>;
  async judge(parameters: Parameters, signal?: AbortSignal): Promise<ValidationMetrics | undefined> {
    this.#encoder ??= await this.runtime.load(encoderProgram(this.network));
    this.#encoder.setState(parameters);
    let embeddings: Float32Array;
    try {
      embeddings = await embedAll(this.#encoder, this.network, this.#images, { ...(signal && { signal }) });
    } catch (error) {
      if (signal?.aborted) return undefined;
      throw error;
    }
    const distances = pairDistances(this.#pairs, embeddings, this.network.embeddingSize, this.distance);
    const metrics = pairMetrics(distances, this.#pairs.similar, this.threshold);
    const fitted = fittedAccuracy(distances, this.#pairs.similar);
    const loss = (await this.loss?.of(embeddings)) ?? NaN;
    return { ...metrics, fittedAccuracy: fitted, loss, score: (fitted + metrics.rocAuc) / 2 };
  }

  async dispose(): Promise<void> {
    await this.loss?.dispose();
    await this.#encoder?.dispose();
    this.#encoder = undefined;
  }
}
