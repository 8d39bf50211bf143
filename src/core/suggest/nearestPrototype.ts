import { dot, rowAt, rowCount } from './prototypes';
import type { Rows } from './prototypes';

/** What a query's likeness to the prototypes is; lengths all 1, so likeness is the cosine. */
export interface Nearest {
  /** Numbers of the nearest class and the next. */
  readonly first: number;
  readonly second: number;
  /**
   * How far the query's likeness to the first class's references stands out among that of the crowd, in standard deviations. That to the
   * refined prototype says less: it has moved to where the crowd is, and some of that may be of no class.
   */
  readonly outstanding: number;
}

export interface Prototypes {
  /** Two or more, moved to where the unlabeled images are. */
  readonly refined: Rows;
  /** As many, of the references alone. */
  readonly bare: Rows;
}

/** @param crowd images that show what is usual */
export function nearestPrototypes(queries: Rows, { refined, bare }: Prototypes, crowd: Rows): Nearest[] {
  const usual = spreads(crowd, { refined, bare });
  return Array.from({ length: rowCount(queries) }, (_, i) => {
    const query = rowAt(queries, i);
    const { first, second } = twoNearest(query, refined);
    const { mean, deviation } = usual[first];
    return { first, second, outstanding: (dot(query, rowAt(bare, first)) - mean) / deviation };
  });
}

function twoNearest(query: Float32Array, prototypes: Rows): { readonly first: number; readonly second: number } {
  const own = Float64Array.from({ length: rowCount(prototypes) }, (_, k) => dot(query, rowAt(prototypes, k)));
  let [first, second] = own[0] >= own[1] ? [0, 1] : [1, 0];
  for (let k = 2; k < own.length; k++) {
    if (own[k] > own[first]) [first, second] = [k, first];
    else if (own[k] > own[second]) second = k;
  }
  return { first, second };
}

interface Spread {
  readonly mean: number;
  readonly deviation: number;
}
/** Of a few alike images the deviation would be next to nothing. */
const LEAST_DEVIATION = 0.05;

/**
 * For each class, the likeness of the crowd to its references. All classes count the same, however many images of the crowd are nearest to
 * them, and the references of the others count as one image more each: an inbox may hold one class only, or one image.
 */
function spreads(crowd: Rows, { refined, bare }: Prototypes): Spread[] {
  const count = rowCount(bare);
  const sizes = new Float64Array(count).fill(1);
  const nearest = Array.from({ length: rowCount(crowd) }, (_, i) => twoNearest(rowAt(crowd, i), refined).first);
  for (const label of nearest) sizes[label]++;
  return Array.from({ length: count }, (_, k) => {
    let [sum, squares, weights] = [0, 0, 0];
    const add = (cosine: number, weight: number): void => {
      sum += weight * cosine;
      squares += weight * cosine * cosine;
      weights += weight;
    };
    const own = rowAt(bare, k);
    nearest.forEach((label, i) => add(dot(rowAt(crowd, i), own), 1 / sizes[label]));
    for (let other = 0; other < count; other++) if (other !== k) add(dot(rowAt(bare, other), own), 1 / sizes[other]);
    const mean = sum / weights;
    return { mean, deviation: Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, squares / weights - mean * mean))) };
  });
}
