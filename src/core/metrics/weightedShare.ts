import { wilson } from './interval';
import type { Interval } from './interval';

/**
 * The share of all that were drawn from for which something holds: each draw stands for as many as it was unlikely (Horvitz & Thompson
 * 1952); the interval is Wilson's at the effective number of draws (Kish 1965).
 */
export function weightedShare<T extends { readonly probability: number }>(
  draws: readonly T[],
  holds: (draw: T) => boolean,
): Interval {
  let sum = 0;
  let squares = 0;
  let holding = 0;
  for (const draw of draws) {
    const weight = 1 / draw.probability;
    sum += weight;
    squares += weight * weight;
    if (holds(draw)) holding += weight;
  }
  return wilson(sum > 0 ? holding / sum : NaN, squares > 0 ? (sum * sum) / squares : 0);
}
