import { firstLogOdds } from './firstLogOdds';
import type { Evidence } from './evidence';

/** Numbers that describe an aligned pair as a whole. */
export const PAIR_FEATURES = 33;

const gain = (correlation: number): number => -Math.log(1.02 - Math.max(-0.2, Math.min(1, correlation)));

/** The evidence of a pair, but for its blocks, as numbers of about unit size. */
export function pairFeatures(e: Evidence, target: Float32Array): void {
  const edges1 = gain(e.edges1);
  const block50 = gain(e.block50);
  const colour = Math.min(1, e.saturation / 20);
  const fineness = Math.min(1.2, e.fineness);
  const texture = Math.max(0, e.texture);
  let at = 0;
  const put = (value: number): void => void (target[at++] = value);
  put(firstLogOdds(e) / 10);
  put(gain(e.grey) / 2);
  put(edges1 / 2);
  put(gain(e.edges2) / 2);
  put(gain(e.edges4) / 2);
  put(gain(e.block20) / 2);
  put(gain(e.block30) / 2);
  put(block50 / 2);
  put(e.structured);
  put((gain(e.chroma) * colour) / 2);
  put(colour);
  put(e.overlap);
  put(4 * Math.min(0.5, e.anisotropy));
  put(7 * Math.min(0.15, e.anisotropy));
  put(2 * Math.min(1, e.zoom));
  put(4 * Math.min(0.3, e.turn));
  put(3 * e.spread);
  put(Math.log(e.contrast + 1) / 4);
  put(fineness);
  put((fineness * edges1) / 2);
  put((fineness * block50) / 2);
  put((e.structured * block50) / 2);
  put(e.spread * edges1);
  put(gain(e.texture) / 2);
  put(texture);
  put(3 * Math.min(0.3, texture));
  put(Math.log(e.residual + 1) / 3);
  put(e.detail / 48);
  put(e.recoloured);
  put(e.starter === undefined ? 0 : 1);
  put(e.starter === undefined ? 0 : Math.max(0, e.starter));
  put(e.starter === undefined ? 0 : gain(e.starter) / 2);
  put(e.starter === undefined ? 0 : Math.max(0, e.starter - 0.6) * 2);
}
