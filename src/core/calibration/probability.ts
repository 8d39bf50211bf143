/** Distances and the probabilities of "similar" that belong to them, ascending by distance; the probabilities descend. */
export type ProbabilityCurve = readonly { readonly distance: number; readonly probability: number }[];

/** Probabilities nearer to 0 and 1 than this are not told: no sample is that large. */
const EDGE = 1e-6;
const clamp = (probability: number): number => Math.min(1 - EDGE, Math.max(EDGE, probability));

/** The probability at a distance: linear in between, constant beyond the ends. NaN without a curve. */
export function probabilityAt(curve: ProbabilityCurve, distance: number): number {
  if (curve.length === 0) return NaN;
  let high = curve.findIndex(point => point.distance >= distance);
  if (high === 0) return curve[0].probability;
  if (high < 0) return curve[curve.length - 1].probability;
  const low = high - 1;
  while (high < curve.length - 1 && curve[high].distance === curve[low].distance) high++;
  const span = curve[high].distance - curve[low].distance;
  const share = span > 0 ? (distance - curve[low].distance) / span : 0;
  return curve[low].probability + share * (curve[high].probability - curve[low].probability);
}

/**
 * A probability that was learned where a share `from` of the pairs was similar, for where a share `to` is: Bayes' rule with the same
 * likelihoods (Saerens, Latinne and Decaestecker, Neural Computation 14, 2002).
 */
export function shiftPrior(probability: number, from: number, to: number): number {
  const similar = (probability * to) / from;
  const different = ((1 - probability) * (1 - to)) / (1 - from);
  return similar + different > 0 ? similar / (similar + different) : to;
}

/** What a curve is fitted to: distances with their truths. `weight`: 1 each where absent. */
export interface Observations {
  readonly distance: ArrayLike<number>;
  readonly similar: ArrayLike<number>;
  readonly weight?: ArrayLike<number>;
}

/**
 * The descending step function nearest to the truths (least squares): pool adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman,
 * Ann. Math. Stat. 26, 1955; as calibration: Zadrozny and Elkan, KDD 2002). Each step is one point, at its mean distance, and a step's
 * share of n truths is told as (n·p + ½) / (n + 1) (Jeffreys), so that no step says "never" or "always" of a few.
 */
export function isotonicCurve({ distance, similar, weight }: Observations): ProbabilityCurve {
  const order = Uint32Array.from({ length: distance.length }, (_, k) => k).sort((x, y) => distance[x] - distance[y]);
  const steps: { weight: number; similar: number; distance: number; count: number }[] = [];
  for (let i = 0; i < order.length;) {
    // Equal distances can only have one probability.
    const step = { weight: 0, similar: 0, distance: 0, count: 0 };
    const at = distance[order[i]];
    for (; i < order.length && distance[order[i]] === at; i++) {
      const own = weight ? weight[order[i]] : 1;
      step.weight += own;
      step.similar += own * similar[order[i]];
      step.distance += own * at;
      step.count++;
    }
    if (step.weight === 0) continue;
    let last = steps.at(-1);
    while (last && last.similar / last.weight <= step.similar / step.weight) {
      step.weight += last.weight;
      step.similar += last.similar;
      step.distance += last.distance;
      step.count += last.count;
      steps.pop();
      last = steps.at(-1);
    }
    steps.push(step);
  }
  return steps.map(step => ({
    distance: step.distance / step.weight,
    probability: clamp(((step.similar / step.weight) * step.count + 0.5) / (step.count + 1)),
  }));
}

/** p = 1 / (1 + exp(slope · distance + offset)). */
export interface Logistic {
  readonly slope: number;
  readonly offset: number;
}

/**
 * Platt scaling (Platt 1999), by Newton's method with the guards of Lin, Lin and Weng, "A note on Platt's probabilistic outputs",
 * Machine Learning 68 (2007), and its targets (n₊ + 1) / (n₊ + 2) and 1 / (n₋ + 2) in place of 1 and 0.
 */
export function logisticFit({ distance, similar, weight }: Observations): Logistic {
  const count = distance.length;
  let [positives, negatives] = [0, 0];
  for (let k = 0; k < count; k++) {
    if (similar[k] === 1) positives++;
    else negatives++;
  }
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)];
  let [slope, offset] = [0, Math.log((negatives + 1) / (positives + 1))];
  const lossOf = (a: number, b: number): number => {
    let loss = 0;
    for (let k = 0; k < count; k++) {
      const [f, t] = [a * distance[k] + b, similar[k] === 1 ? high : low];
      loss += (weight ? weight[k] : 1) * (f >= 0 ? t * f + Math.log1p(Math.exp(-f)) : (t - 1) * f + Math.log1p(Math.exp(f)));
    }
    return loss;
  };
  let loss = lossOf(slope, offset);
  for (let step = 0; step < 100; step++) {
    let [h11, h22, h21, g1, g2] = [1e-12, 1e-12, 0, 0, 0];
    for (let k = 0; k < count; k++) {
      const p = 1 / (1 + Math.exp(slope * distance[k] + offset));
      const w = weight ? weight[k] : 1;
      const d = w * ((similar[k] === 1 ? high : low) - p);
      h11 += w * p * (1 - p) * distance[k] ** 2;
      h22 += w * p * (1 - p);
      h21 += w * p * (1 - p) * distance[k];
      g1 += d * distance[k];
      g2 += d;
    }
    if (Math.abs(g1) < 1e-7 && Math.abs(g2) < 1e-7) break;
    const determinant = h11 * h22 - h21 * h21;
    const [da, db] = [-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant];
    let size = 1;
    let next = lossOf(slope + size * da, offset + size * db);
    while (size > 1e-10 && !(next < loss + 1e-4 * size * (g1 * da + g2 * db))) {
      size /= 2;
      next = lossOf(slope + size * da, offset + size * db);
    }
    if (size <= 1e-10) break;
    slope += size * da;
    offset += size * db;
    loss = next;
  }
  return { slope, offset };
}

/** A logistic as a curve, from one distance to another. */
export function logisticCurve({ slope, offset }: Logistic, from: number, to: number, points = 33): ProbabilityCurve {
  return Array.from({ length: points }, (_, i) => {
    const distance = from + ((to - from) * i) / (points - 1);
    return { distance, probability: clamp(1 / (1 + Math.exp(slope * distance + offset))) };
  });
}
