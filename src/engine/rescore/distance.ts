import type { Evidence } from './evidence';

/** The distance of pairs beyond which nothing is listed. */
export const RADIUS = 0.5;

/**
 * The distance of an aligned pair, 0 … 1, from its evidence. Provisional weights.
 */
export function distanceOf(e: Evidence): number {
  const agreement = 0.25 * e.grey + 0.35 * e.edges1 + 0.2 * e.edges2 + 0.2 * e.block50 - 0.3 * e.anisotropy;
  return Math.fround(Math.min(1, Math.max(0, 1 - agreement)));
}
