import type { PairColumns } from '../../core/pairs/pairColumns';
import type { EngineStatus, ScanPhase } from '../../protocol/engine';
import type { SignatureTable } from '../descriptor/signatureTable';
import { inverseTransform, transformsOf } from '../descriptor/transforms';
import type { TransformOptions } from '../descriptor/transforms';
import { CandidateCollector } from '../index/candidates';
import type { Candidates, PairTask } from '../index/candidates';
import { ListFloors } from '../index/listFloors';
import { PairFinder } from '../pairFinder';
import { distanceOf } from '../rescore/distance';
import { PairComparer } from '../rescore/pairScorer';
import { changedCandidates, mergeCandidates } from './changedPairs';
import type { KnownPair, RowChanges } from './changedPairs';

export interface NearRow {
  readonly row: number;
  readonly distance: number;
  /** Turns the row's picture to match the query. */
  readonly transform: number;
}

/** Which pairs to look for. Rows come in an order of their contents, so that ties fall the same in every scan. */
export type JoinTask =
  | { readonly kind: 'all'; readonly rows: Uint32Array }
  /** New pictures with each other and with references, not references with each other. */
  | { readonly kind: 'against'; readonly rows: Uint32Array; readonly references: Uint32Array }
  /** Each group with itself. */
  | { readonly kind: 'groups'; readonly groups: readonly Uint32Array[] }
  /** What became of all pairs after some pictures came and went. */
  | ({ readonly kind: 'changes' } & RowChanges);

export interface FoundPairs {
  /** `a` and `b` are rows; `transform` turns `b` to match `a`. */
  readonly pairs: PairColumns;
  /** For changes: which of the known pairs hold as they are. */
  readonly stands: (pair: KnownPair) => boolean;
  /** Of the lists that candidates were taken from; absent where not all pictures were compared with all. */
  readonly floors?: ListFloors;
}

export interface JoinOptions extends TransformOptions {
  /** Pairs that need not be measured. */
  readonly allows?: (a: number, b: number) => boolean;
}

export type PhaseProgress = (phase: ScanPhase, done: number, total: number) => void;

/** What finds near pairs among signatures, as the session sees it. The result does not depend on how rows are numbered. */
export interface PairSource {
  readonly runtime: EngineStatus['runtime'];
  readonly runtimeReason: string;
  /** No pair beyond it is found. */
  readonly radius: number;
  findPairs(
    table: SignatureTable,
    task: JoinTask,
    options: JoinOptions,
    onProgress: PhaseProgress,
    signal: AbortSignal,
  ): Promise<FoundPairs>;
  /** The `k` live rows nearest to a signature, nearest first; its own row, if it has one, is among them. */
  neighbours(
    table: SignatureTable,
    query: Uint8Array,
    k: number,
    transforms: TransformOptions,
    signal: AbortSignal,
  ): Promise<readonly NearRow[]>;
  /** The distance of one pair, also beyond the radius (1 where it can't be aligned at all). */
  measure(table: SignatureTable, query: Uint8Array, row: number, transforms: TransformOptions): Omit<NearRow, 'row'>;
  /** The same of many pairs of rows, on all threads; 1 beyond the radius, and where a row is missing. */
  measurePairs(
    table: SignatureTable,
    pairs: readonly (readonly [number | undefined, number | undefined])[],
    transforms: TransformOptions,
    signal: AbortSignal,
  ): Promise<readonly Omit<NearRow, 'row'>[]>;
  dispose(): Promise<void>;
}

const progressSteps = 1000;
const none = (): boolean => false;

/** {@link PairFinder} as a {@link PairSource}. */
export class FinderPairSource implements PairSource {
  readonly radius: number;
  #fallback: string | undefined;
  readonly #finder: PairFinder;
  /** The finder does one thing at a time, and a cancelled one takes a moment to end. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(threads: number, workerPath: string, runtime: 'auto' | 'plain' = 'auto') {
    this.#finder = new PairFinder({
      threads,
      workerPath,
      runtime,
      onFallback: error => (this.#fallback = error instanceof Error ? error.message.split('\n')[0] : String(error)),
    });
    this.radius = this.#finder.radius;
  }

  get runtime(): EngineStatus['runtime'] {
    return this.#fallback === undefined ? 'onnxruntime-node' : 'javascript';
  }

  get runtimeReason(): string {
    return this.#fallback ?? '';
  }

  findPairs(
    table: SignatureTable,
    task: JoinTask,
    options: JoinOptions,
    onProgress: PhaseProgress,
    signal: AbortSignal,
  ): Promise<FoundPairs> {
    const turn = this.#last.then(() => this.#find(table, task, options, onProgress, signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #find(
    table: SignatureTable,
    task: JoinTask,
    { allows, ...transforms }: JoinOptions,
    onProgress: PhaseProgress,
    signal: AbortSignal,
  ): Promise<FoundPairs> {
    signal.throwIfAborted();
    const { candidates, ...rest } = await this.#candidates(table, task, transforms, onProgress, signal);
    const wanted = allows ? mergeCandidates([candidates], allows) : candidates;
    const onScored = (done: number): void => onProgress('rescore', Math.round(done * progressSteps), progressSteps);
    onScored(0);
    return { pairs: await this.#finder.score(table, wanted, onScored, signal), ...rest };
  }

  async #candidates(
    table: SignatureTable,
    task: JoinTask,
    transforms: TransformOptions,
    onProgress: PhaseProgress,
    signal: AbortSignal,
  ): Promise<Omit<FoundPairs, 'pairs'> & { readonly candidates: Candidates }> {
    const report = (done: number): void => onProgress('join', Math.round(done * progressSteps), progressSteps);
    report(0);
    const search = (part: PairTask, onDone: (done: number) => void): Promise<Candidates> =>
      this.#finder.candidates(table, part, transforms, onDone, signal);
    if (task.kind === 'changes') {
      const changed = await changedCandidates(this.#finder, table, task, transforms, signal);
      if (changed) return { ...changed, floors: task.floors };
    }
    if (task.kind === 'groups') {
      const lists: Candidates[] = [];
      for (const [i, rows] of task.groups.entries()) {
        if (rows.length > 1) lists.push(await search({ kind: 'self', rows }, () => undefined));
        report((i + 1) / task.groups.length);
      }
      return { candidates: mergeCandidates(lists, () => true), stands: none };
    }
    if (task.kind === 'against') {
      const self = await search({ kind: 'self', rows: task.rows }, done => report(done / 2));
      const cross = await search({ kind: 'cross', rows: task.rows, columns: task.references }, done => report(0.5 + done / 2));
      return { candidates: mergeCandidates([self, cross], () => true), stands: none };
    }
    const floors = new ListFloors(transformsOf(transforms).length + 1);
    const self: PairTask = { kind: 'self', rows: task.rows };
    return { candidates: await this.#finder.candidates(table, self, transforms, report, signal, floors), stands: none, floors };
  }

  async neighbours(
    table: SignatureTable,
    query: Uint8Array,
    k: number,
    transforms: TransformOptions,
    signal: AbortSignal,
  ): Promise<readonly NearRow[]> {
    const { rows, distance, transform } = await this.#finder.neighbours(table, query, k, transforms, signal);
    return Array.from(rows, (row, i) => ({ row, distance: distance[i], transform: transform[i] }));
  }

  measure(table: SignatureTable, query: Uint8Array, row: number, transforms: TransformOptions): Omit<NearRow, 'row'> {
    const queryRow = table.length;
    const comparer = new PairComparer(each => (each === queryRow ? query : table.get(each)));
    let best = { distance: 1, transform: 0 };
    for (const transform of transformsOf(transforms)) {
      const evidence = comparer.compare(queryRow, row, transform);
      const distance = evidence ? distanceOf(evidence) : 1;
      if (distance < best.distance) best = { distance, transform };
    }
    return best;
  }

  async measurePairs(
    table: SignatureTable,
    pairs: readonly (readonly [number | undefined, number | undefined])[],
    options: TransformOptions,
    signal: AbortSignal,
  ): Promise<readonly Omit<NearRow, 'row'>[]> {
    const collector = new CandidateCollector(table.length);
    const transforms = transformsOf(options);
    for (const [a, b] of pairs) {
      if (a === undefined || b === undefined) continue;
      // The inverse of each transform is one of them too.
      for (const transform of transforms) collector.add(Math.min(a, b), Math.max(a, b), transform);
    }
    const turn = this.#last.then(() => this.#finder.score(table, collector.finish(), () => undefined, signal));
    this.#last = turn.catch(() => undefined);
    const scored = await turn;
    const keyOf = (a: number, b: number): number => a * table.length + b;
    const places = new Map(Array.from(scored.a, (a, k) => [keyOf(a, scored.b[k]), k]));
    return pairs.map(([a, b]) => {
      const k = a === undefined || b === undefined ? undefined : places.get(keyOf(Math.min(a, b), Math.max(a, b)));
      if (k === undefined) return { distance: 1, transform: 0 };
      const transform = scored.transform[k];
      return { distance: scored.distance[k], transform: a! < b! ? transform : inverseTransform(transform) };
    });
  }

  dispose(): Promise<void> {
    return this.#finder.dispose();
  }
}
