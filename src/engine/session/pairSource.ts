import type { PairColumns } from '../../core/pairs/pairColumns';
import type { EngineStatus, ScanPhase } from '../../protocol/engine';
import type { SignatureTable } from '../descriptor/signatureTable';
import type { TransformOptions } from '../descriptor/transforms';
import { transformsOf } from '../descriptor/transforms';
import { PairFinder } from '../pairFinder';
import { distanceOf } from '../rescore/distance';
import { PairComparer } from '../rescore/pairScorer';

export interface NearRow {
  readonly row: number;
  readonly distance: number;
  /** Turns the row's picture to match the query. */
  readonly transform: number;
}

/** What finds near pairs among signatures, as the session sees it. Pairs don't depend on the numbering of rows. */
export interface PairSource {
  readonly runtime: EngineStatus['runtime'];
  readonly runtimeReason: string;
  /** No pair beyond it is found. */
  readonly radius: number;
  /**
   * All pairs of the rows within the radius; with `fresh`, only those that have at least one member in it. `a` and `b` are rows;
   * `transform` turns `b` to match `a`.
   * @param rows in an order of their contents, so that ties fall the same in every scan
   */
  findPairs(
    table: SignatureTable,
    rows: Uint32Array,
    fresh: Uint32Array | undefined,
    transforms: TransformOptions,
    onProgress: (phase: ScanPhase, done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<PairColumns>;
  /** The `k` live rows nearest to a signature, nearest first; its own row, if it has one, is among them. */
  neighbours(
    table: SignatureTable,
    query: Uint8Array,
    k: number,
    transforms: TransformOptions,
    signal: AbortSignal,
  ): Promise<readonly NearRow[]>;
  /** The distance of one pair, also beyond the radius (then 1 where it can't be aligned at all). */
  measure(table: SignatureTable, query: Uint8Array, row: number, transforms: TransformOptions): Omit<NearRow, 'row'>;
  dispose(): Promise<void>;
}

/** Of {@link PairFinder}'s progress, this share is the search for candidates. */
const joinShare = 0.4;
const progressSteps = 1000;

/** {@link PairFinder} as a {@link PairSource}. */
export class FinderPairSource implements PairSource {
  readonly radius: number;
  #fallback: string | undefined;
  readonly #finder: PairFinder;

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
    rows: Uint32Array,
    fresh: Uint32Array | undefined,
    transforms: TransformOptions,
    onProgress: (phase: ScanPhase, done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<PairColumns> {
    const report = (done: number): void => {
      const inJoin = done < joinShare;
      const share = inJoin ? done / joinShare : (done - joinShare) / (1 - joinShare);
      onProgress(inJoin ? 'join' : 'rescore', Math.round(share * progressSteps), progressSteps);
    };
    const task = fresh ? ({ kind: 'cross', rows: fresh, columns: rows } as const) : ({ kind: 'self', rows } as const);
    return this.#finder.findPairs(table, task, transforms, report, signal);
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

  dispose(): Promise<void> {
    return this.#finder.dispose();
  }
}
