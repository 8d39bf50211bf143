import { VIEWS } from '../descriptor/layout';
import { inverseTransform } from '../descriptor/transforms';
import { Aligner } from './align';
import { EvidenceCollector } from './evidence';
import type { Evidence } from './evidence';
import { affine } from './planes';
import type { Affine } from './planes';
import { prepare } from './prepared';
import type { Prepared } from './prepared';

const IDENTITY = affine(1, 0, 0, 0, 1, 0);
/** Where the alignment may start: the whole of one picture on each window of the other. */
const VIEW_MAPS: readonly Affine[] = VIEWS.slice(1).map(view =>
  affine(view.right - view.left, 0, view.left + view.right - 1, 0, view.bottom - view.top, view.top + view.bottom - 1),
);

/** Below these correlations after the coarse and the fine alignment two pictures are not looked at further. */
const LEAST_COARSE = 0.55;
const LEAST_FINE = 0.75;
/** … and below these correlations of their edges, after the first steps and after the last: nothing under 0.75 gets near the radius. */
const LEAST_FIRST_EDGES = 0.55;
const LEAST_LAST_EDGES = 0.72;
const COARSE_STEPS = 4;
/** Most pairs are settled after the first two steps; the rest are for those that pass. */
const FIRST_FINE_STEPS = 2;
const LAST_FINE_STEPS = 3;

/**
 * Aligns and compares pairs of signatures. Unpacked pictures are kept for a while, so callers do well to ask for pairs in the
 * order of one of their members. Holds scratch memory for one thread.
 */
export class PairComparer {
  readonly #aligner = new Aligner();
  readonly #collector = new EvidenceCollector();
  readonly #cache = new Map<number, Prepared>();

  constructor(
    private readonly signatureOf: (row: number) => Uint8Array,
    private readonly cacheSize = 2048,
  ) {}

  /**
   * The evidence that `b`, transformed, shows the same picture as `a`; undefined where they can't be aligned.
   * Symmetric: the pair is put in an order of its contents, so the result does not depend on row numbers.
   */
  compare(a: number, b: number, transform: number): Evidence | undefined {
    if (isOrdered(this.signatureOf(a), this.signatureOf(b))) return this.#compare(a, b, transform);
    return this.#compare(b, a, inverseTransform(transform));
  }

  #compare(a: number, b: number, transform: number): Evidence | undefined {
    const first = this.#prepared(a, 0);
    const second = this.#prepared(b, transform);
    if (first.isBlank || second.isBlank) return undefined;

    let image = first;
    let template = second;
    let start = IDENTITY;
    let best = this.#aligner.correlation(first.coarse, second.coarse, IDENTITY);
    const consider = (from: Prepared, onto: Prepared, map: Affine): void => {
      const correlation = this.#aligner.correlation(from.coarse, onto.coarse, map);
      if (correlation <= best) return;
      best = correlation;
      image = from;
      template = onto;
      start = map;
    };
    if (best < 0.97) {
      if (first.isTrimmed || second.isTrimmed) consider(first, second, boxMap(first, second));
      for (const map of VIEW_MAPS) {
        consider(first, second, map);
        consider(second, first, map);
      }
    }
    const coarse = this.#aligner.refine(image.coarse, template.coarse, start, COARSE_STEPS);
    if (coarse.correlation < LEAST_COARSE) return undefined;
    let fine = this.#aligner.refine(image.fine, template.fine, coarse.map, FIRST_FINE_STEPS);
    if (fine.correlation < LEAST_FINE) return undefined;
    if (this.#aligner.edgeCorrelation(image.fine, template.fine, fine.map) < LEAST_FIRST_EDGES) return undefined;
    fine = this.#aligner.refine(image.fine, template.fine, fine.map, LAST_FINE_STEPS);
    if (this.#aligner.edgeCorrelation(image.fine, template.fine, fine.map) < LEAST_LAST_EDGES) return undefined;
    return this.#collector.collect(image, template, fine.map);
  }

  #prepared(row: number, transform: number): Prepared {
    const key = row * 8 + transform;
    let prepared = this.#cache.get(key);
    if (!prepared) {
      // Oldest first out: a Map keeps the order of insertion.
      if (this.#cache.size >= this.cacheSize) this.#cache.delete(this.#cache.keys().next().value!);
      prepared = prepare(this.signatureOf(row), transform);
      this.#cache.set(key, prepared);
    }
    return prepared;
  }

  /** Forgets unpacked pictures: call when rows have changed. */
  clear(): void {
    this.#cache.clear();
  }
}

/** Template (second, trimmed) → its untrimmed picture = the first's untrimmed picture → first, trimmed. */
function boxMap(first: Prepared, second: Prepared): Affine {
  return affine(
    second.box.halfWidth / first.box.halfWidth,
    0,
    (second.box.x - first.box.x) / first.box.halfWidth,
    0,
    second.box.halfHeight / first.box.halfHeight,
    (second.box.y - first.box.y) / first.box.halfHeight,
  );
}

function isOrdered(first: Uint8Array, second: Uint8Array): boolean {
  for (let i = 0; i < first.length; i++) if (first[i] !== second[i]) return first[i] < second[i];
  return true;
}
