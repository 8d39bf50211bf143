import { VIEWS } from '../descriptor/layout';
import { inverseTransform } from '../descriptor/transforms';
import { Aligner } from './align';
import { describeMap, EvidenceCollector } from './evidence';
import type { Evidence } from './evidence';
import { distortionLoss } from './firstLogOdds';
import { affine, compose } from './planes';
import type { Affine } from './planes';
import { Prepared } from './prepared';

const IDENTITY = affine(1, 0, 0, 0, 1, 0);
/** Where the alignment may start: the whole of one picture on each window of the other. */
const VIEW_MAPS: readonly Affine[] = VIEWS.slice(1).map(view =>
  affine(view.right - view.left, 0, view.left + view.right - 1, 0, view.bottom - view.top, view.top + view.bottom - 1),
);

/** Under these correlations two pictures are not looked at further. */
export interface Gates {
  /** After the coarse and after the fine alignment. */
  readonly coarse: number;
  readonly fine: number;
  /** Of the edges, after the first steps of the fine alignment. */
  readonly firstEdges: number;
  /** … for other starts to be tried. */
  readonly turnedEdges: number;
  /** … after the last steps of the fine alignment. */
  readonly lastEdges: number;
  /** Log-odds that the edges and the distortion alone promise, see `promiseOf`. */
  readonly promise: number;
}
export const defaultGates: Gates = { coarse: 0.58, fine: 0.8, firstEdges: 0.58, turnedEdges: 0.7, lastEdges: 0.8, promise: -8 };
const COARSE_STEPS = 4;
/** Most pairs are settled after the first two steps; the rest are for those that pass. */
const FIRST_FINE_STEPS = 2;
const LAST_FINE_STEPS = 3;
const FULL_STEPS = 3;
/** Where the fine alignment starts again when the first try was not convincing: turned by some degrees either way. */
const TURNS: readonly Affine[] = [-0.06, 0.06].map(angle =>
  affine(Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0),
);
const FIRST_TURNED_STEPS = 2;
const LAST_TURNED_STEPS = 3;
/** A turned start whose correlation lags further behind than this after the first steps is given up. */
const MOST_LAG = 0.03;
/** Correlation of the edges over which no other start is tried. */
const CONVINCING_EDGES = 0.9;

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
    private readonly gates = defaultGates,
    private readonly cacheSize = 1024,
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
    if (coarse.correlation < this.gates.coarse) return undefined;
    let fine = this.#aligner.refine(image.fine, template.fine, coarse.map, FIRST_FINE_STEPS);
    if (fine.correlation < this.gates.fine) return undefined;
    if (this.#aligner.edgeCorrelation(image.fine, template.fine, fine.map) < this.gates.firstEdges) return undefined;
    fine = this.#aligner.refine(image.fine, template.fine, fine.map, LAST_FINE_STEPS);
    let edges = this.#aligner.edgeCorrelation(image.fine, template.fine, fine.map);
    if (edges >= this.gates.turnedEdges && edges < CONVINCING_EDGES) {
      for (const turn of TURNS) {
        let turned = this.#aligner.refine(image.fine, template.fine, compose(start, turn), FIRST_TURNED_STEPS);
        if (turned.correlation < fine.correlation - MOST_LAG) continue;
        turned = this.#aligner.refine(image.fine, template.fine, turned.map, LAST_TURNED_STEPS);
        if (turned.correlation <= fine.correlation) continue;
        const turnedEdges = this.#aligner.edgeCorrelation(image.fine, template.fine, turned.map);
        if (turnedEdges <= edges) continue;
        fine = turned;
        edges = turnedEdges;
      }
    }
    if (edges < this.gates.lastEdges) return undefined;
    if (promiseOf(edges, describeMap(fine.map, image.logAspect, template.logAspect)) < this.gates.promise) return undefined;
    const full = this.#aligner.refine(image.full, template.full, fine.map, FULL_STEPS);
    return this.#collector.collect(image, template, full.map);
  }

  #prepared(row: number, transform: number): Prepared {
    const key = row * 8 + transform;
    let prepared = this.#cache.get(key);
    if (!prepared) {
      // Oldest first out: a Map keeps the order of insertion.
      if (this.#cache.size >= this.cacheSize) this.#cache.delete(this.#cache.keys().next().value!);
      prepared = new Prepared(this.signatureOf(row), transform);
      this.#cache.set(key, prepared);
    }
    return prepared;
  }

  /** Forgets unpacked pictures: call when rows have changed. */
  clear(): void {
    this.#cache.clear();
  }
}

/**
 * How the log-odds of a pair are likely to end, up to a constant, before the costly last alignment. The gate was chosen on stamps and
 * drawn wallpapers: it turns away about half the strangers that come this far, and hardly a copy that would be listed.
 */
const promiseOf = (edges: number, shape: Pick<Evidence, 'anisotropy' | 'turn'>): number =>
  20 * (edges - 1) - distortionLoss(shape);

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
