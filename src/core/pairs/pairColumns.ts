/**
 * The pair table: one row a pair, as columns (200,000 pairs as objects would stall a host). Sorted by distance, then `a`,
 * then `b`; `a < b`. All columns have the same length.
 */
export interface PairColumns {
  /** Image indices. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  /** In [0, 1], smaller = more similar. */
  readonly distance: Float32Array;
  /** How `b` had to be turned to match `a`: an index into {@link transformNames}. */
  readonly transform: Uint8Array;
}

export const transformNames = [
  'none',
  'mirror',
  'turn-90',
  'turn-180',
  'turn-270',
  'mirror-turn-90',
  'mirror-turn-180',
  'mirror-turn-270',
] as const;
export type TransformName = (typeof transformNames)[number];

export const emptyPairColumns = (): PairColumns => ({
  a: new Uint32Array(0),
  b: new Uint32Array(0),
  distance: new Float32Array(0),
  transform: new Uint8Array(0),
});
