import type { Evidence } from './evidence';

/** Correlations near 1 count: 0.9 → 0.95 means as much as 0.8 → 0.9. The 0.02 is where noise ends it. */
const gain = (correlation: number): number => -Math.log(1.02 - Math.max(-0.2, Math.min(1, correlation)));

/** What bending one picture onto the other costs: {@link firstLogOdds} takes it off, and it is known before the rest. */
export function distortionLoss({ anisotropy, turn }: Pick<Evidence, 'anisotropy' | 'turn'>): number {
  const bent = Math.min(0.5, anisotropy);
  return 2.226 * bent + 22.917 * Math.min(0.15, bent) + 19.518 * Math.min(0.3, turn);
}

/**
 * Log-odds (up to a constant) that two aligned pictures are one, altered: a logistic regression on the evidence. The weights
 * were fitted once (bench/near/fit.mjs) on altered stamps, generated plain pictures, OpenCV's digits and the first 10,000
 * Fashion-MNIST garments. Strangers weigh twenty times as much as copies there: a pair at random is a copy one time in millions.
 */
export function firstLogOdds(e: Evidence): number {
  const edges1 = gain(e.edges1);
  const edges2 = gain(e.edges2);
  const edges4 = gain(e.edges4);
  const block50 = gain(e.block50);
  const colour = Math.min(1, e.saturation / 20);
  const fineness = Math.min(1.2, e.fineness);
  const texture = Math.max(0, e.texture);
  return (
    -38.581 +
    -0.857 * gain(e.grey) +
    0.217 * edges1 +
    0.946 * edges2 +
    3.871 * edges4 +
    0.842 * gain(e.block20) +
    1.065 * gain(e.block30) +
    -0.821 * block50 +
    5.465 * e.structured +
    2.071 * gain(e.chroma) * colour +
    -0.62 * colour +
    12.828 * e.overlap +
    -distortionLoss(e) +
    5.687 * Math.min(1, e.zoom) +
    -9.714 * e.spread +
    -0.451 * Math.log(e.contrast + 1) +
    7.691 * fineness +
    -1.513 * fineness * edges1 +
    0.609 * fineness * block50 +
    0.854 * e.structured * block50 +
    2.951 * e.spread * edges1 +
    0.923 * gain(e.texture) +
    3.471 * texture +
    -3.902 * Math.min(0.3, texture)
  );
}
