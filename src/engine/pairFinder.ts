import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PairColumns } from '../core/pairs/pairColumns';
import { FLAG_BLANK, OFFSET_FLAGS, SIGNATURE_BYTES } from './descriptor/layout';
import type { SignatureTable } from './descriptor/signatureTable';
import { transformsOf } from './descriptor/transforms';
import type { TransformOptions } from './descriptor/transforms';
import type { Candidates, CandidateSource, PairTask, Progress } from './index/candidates';
import { OnnxTopK, PlainTopK } from './index/topK';
import type { TopKEngine } from './index/topK';
import type { ListFloors } from './index/listFloors';
import { VectorCandidates } from './index/vectorCandidates';
import { cosineOfSimilarity, similarity, transformedVectors, vectorsOf, vectorTransform } from './index/vectors';
import { distanceOf, RADIUS } from './rescore/distance';
import { PairComparer } from './rescore/pairScorer';
import type { PairRescorer } from './rescore/rescorer';
import { WorkerRescorer } from './rescore/workerRescorer';

export interface PairFinderOptions {
  readonly threads: number;
  /** The bundled `rescoreWorker`. */
  readonly workerPath: string;
  /** For tests and for platforms whose native library must not be tried. */
  readonly runtime?: 'auto' | 'plain';
  /** For tests: up to so many candidates no threads are started for. */
  readonly fewPairs?: number;
  /** Told why the slower search is used. */
  readonly onFallback?: (error: unknown) => void;
}

/** The rows of the pictures most like one picture, nearest first. */
export interface Neighbours {
  readonly rows: Uint32Array;
  /** In [0, 1]; above `PairFinder.radius` it only orders. */
  readonly distance: Float32Array;
  /** How the found picture must be turned to look like the query. */
  readonly transform: Uint8Array;
}

/** Share of the progress that the search for candidates takes. */
const CANDIDATE_SHARE = 0.4;
/** How many of the most similar pictures are aligned for a neighbour query. */
const NEIGHBOURS_ALIGNED = 300;
const ROWS_PER_TURN = 4000;
const ALIGNMENTS_PER_TURN = 100;

/** Finds near-duplicates: candidates first, then the distance of each. */
export class PairFinder {
  /** The largest distance that is listed. */
  readonly radius = RADIUS;
  readonly #rescorer: PairRescorer;
  #engine: Promise<TopKEngine> | undefined;

  constructor(private readonly options: PairFinderOptions) {
    this.#rescorer = new WorkerRescorer(options.workerPath, Math.max(1, options.threads), options.fewPairs);
  }

  /**
   * All pairs of a task within the radius, sorted by distance, then a, then b; `a < b` are row numbers of the table, which
   * must not change meanwhile. The same at any number of threads. One call at a time.
   * @throws the signal's reason when aborted.
   */
  async findPairs(
    table: SignatureTable,
    task: PairTask,
    options: TransformOptions,
    onProgress: Progress,
    signal: AbortSignal,
  ): Promise<PairColumns> {
    const candidates = await this.candidates(table, task, options, done => onProgress(done * CANDIDATE_SHARE), signal);
    const report = (done: number): void => onProgress(CANDIDATE_SHARE + done * (1 - CANDIDATE_SHARE));
    return this.score(table, candidates, report, signal);
  }

  /** The first half of {@link findPairs}, for those who put candidates together from several tasks. */
  async candidates(
    table: SignatureTable,
    task: PairTask,
    options: TransformOptions,
    onProgress: Progress,
    signal: AbortSignal,
    floors?: ListFloors,
  ): Promise<Candidates> {
    signal.throwIfAborted();
    const source: CandidateSource = await this.#candidateSource();
    return source.find(table, task, options, onProgress, signal, floors);
  }

  /** The rows whose lists of candidates hold, or would hold, any of some columns, given the floors of the lists. */
  async listing(
    table: SignatureTable,
    rows: Uint32Array,
    columns: Uint32Array,
    options: TransformOptions,
    floors: ListFloors,
    signal: AbortSignal,
  ): Promise<ReadonlySet<number>> {
    signal.throwIfAborted();
    return (await this.#candidateSource()).listing(table, rows, columns, options, floors, signal);
  }

  async #candidateSource(): Promise<VectorCandidates> {
    this.#engine ??= this.#createEngine();
    return new VectorCandidates(await this.#engine);
  }

  /** The second half of {@link findPairs}. */
  async score(table: SignatureTable, candidates: Candidates, onProgress: Progress, signal: AbortSignal): Promise<PairColumns> {
    const distances = await this.#rescorer.score(table, candidates, onProgress, signal);
    return sortPairs(candidates.a, candidates.b, candidates.transform, distances, this.radius);
  }

  /**
   * The `k` live rows nearest to a signature, also beyond the radius; the signature's own row, if it has one, must be left
   * out by the caller. @throws the signal's reason when aborted.
   */
  async neighbours(
    table: SignatureTable,
    signature: Uint8Array,
    k: number,
    options: TransformOptions,
    signal: AbortSignal,
  ): Promise<Neighbours> {
    if (signature.length !== SIGNATURE_BYTES) throw new RangeError(`not a signature: ${signature.length} bytes`);
    const transforms = transformsOf(options);
    // Here the query is transformed, at the comparison the found picture: the set of transforms holds the inverse of each.
    const queries = transforms.map(t => transformedVectors(signature, vectorTransform(t)));
    const rows = table.liveRows();
    const best = new Float32Array(rows.length);
    const vectors = new Float32Array(queries[0].length);
    for (let i = 0; i < rows.length; i++) {
      if (i % ROWS_PER_TURN === 0) {
        await nextTurn();
        signal.throwIfAborted();
      }
      const other = table.get(rows[i]);
      let most = -Infinity;
      if ((other[OFFSET_FLAGS] & FLAG_BLANK) === 0) {
        vectors.set(vectorsOf(other));
        for (const query of queries) most = Math.max(most, similarity(vectors, query));
      }
      best[i] = most;
    }
    const order = Uint32Array.from(rows.keys()).sort((x, y) => best[y] - best[x] || rows[x] - rows[y]);
    const shortlist = order.subarray(0, Math.max(k, NEIGHBOURS_ALIGNED));
    const queryRow = table.length;
    const comparer = new PairComparer(row => (row === queryRow ? signature : table.get(row)));
    const scored: { row: number; distance: number; transform: number }[] = [];
    for (let i = 0; i < shortlist.length; i++) {
      if (i % ALIGNMENTS_PER_TURN === 0) {
        await nextTurn();
        signal.throwIfAborted();
      }
      const row = rows[shortlist[i]];
      const cosine = cosineOfSimilarity(Math.max(0, best[shortlist[i]]));
      // Beyond the radius the similarity of the whole orders what could not be aligned.
      let nearest = { row, distance: Math.fround(1 - 0.25 * cosine), transform: 0 };
      for (const transform of transforms) {
        const evidence = comparer.compare(queryRow, row, transform);
        const distance = evidence ? distanceOf(evidence) : 1;
        if (distance < nearest.distance) nearest = { row, distance, transform };
      }
      scored.push(nearest);
    }
    scored.sort((x, y) => x.distance - y.distance || x.row - y.row);
    const kept = scored.slice(0, k);
    return {
      rows: Uint32Array.from(kept, n => n.row),
      distance: Float32Array.from(kept, n => n.distance),
      transform: Uint8Array.from(kept, n => n.transform),
    };
  }

  async dispose(): Promise<void> {
    await this.#rescorer.dispose();
    await (await this.#engine)?.release();
    this.#engine = undefined;
  }

  async #createEngine(): Promise<TopKEngine> {
    if (this.options.runtime === 'plain') return new PlainTopK();
    try {
      return await OnnxTopK.create(Math.max(1, this.options.threads));
    } catch (error) {
      this.options.onFallback?.(error);
      return new PlainTopK();
    }
  }
}

/** Drops what is beyond the radius, keeps the nearest of a pair's transforms, sorts by distance, a, b. */
export function sortPairs(
  a: Uint32Array,
  b: Uint32Array,
  transform: Uint8Array,
  distances: Float32Array,
  radius: number,
): PairColumns {
  const kept: number[] = [];
  // Transforms of one pair stand together, the plainest first.
  for (let i = 0; i < a.length; i++) {
    if (distances[i] > radius) continue;
    const last = kept.length ? kept[kept.length - 1] : -1;
    if (last >= 0 && a[last] === a[i] && b[last] === b[i]) {
      if (distances[i] < distances[last]) kept[kept.length - 1] = i;
    } else {
      kept.push(i);
    }
  }
  // Candidates come sorted by a, then b, and sorting is stable.
  kept.sort((x, y) => distances[x] - distances[y]);
  return {
    a: Uint32Array.from(kept, i => a[i]),
    b: Uint32Array.from(kept, i => b[i]),
    distance: Float32Array.from(kept, i => distances[i]),
    transform: Uint8Array.from(kept, i => transform[i]),
  };
}
