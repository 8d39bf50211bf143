import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Note } from '../../core/dataset/note';
import { NoteError } from '../../core/dataset/note';
import type { Predictions } from './predict';
import type { FoldData, FoldTask } from './foldTask';
import { runFold } from './foldTask';
import { Programs } from './programs';

/** Trains networks, several at a time, each on one thread: the result does not depend on how many. */
export interface FoldRunner {
  /**
   * @param onProgress share of the task `at` that is done, 0…1
   * @throws the signal's reason when aborted
   */
  run(
    data: FoldData,
    tasks: readonly FoldTask[],
    onProgress: (at: number, share: number) => void,
    signal: AbortSignal,
  ): Promise<Predictions[]>;
  /** How many are under way at once. */
  readonly atOnce: number;
}

/** One after the other on the thread that asks. */
export class LocalFolds implements FoldRunner {
  readonly atOnce = 1;

  async run(
    data: FoldData,
    tasks: readonly FoldTask[],
    onProgress: (at: number, share: number) => void,
    signal: AbortSignal,
  ): Promise<Predictions[]> {
    const results: Predictions[] = [];
    const programs = await Programs.on(tasks[0]?.settings.runtime ?? 'auto');
    try {
      for (const [at, task] of tasks.entries()) {
        results.push(await runFold(data, task, programs, share => onProgress(at, share), signal));
      }
    } finally {
      await programs.dispose();
    }
    return results;
  }
}

/** What a thread is started with: tells it apart from the other kinds of threads of the engine's program. */
interface FoldWorkerData {
  readonly kind: 'label-folds';
  readonly data: FoldData;
}
type ToWorker = { readonly task: FoldTask } | { readonly end: true };
type FromWorker =
  { readonly share: number } | { readonly result: Predictions } | { readonly error: string; readonly note?: Note };

export const isFoldWorker = (): boolean => (workerData as Partial<FoldWorkerData> | null)?.kind === 'label-folds';

/** On threads of their own, each with its own network: two cores do twice the work, which two threads on one network do not. */
export class ThreadedFolds implements FoldRunner {
  readonly atOnce: number;

  /** @param workerPath a script that calls {@link serveFolds} when it runs as such a thread */
  constructor(
    private readonly workerPath: string,
    threads: number,
  ) {
    this.atOnce = threads;
  }

  async run(
    data: FoldData,
    tasks: readonly FoldTask[],
    onProgress: (at: number, share: number) => void,
    signal: AbortSignal,
  ): Promise<Predictions[]> {
    signal.throwIfAborted();
    const shared = shareData(data);
    const results = new Array<Predictions>(tasks.length);
    let next = 0;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const work = async (): Promise<void> => {
      const thread = new FoldThread(this.workerPath, shared);
      try {
        while (next < tasks.length) {
          const at = next++;
          results[at] = await thread.run(tasks[at], share => onProgress(at, share), either);
        }
      } catch (error) {
        stop.abort(error);
        throw error;
      } finally {
        thread.end();
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.atOnce, tasks.length) }, work));
    return results;
  }
}

/** One thread; it ends by itself once it is told, because ending one in the middle of a native call is not safe. */
class FoldThread {
  readonly #worker: Worker;

  constructor(workerPath: string, data: FoldData) {
    this.#worker = new Worker(workerPath, { workerData: { kind: 'label-folds', data } satisfies FoldWorkerData });
  }

  run(task: FoldTask, onProgress: (share: number) => void, signal: AbortSignal): Promise<Predictions> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const settle = (by: () => void): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        by();
      };
      const onMessage = (message: FromWorker): void => {
        if ('share' in message) onProgress(message.share);
        else if ('result' in message) settle(() => resolve(message.result));
        else settle(() => reject(message.note ? new NoteError(message.note) : new Error(message.error)));
      };
      const onError = (error: unknown): void => settle(() => reject(error));
      const onExit = (code: number): void => settle(() => reject(new Error(`A training thread ended with code ${code}.`)));
      const onAbort = (): void => settle(() => reject(signal.reason as Error));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      else worker.postMessage({ task } satisfies ToWorker);
    });
  }

  end(): void {
    this.#worker.on('error', () => undefined);
    this.#worker.unref();
    this.#worker.postMessage({ end: true } satisfies ToWorker);
  }
}

/** Memory that threads can look into without copies of their own. */
function shareData(data: FoldData): FoldData {
  const { values } = data;
  const shared = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float32Array ? new Float32Array(shared) : new Uint8Array(shared);
  copy.set(values);
  return { ...data, values: copy };
}

const PROGRESS_EVERY_MS = 200;

/** The other side of {@link ThreadedFolds}. */
export const serveFolds = (): void => {
  const port = parentPort!;
  const { data } = workerData as FoldWorkerData;
  const ended = new AbortController();
  let programs: Promise<Programs> | undefined;
  const answer = (message: FromWorker): void => port.postMessage(message);
  port.on('message', (message: ToWorker) => {
    if ('end' in message) {
      ended.abort();
      port.close();
      return;
    }
    let toldMs = -Infinity;
    const onProgress = (share: number): void => {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
      toldMs = performance.now();
      answer({ share });
    };
    programs ??= Programs.on(message.task.settings.runtime);
    const { task } = message;
    programs
      .then(ready => runFold(data, task, ready, onProgress, ended.signal))
      .then(
        result => answer({ result }),
        (error: unknown) => {
          if (ended.signal.aborted) return;
          answer({ error: String(error), ...(error instanceof NoteError && { note: error.note }) });
        },
      );
  });
};
