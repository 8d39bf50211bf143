import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { SignatureTable } from '../descriptor/signatureTable';
import type { Candidates, Progress } from '../index/candidates';
import { RADIUS } from './distance';
import { PairComparer } from './pairScorer';
import type { PairRescorer } from './rescorer';
import { scorePairs } from './scorePairs';
import type { WorkerAnswer, WorkerRequest } from './workerMessages';

/** Pairs in one message: some 15 ms of work; cancelling waits for what is under way. */
const PAIRS_PER_JOB = 200;
/** So few pairs are scored sooner than a thread starts. */
const FEW_PAIRS = 400;
const PAIRS_PER_TURN = 50;
/** Messages that wait at a worker, so that it does not idle while an answer travels. */
const JOBS_AHEAD = 2;

/** Scores pairs in worker threads that read the signatures from shared memory. One `score` at a time. */
export class WorkerRescorer implements PairRescorer {
  readonly radius = RADIUS;
  #workers: Worker[] = [];
  #busy = false;

  /**
   * @param workerPath the bundled `rescoreWorker`
   * @param fewPairs up to so many are scored without threads, while there are none
   */
  constructor(
    private readonly workerPath: string,
    private readonly threads: number,
    private readonly fewPairs = FEW_PAIRS,
  ) {}

  async score(table: SignatureTable, candidates: Candidates, onProgress: Progress, signal: AbortSignal): Promise<Float32Array> {
    signal.throwIfAborted();
    const total = candidates.a.length;
    const distances = new Float32Array(total);
    if (total === 0) return distances;
    if (this.#busy) throw new Error('A rescoring is under way already.');
    this.#busy = true;
    try {
      if (total <= this.fewPairs && this.#workers.length === 0) return await scoreHere(table, candidates, onProgress, signal);
      await this.#score(table, candidates, distances, onProgress, signal);
    } finally {
      this.#busy = false;
    }
    return distances;
  }

  #score(
    table: SignatureTable,
    candidates: Candidates,
    distances: Float32Array,
    onProgress: Progress,
    signal: AbortSignal,
  ): Promise<void> {
    const total = distances.length;
    const jobs = Math.ceil(total / PAIRS_PER_JOB);
    const signatures = table.share();
    while (this.#workers.length < Math.min(this.threads, jobs)) {
      const worker = new Worker(this.workerPath);
      // The process may end while idle threads wait for work.
      worker.unref();
      this.#workers.push(worker);
    }
    return new Promise<void>((resolve, reject) => {
      let next = 0;
      let outstanding = 0;
      let scored = 0;
      let failure: { reason: unknown } | undefined;
      const detach: (() => void)[] = [];
      const finish = (): void => {
        if (outstanding > 0) return;
        if (!failure && scored < total) return;
        for (const off of detach) off();
        if (failure) reject(failure.reason);
        else resolve();
      };
      const send = (worker: Worker): void => {
        if (failure || next >= jobs) return;
        const from = next * PAIRS_PER_JOB;
        const to = from + PAIRS_PER_JOB;
        const pairs: Candidates = {
          a: candidates.a.slice(from, to),
          b: candidates.b.slice(from, to),
          transform: candidates.transform.slice(from, to),
        };
        post(worker, { kind: 'score', job: next++, pairs });
        outstanding++;
      };
      const fail = (reason: unknown): void => {
        failure ??= { reason };
        finish();
      };
      const onAbort = (): void => fail(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      detach.push(() => signal.removeEventListener('abort', onAbort));
      for (const worker of this.#workers) {
        const onMessage = ({ job, distances: part }: WorkerAnswer): void => {
          distances.set(part, job * PAIRS_PER_JOB);
          scored += part.length;
          outstanding--;
          if (!failure) onProgress(scored / total);
          send(worker);
          finish();
        };
        // A thread that died answers nothing: count nothing on it, and start afresh next time.
        const onDeath = (reason: unknown): void => {
          outstanding = 0;
          void this.dispose();
          fail(reason);
        };
        const onExit = (code: number): void => onDeath(new Error(`A comparison thread ended with code ${code}.`));
        worker.on('message', onMessage);
        worker.on('error', onDeath);
        worker.on('exit', onExit);
        worker.ref();
        detach.push(() => {
          worker.off('message', onMessage);
          worker.off('error', onDeath);
          worker.off('exit', onExit);
          worker.unref();
        });
        post(worker, { kind: 'table', signatures });
      }
      for (let i = 0; i < JOBS_AHEAD; i++) for (const worker of this.#workers) send(worker);
    });
  }

  async dispose(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map(worker => worker.terminate()));
  }
}

async function scoreHere(
  table: SignatureTable,
  { a, b, transform }: Candidates,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<Float32Array> {
  const distances = new Float32Array(a.length);
  const comparer = new PairComparer(row => table.get(row));
  for (let from = 0; from < a.length; from += PAIRS_PER_TURN) {
    await nextTurn();
    signal.throwIfAborted();
    const to = Math.min(from + PAIRS_PER_TURN, a.length);
    const part = { a: a.subarray(from, to), b: b.subarray(from, to), transform: transform.subarray(from, to) };
    distances.set(scorePairs(comparer, part), from);
    onProgress(to / a.length);
    signal.throwIfAborted();
  }
  return distances;
}

function post(worker: Worker, request: WorkerRequest): void {
  worker.postMessage(request);
}
