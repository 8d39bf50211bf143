import { calibrate } from '../../core/calibration/calibrate';
import { DISTANCE_SCALE } from '../rescore/distance';
import type { ContentRows } from '../session/readStage';
import type { PairSource } from '../session/pairSource';

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

/**
 * Near-duplicates as a scan with mirrors finds them, at the threshold that the pictures themselves suggest.
 * @param contents of the pictures; a pair is two of their places
 * @param among only pairs that touch one of these pictures (a far shorter search); all, if absent
 */
export async function nearPairs(
  source: PairSource,
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
  const all = contents.keys();
  const chosen = among && new Set(among);
  const task = chosen
    ? ({ kind: 'against', rows: rowsOf(chosen), references: rowsOf([...all].filter(i => !chosen.has(i))) } as const)
    : ({ kind: 'all', rows: rowsOf(all) } as const);
  const { pairs } = await source.findPairs(
    rows.table,
    task,
    { mirrors: true, turns: false },
    (phase, done, total) => onProgress((phase === 'join' ? 0 : 0.5) + (total > 0 ? done / total / 2 : 0)),
    signal,
  );
  const own = task.rows.length;
  const comparisons = (own * (own - 1)) / 2 + (task.kind === 'against' ? own * task.references.length : 0);
  const { threshold } = calibrate({ pairs, comparisons, radius: source.radius, scale: DISTANCE_SCALE });
  const found: NearPair[] = [];
  pairs.distance.forEach((distance, k) => {
    if (distance < threshold) found.push({ a: placeOfRow.get(pairs.a[k])!, b: placeOfRow.get(pairs.b[k])!, distance });
  });
  return found;
}
