import type { PairTask } from '../index/candidates';
import { OnnxTopK, PlainTopK } from '../index/topK';
import type { TopKEngine } from '../index/topK';
import { VectorCandidates } from '../index/vectorCandidates';
import type { PairRescorer } from '../rescore/rescorer';
import { WorkerRescorer } from '../rescore/workerRescorer';
import type { ContentRows } from '../session/readStage';

/** Sets that grow together. */
export class UnionFind {
  readonly #parent: Int32Array;

  constructor(readonly count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, i) => i);
  }

  copy(): UnionFind {
    const other = new UnionFind(this.count);
    other.#parent.set(this.#parent);
    return other;
  }

  /** Members of the largest set. */
  get largest(): number {
    const sizes = new Int32Array(this.count);
    for (const root of this.roots()) sizes[root]++;
    return sizes.reduce((most, size) => Math.max(most, size), 0);
  }

  join(a: number, b: number): void {
    const [x, y] = [this.rootOf(a), this.rootOf(b)];
    this.#parent[Math.max(x, y)] = Math.min(x, y);
  }

  /** The smallest member. */
  rootOf(of: number): number {
    let at = of;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at]];
      at = this.#parent[at];
    }
    return at;
  }

  roots(): Int32Array {
    return Int32Array.from(this.#parent, (_, i) => this.rootOf(i));
  }
}

/** Two pictures' places, and their distance. */
export interface NearPair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/** A group of more than this share of all pictures is a chain of look-alikes, not one picture in many copies. */
const LARGEST_SHARE = 0.2;
const LARGEST_SURELY = 8;
const TIGHTER = 0.5;
const ATTEMPTS = 4;

/** The sets with near-duplicates joined; where that would chain up much of the data set, only the nearest of them. */
export function joinNear(sets: UnionFind, pairs: readonly NearPair[]): UnionFind {
  let threshold = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const joined = sets.copy();
    for (const { a, b, distance } of pairs) if (distance < threshold) joined.join(a, b);
    if (joined.largest <= Math.max(LARGEST_SURELY, joined.count * LARGEST_SHARE)) return joined;
    threshold =
      Math.min(
        threshold,
        pairs.reduce((most, { distance }) => Math.max(most, distance), 0),
      ) * TIGHTER;
  }
  return sets;
}

/** Pictures nearer than this are taken for one: a scan of the garments of Fashion-MNIST, say, suggests 0.07 and one of digits 0.14. */
const NEAR = 0.15;
/** A scan looks at ten times as many; here a near-duplicate that is missed costs a little optimism, and nobody wants to wait. */
const CANDIDATES = { leastCosine: 0.8, mostPerPicture: 3, leastEmbeddingCosine: 0.85, mostByEmbedding: 2 } as const;

/** Finds near-duplicates, mirrored ones too, as a scan does, but only the plain ones. */
export class NearSearch {
  readonly #rescorer: PairRescorer;
  #engine: Promise<TopKEngine> | undefined;

  constructor(
    private readonly threads: number,
    workerPath: string,
  ) {
    this.#rescorer = new WorkerRescorer(workerPath, threads);
  }

  /**
   * Pairs of places in `contents`. One call at a time.
   * @param among the nearest of these pictures only (a far shorter search); of all, if absent
   * @throws the signal's reason when aborted
   */
  async find(
    rows: ContentRows,
    contents: readonly string[],
    among: Int32Array | undefined,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<NearPair[]> {
    const placeOfRow = new Map(contents.map((content, i) => [rows.rowOf(content), i]));
    // In an order of their contents: rows are numbered as files happened to be read.
    const rowsOf = (places: Iterable<number>): Uint32Array => {
      const sorted = [...places].sort((x, y) => (contents[x] < contents[y] ? -1 : 1));
      return Uint32Array.from(sorted.map(i => rows.rowOf(contents[i])).filter(row => row !== undefined));
    };
    const chosen = among && new Set(among);
    const others = [...contents.keys()].filter(i => !chosen?.has(i));
    const task: PairTask = chosen
      ? { kind: 'queries', rows: rowsOf(chosen), columns: rowsOf(others) }
      : { kind: 'self', rows: rowsOf(others) };
    this.#engine ??= OnnxTopK.create(this.threads).catch(() => new PlainTopK());
    const source = new VectorCandidates(await this.#engine, CANDIDATES);
    const options = { mirrors: true, turns: false };
    const candidates = await source.find(rows.table, task, options, share => onProgress(share / 2), signal);
    const distances = await this.#rescorer.score(rows.table, candidates, share => onProgress(0.5 + share / 2), signal);
    const found: NearPair[] = [];
    distances.forEach((distance, k) => {
      if (distance < NEAR) found.push({ a: placeOfRow.get(candidates.a[k])!, b: placeOfRow.get(candidates.b[k])!, distance });
    });
    return found;
  }
}
