import type { Evidence } from './evidence';

/** Pairs further apart than this are not listed. */
export const RADIUS = 0.5;

/** Log-odds ↔ distance: at −6 the distance is one half, three more take it to 0.27. */
export const DISTANCE_SCALE = { middle: -6, scale: 3 } as const;

/** Correlations near 1 count: 0.9 → 0.95 means as much as 0.8 → 0.9. The 0.02 is where noise ends it. */
const gain = (correlation: number): number => -Math.log(1.02 - Math.max(-0.2, Math.min(1, correlation)));

/**
 * Log-odds (up to a constant) that two aligned pictures are one, altered: a logistic regression on the evidence. The weights
 * were fitted once (bench/near/fit.mjs) on altered stamps, generated plain pictures, OpenCV's digits and the
 * first 10,000 Fashion-MNIST garments, different pictures weighing twenty times as much as copies, since a pair at random is a copy one time in millions.
 */
export function logOdds(e: Evidence): number {
  const edges1 = gain(e.edges1);
  const edges2 = gain(e.edges2);
  const edges4 = gain(e.edges4);
  const block50 = gain(e.block50);
  const colour = Math.min(1, e.saturation / 20);
  const fineness = Math.min(1.2, e.fineness);
  const texture = Math.max(0, e.texture);
  const anisotropy = Math.min(0.5, e.anisotropy);
  return (
    -39.755 +
    -0.791 * gain(e.grey) +
    0.238 * edges1 +
    1.191 * edges2 +
    3.781 * edges4 +
    0.649 * gain(e.block20) +
    1.252 * gain(e.block30) +
    -0.906 * block50 +
    5.411 * e.structured +
    2.088 * gain(e.chroma) * colour +
    -0.712 * colour +
    13.265 * e.overlap +
    -2.076 * anisotropy +
    -22.476 * Math.min(0.15, anisotropy) +
    6.626 * Math.min(1, e.zoom) +
    -20.545 * Math.min(0.3, e.turn) +
    -9.45 * e.spread +
    -0.42 * Math.log(e.contrast + 1) +
    7.262 * fineness +
    -1.349 * fineness * edges1 +
    0.539 * fineness * block50 +
    0.757 * e.structured * block50 +
    2.837 * e.spread * edges1 +
    1.109 * gain(e.texture) +
    3.63 * texture +
    -3.597 * Math.min(0.3, texture)
  );
}

/** The distance of an aligned pair: a logistic curve of its log-odds, in (0, 1), rounded to float32. */
export function distanceOf(evidence: Evidence): number {
  return Math.fround(1 / (1 + Math.exp((logOdds(evidence) - DISTANCE_SCALE.middle) / DISTANCE_SCALE.scale)));
}
