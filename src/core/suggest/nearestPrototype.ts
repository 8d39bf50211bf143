import { dot, rowAt, rowCount } from './prototypes';
import type { Rows } from './prototypes';

/** What a query's likeness to the prototypes is; lengths all 1, so likeness is the cosine. */
export interface Nearest {
  /** Numbers of the nearest class and the next. */
  readonly first: number;
  readonly second: number;
  /** −1…1 */
  readonly firstCosine: number;
  readonly secondCosine: number;
  /** How far the first stands out among its class's likeness to the whole crowd, in standard deviations. */
  readonly outstanding: number;
  /** The likeness to the middle of the first class's references alone, and how far that stands out. */
  readonly bareCosine: number;
  readonly bareOutstanding: number;
}

export interface Prototypes {
  /** Two or more, moved to where the unlabeled images are. */
  readonly refined: Rows;
  /** As many, of the references alone. */
  readonly bare: Rows;
}

/** @param crowd images of which most are of no one class: what is usual is told by them */
export function nearestPrototypes(queries: Rows, { refined, bare }: Prototypes, crowd: Rows): Nearest[] {
  const classes = rowCount(refined);
  const spreads = (of: Rows): Spread[] => Array.from({ length: classes }, (_, k) => spreadOf(crowd, rowAt(of, k)));
  const [usual, usualBare] = [spreads(refined), spreads(bare)];
  return Array.from({ length: rowCount(queries) }, (_, i) => {
    const query = rowAt(queries, i);
    const own = Float64Array.from({ length: classes }, (_, k) => dot(query, rowAt(refined, k)));
    let [first, second] = own[0] >= own[1] ? [0, 1] : [1, 0];
    for (let k = 2; k < classes; k++) {
      if (own[k] > own[first]) [first, second] = [k, first];
      else if (own[k] > own[second]) second = k;
    }
    const bareCosine = dot(query, rowAt(bare, first));
    return {
      first,
      second,
      firstCosine: own[first],
      secondCosine: own[second],
      outstanding: standing(own[first], usual[first]),
      bareCosine,
      bareOutstanding: standing(bareCosine, usualBare[first]),
    };
  });
}

interface Spread {
  readonly mean: number;
  readonly deviation: number;
}
const standing = (value: number, { mean, deviation }: Spread): number => (value - mean) / deviation;

/** Of a few alike images the deviation would be next to nothing. */
const LEAST_DEVIATION = 0.05;

function spreadOf(crowd: Rows, prototype: Float32Array): Spread {
  const count = rowCount(crowd);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const cosine = dot(rowAt(crowd, i), prototype);
    sum += cosine;
    squares += cosine * cosine;
  }
  const mean = count > 0 ? sum / count : 0;
  const variance = count > 0 ? squares / count - mean * mean : 0;
  return { mean, deviation: Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, variance))) };
}
