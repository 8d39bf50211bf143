import type { Evidence } from './evidence';
import { firstLogOdds } from './firstLogOdds';

/** Pairs further apart than this are not listed. */
export const RADIUS = 0.5;

/** Log-odds ↔ distance: at −6 the distance is one half, three more take it to 0.27. */
export const DISTANCE_SCALE = { middle: -6, scale: 3 } as const;

/** Log-odds (up to a constant) that two aligned pictures are one, altered. */
export function logOdds(evidence: Evidence): number {
  return firstLogOdds(evidence);
}

/** The distance of an aligned pair: a logistic curve of its log-odds, in (0, 1), rounded to float32. */
export function distanceOf(evidence: Evidence): number {
  return Math.fround(1 / (1 + Math.exp((logOdds(evidence) - DISTANCE_SCALE.middle) / DISTANCE_SCALE.scale)));
}
