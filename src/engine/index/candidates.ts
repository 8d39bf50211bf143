import type { TransformOptions } from '../descriptor/transforms';
import type { SignatureTable } from '../descriptor/signatureTable';
import type { ListFloors } from './listFloors';

/** Which pairs are looked for. Rows are row numbers of a signature table; dead rows must not be given. */
export type PairTask =
  | { readonly kind: 'self'; readonly rows: Uint32Array }
  /** Every row with every column; a row that is also a column is not paired with itself. Columns are not paired with columns. */
  | { readonly kind: 'cross'; readonly rows: Uint32Array; readonly columns: Uint32Array }
  /** Half of a cross: the columns that are among the nearest of a row, but not the rows that are among those of a column. */
  | { readonly kind: 'queries'; readonly rows: Uint32Array; readonly columns: Uint32Array };

/** Pairs that may be duplicates: `b`, transformed, may look like `a`. `a < b`, sorted by a, b, transform; no pair twice. */
export interface Candidates {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly transform: Uint8Array;
}

/** Told the share done, 0 … 1. */
export type Progress = (done: number) => void;

/** The first half of the search: cheap, and complete rather than exact. A learned embedding can take its place. */
export interface CandidateSource {
  /**
   * @param floors filled in for each row that is queried; of use where all pictures are columns
   * @throws the signal's reason when aborted.
   */
  find(
    table: SignatureTable,
    task: PairTask,
    options: TransformOptions,
    onProgress: Progress,
    signal: AbortSignal,
    floors?: ListFloors,
  ): Promise<Candidates>;
}

/** Collects pairs by their first row, so that sorting and removing repeats goes bucket by bucket. */
export class CandidateCollector {
  readonly #buckets: number[][];

  /** @param rowCount rows are below this */
  constructor(private readonly rowCount: number) {
    this.#buckets = Array.from({ length: rowCount }, () => []);
  }

  /** `a < b`. */
  add(a: number, b: number, transform: number): void {
    this.#buckets[a].push(b * 8 + transform);
  }

  /** Sorted, without repeats; empties the collector. */
  finish(): Candidates {
    let count = 0;
    for (let a = 0; a < this.rowCount; a++) {
      const bucket = this.#buckets[a];
      if (bucket.length === 0) continue;
      bucket.sort((x, y) => x - y);
      let kept = 1;
      for (let i = 1; i < bucket.length; i++) if (bucket[i] !== bucket[i - 1]) bucket[kept++] = bucket[i];
      bucket.length = kept;
      count += kept;
    }
    const result = { a: new Uint32Array(count), b: new Uint32Array(count), transform: new Uint8Array(count) };
    let at = 0;
    for (let a = 0; a < this.rowCount; a++) {
      for (const key of this.#buckets[a]) {
        result.a[at] = a;
        result.b[at] = Math.floor(key / 8);
        result.transform[at++] = key % 8;
      }
      this.#buckets[a] = [];
    }
    return result;
  }
}
