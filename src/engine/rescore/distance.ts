import type { Evidence } from './evidence';

/** Pairs further apart than this are not listed. */
export const RADIUS = 0.5;

/** Log-odds ↔ distance: at −6 the distance is one half, three more take it to 0.27. */
export const DISTANCE_SCALE = { middle: -6, scale: 3 } as const;

/** Correlations near 1 count: 0.9 → 0.95 means as much as 0.8 → 0.9. The 0.02 is where noise ends it. */
const gain = (correlation: number): number => -Math.log(1.02 - Math.max(-0.2, Math.min(1, correlation)));

/**
 * Log-odds (up to a constant) that two aligned pictures are one, altered: a logistic regression on the evidence. The weights
 * were fitted once (bench/near/fit.mjs) on altered stamps, OpenCV's digits and the first 10,000 Fashion-MNIST garments,
 * different pictures weighing twenty times as much as copies, since a pair at random is a copy one time in millions.
 */
export function logOdds(e: Evidence): number {
  const edges1 = gain(e.edges1);
  const edges2 = gain(e.edges2);
  const edges4 = gain(e.edges4);
  const block50 = gain(e.block50);
  const colour = Math.min(1, e.saturation / 20);
  const fineness = Math.min(1.2, e.fineness);
  const anisotropy = Math.min(0.5, e.anisotropy);
  return (
    -21.594 +
    1.225 * gain(e.grey) +
    -0.166 * edges1 +
    1.574 * edges2 +
    3.486 * edges4 +
    1.03 * gain(e.block20) +
    1.493 * gain(e.block30) +
    -0.278 * block50 +
    6.119 * e.structured +
    2.017 * gain(e.chroma) * colour +
    6.005 * colour +
    8.572 * e.overlap +
    -3.913 * anisotropy +
    -27.219 * Math.min(0.15, anisotropy) +
    7.798 * Math.min(1, e.zoom) +
    -18.659 * Math.min(0.3, e.turn) +
    1.981 * e.spread +
    -5.404 * Math.log(e.contrast + 1) +
    5.512 * fineness +
    -0.766 * fineness * edges1 +
    1.296 * fineness * block50 +
    0.415 * e.structured * block50 +
    0.037 * e.structured * edges1 +
    0.736 * e.spread * edges1
  );
}

/** The distance of an aligned pair: a logistic curve of its log-odds, in (0, 1), rounded to float32. */
export function distanceOf(evidence: Evidence): number {
  return Math.fround(1 / (1 + Math.exp((logOdds(evidence) - DISTANCE_SCALE.middle) / DISTANCE_SCALE.scale)));
}
