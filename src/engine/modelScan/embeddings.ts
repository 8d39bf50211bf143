import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Raster } from '../decode/raster';
import { writeNetworkInput } from '../decode/networkRaster';
import type { ScanModel } from './scanModel';

/** Embeddings of pictures by content, all of one model. */
export class Embeddings {
  readonly #vectors = new Map<string, Float32Array>();

  constructor(
    readonly modelHash: string,
    readonly size: number,
  ) {}

  get(content: string): Float32Array | undefined {
    return this.#vectors.get(content);
  }

  has(content: string): boolean {
    return this.#vectors.has(content);
  }

  /** @throws RangeError for a vector of another length */
  set(content: string, vector: Float32Array): void {
    if (vector.length !== this.size) throw new RangeError(`an embedding has ${this.size} numbers, not ${vector.length}`);
    this.#vectors.set(content, vector);
  }

  get count(): number {
    return this.#vectors.size;
  }

  entries(): IterableIterator<[string, Float32Array]> {
    return this.#vectors.entries();
  }
}

/** Numbers in one run of the network, and images at most: a run stays well under 100 ms. */
const RUN_NUMBERS = 300_000;
const RUN_IMAGES = 64;
/** Pictures that may wait, in runs: beyond, whoever brings more waits for the network. */
const WAITING_RUNS = 4;

/**
 * Embeds pictures as they are decoded. A run always has the same number of images (missing ones black), so that a picture's numbers do not
 * depend on which others came with it: matrix products of other sizes may add up in another order.
 */
export class PictureEmbedder {
  readonly imagesPerRun: number;
  readonly #size: number;
  readonly #waiting = new Map<string, Raster>();
  readonly #taken = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  #queued = 0;
  #added = 0;

  constructor(
    readonly model: ScanModel,
    readonly embeddings: Embeddings,
    private readonly signal: AbortSignal,
  ) {
    this.#size = model.width * model.height * model.channels;
    this.imagesPerRun = Math.max(1, Math.min(RUN_IMAGES, Math.floor(RUN_NUMBERS / this.#size)));
  }

  get width(): number {
    return this.model.width;
  }

  get height(): number {
    return this.model.height;
  }

  /** How many were embedded here. */
  get added(): number {
    return this.#added;
  }

  wants(content: string): boolean {
    return !this.embeddings.has(content) && !this.#taken.has(content);
  }

  /** Takes a picture of the network's size. Settles when there is room for more. */
  async add(content: string, raster: Raster): Promise<void> {
    if (!this.wants(content)) return;
    this.#taken.add(content);
    this.#waiting.set(content, raster);
    if (this.#waiting.size >= this.imagesPerRun) this.#flush();
    if (this.#queued >= WAITING_RUNS) await this.#running;
  }

  /** Embeds the rest. */
  async finish(): Promise<void> {
    if (this.#waiting.size > 0) this.#flush();
    await this.#running;
  }

  #flush(): void {
    const batch = [...this.#waiting];
    this.#waiting.clear();
    this.#queued++;
    this.#running = this.#running.then(() => this.#run(batch)).finally(() => this.#queued--);
    // Whoever waits next is told; nobody may wait.
    this.#running.catch(() => undefined);
  }

  async #run(batch: readonly (readonly [string, Raster])[]): Promise<void> {
    // A turn of the event loop, so that messages (cancel!) are read between two blocking runs.
    await nextTurn();
    this.signal.throwIfAborted();
    const pixels = new Float32Array(this.imagesPerRun * this.#size);
    batch.forEach(([, raster], i) => writeNetworkInput(raster, this.model.channels, pixels, i * this.#size));
    const vectors = await this.model.embed(pixels);
    const { embeddingSize } = this.model;
    batch.forEach(([content], i) => this.embeddings.set(content, vectors.slice(i * embeddingSize, (i + 1) * embeddingSize)));
    this.#added += batch.length;
  }
}
