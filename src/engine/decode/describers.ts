import { parentPort, Worker } from 'node:worker_threads';
import { Describer } from '../descriptor/describe';
import type { SourceSize } from '../descriptor/describe';
import type { Raster } from './raster';

/** What turns a decoded picture into its signature. */
export interface SignatureMaker {
  describe(raster: Raster, size: SourceSize): Promise<Uint8Array>;
  dispose(): Promise<void>;
}

/** On the thread that asks: best where there are no more cores than decoding needs. */
export class LocalDescriber implements SignatureMaker {
  readonly #describer = new Describer();

  async describe(raster: Raster, size: SourceSize): Promise<Uint8Array> {
    return this.#describer.describe(raster, size);
  }

  async dispose(): Promise<void> {
    // Holds nothing.
  }
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

  /** @param workerPath a script that calls {@link serveDescriber} when it runs as a thread */
  constructor(workerPath: string, decodingThreads: number) {
    const count = Math.max(1, Math.ceil(decodingThreads / decodersPerDescriber));
    for (let i = 0; i < count; i++) {
      const worker = new Worker(workerPath);
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
    const local = (this.#local ??= new LocalDescriber());
    const jobs = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { request, resolve, reject } of jobs) await local.describe(request.raster, request.size).then(resolve, reject);
  }
}

/** The other side of {@link ThreadDescribers}. */
export const serveDescriber = (): void => {
  const describer = new Describer();
  parentPort?.on('message', ({ id, raster, size }: DescribeRequest) => {
    let answer: DescribeAnswer;
    try {
      answer = { id, signature: describer.describe(raster, size) };
    } catch (error) {
      answer = { id, error: String(error) };
    }
    parentPort?.postMessage(answer);
  });
};
