import type { Candidates } from '../index/candidates';
import { distanceOf } from './distance';
import type { PairComparer } from './pairScorer';

/** The distances of pairs, in order; 1 where two pictures can't be brought together. */
export function scorePairs(comparer: PairComparer, { a, b, transform }: Candidates): Float32Array {
  const distances = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) {
    const evidence = comparer.compare(a[i], b[i], transform[i]);
    distances[i] = evidence ? distanceOf(evidence) : 1;
  }
  return distances;
}
