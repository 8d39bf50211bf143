import { parentPort, Worker, workerData } from 'node:worker_threads';
import { Describer } from '../descriptor/describe';
import type { SourceSize } from '../descriptor/describe';
import { StarterEncoder } from '../starter/starterEncoder';
import type { Raster } from './raster';

/** What turns a decoded picture into its signature. */
export interface SignatureMaker {
  describe(raster: Raster, size: SourceSize): Promise<Uint8Array>;
  dispose(): Promise<void>;
}

/** On the thread that asks: best where there are no more cores than decoding needs. */
export class LocalDescriber implements SignatureMaker {
  readonly #describer = new Describer();
  readonly #starter: Promise<StarterEncoder | undefined>;

  /** @param starterGraph what `starterGraph()` made; absent: signatures without embeddings */
  constructor(starterGraph?: Uint8Array) {
    // Who made the graph has tried it: what fails only here must not stop a scan.
    this.#starter = starterGraph ? StarterEncoder.create(starterGraph).catch(() => undefined) : Promise.resolve(undefined);
  }

  async describe(raster: Raster, size: SourceSize): Promise<Uint8Array> {
    const signature = this.#describer.describe(raster, size);
    await (await this.#starter)?.addTo(signature, raster);
    return signature;
  }

  async dispose(): Promise<void> {
    await (await this.#starter)?.dispose();
  }
}

interface DescriberData {
  readonly starterGraph?: Uint8Array;
}
interface DescribeRequest {
  readonly id: number;
  readonly raster: Raster;
  readonly size: SourceSize;
}
interface DescribeAnswer {
  readonly id: number;
  readonly signature?: Uint8Array;
  readonly error?: string;
}

interface Job {
  readonly request: DescribeRequest;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Decoding threads that one describing thread keeps up with: describing takes about an eighth of the time. */
const decodersPerDescriber = 6;

/**
 * On threads of its own: with many cores, one thread that reads, hashes and describes for all of them would hold them up.
 */
export class ThreadDescribers implements SignatureMaker {
  readonly #workers: Worker[] = [];
  readonly #waiting = new Map<number, Job>();
  /** Takes over where a thread can't start or ended. */
  #local: LocalDescriber | undefined;
  #next = 0;

  /**
   * @param workerPath a script that calls {@link serveDescriber} when it runs as a thread
   * @param starterGraph what `starterGraph()` made; absent: signatures without embeddings
   */
  constructor(
    workerPath: string,
    decodingThreads: number,
    private readonly starterGraph?: Uint8Array,
  ) {
    const count = Math.max(1, Math.ceil(decodingThreads / decodersPerDescriber));
    for (let i = 0; i < count; i++) {
      const worker = new Worker(workerPath, { workerData: { starterGraph } satisfies DescriberData });
      worker.on('message', (answer: DescribeAnswer) => this.#settle(answer));
      worker.on('error', () => void this.#takeOver());
      worker.unref();
      this.#workers.push(worker);
    }
  }

  describe(raster: Raster, size: SourceSize): Promise<Uint8Array> {
    if (this.#local) return this.#local.describe(raster, size);
    const id = this.#next++;
    const request: DescribeRequest = { id, raster, size };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { request, resolve, reject });
      this.#workers[id % this.#workers.length].postMessage(request);
    });
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()));
  }

  #settle({ id, signature, error }: DescribeAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (signature) waiting?.resolve(signature);
    else waiting?.reject(new Error(error));
  }

  async #takeOver(): Promise<void> {
    const local = (this.#local ??= new LocalDescriber(this.starterGraph));
    const jobs = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { request, resolve, reject } of jobs) await local.describe(request.raster, request.size).then(resolve, reject);
  }
}

/** The other side of {@link ThreadDescribers}. */
export const serveDescriber = (): void => {
  const describer = new LocalDescriber((workerData as DescriberData | undefined)?.starterGraph);
  parentPort?.on('message', ({ id, raster, size }: DescribeRequest) => {
    describer.describe(raster, size).then(
      signature => parentPort?.postMessage({ id, signature } satisfies DescribeAnswer),
      (error: unknown) => parentPort?.postMessage({ id, error: String(error) } satisfies DescribeAnswer),
    );
  });
};
