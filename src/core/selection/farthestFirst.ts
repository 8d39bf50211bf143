/** Rows of unit vectors, count × size. */
export interface UnitVectors {
  readonly data: Float32Array;
  readonly count: number;
  readonly size: number;
}

/** How well some rows stand for all: the distance (1 − cosine) of each row to the nearest chosen one. */
export interface Coverage {
  readonly mean: number;
  readonly largest: number;
}

/** Distances of all rows to the nearest chosen one so far. */
class Nearest {
  readonly distance: Float32Array;

  constructor(private readonly vectors: UnitVectors) {
    this.distance = new Float32Array(vectors.count).fill(Infinity);
  }

  choose(row: number): void {
    const { data, count, size } = this.vectors;
    const from = row * size;
    for (let other = 0, at = 0; other < count; other++, at += size) {
      let product = 0;
      for (let d = 0; d < size; d++) product += data[from + d] * data[at + d];
      const distance = 1 - product;
      if (distance < this.distance[other]) this.distance[other] = distance;
    }
    this.distance[row] = 0;
  }
}

/**
 * Rows that cover all the others: the one nearest to the mean, then again and again the one farthest from those chosen (Gonzalez 1985, "Clustering
 * to minimize the maximum intercluster distance": no other choice has less than half its largest distance). Ties go to the lower row.
 * Yields each row as it is chosen, so that the caller can breathe in between.
 */
export function* farthestFirst(vectors: UnitVectors, wanted: number): Generator<number> {
  const { count } = vectors;
  if (count === 0 || wanted < 1) return;
  const nearest = new Nearest(vectors);
  const chosen = new Uint8Array(count);
  for (let row = nearestToMean(vectors), taken = 1; ; taken++) {
    chosen[row] = 1;
    yield row;
    if (taken >= Math.min(wanted, count)) return;
    nearest.choose(row);
    row = -1;
    for (let other = 0; other < count; other++) {
      if (!chosen[other] && (row < 0 || nearest.distance[other] > nearest.distance[row])) row = other;
    }
  }
}

function nearestToMean({ data, count, size }: UnitVectors): number {
  const mean = new Float64Array(size);
  for (let i = 0; i < data.length; i++) mean[i % size] += data[i] / count;
  let best = 0;
  let bestProduct = -Infinity;
  for (let row = 0; row < count; row++) {
    let product = 0;
    for (let d = 0; d < size; d++) product += data[row * size + d] * mean[d];
    if (product > bestProduct) [best, bestProduct] = [row, product];
  }
  return best;
}

/** The coverage of chosen rows. */
export function coverageOf(vectors: UnitVectors, chosen: Iterable<number>): Coverage {
  const nearest = new Nearest(vectors);
  let any = false;
  for (const row of chosen) {
    nearest.choose(row);
    any = true;
  }
  if (!any || vectors.count === 0) return { mean: 0, largest: 0 };
  let sum = 0;
  let largest = 0;
  for (const distance of nearest.distance) {
    // Rounding may put an equal vector a hair beyond 0.
    const real = Math.max(0, distance);
    sum += real;
    if (real > largest) largest = real;
  }
  return { mean: sum / vectors.count, largest };
}
