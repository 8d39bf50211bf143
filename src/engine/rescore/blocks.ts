import { GREY_SIDE } from '../descriptor/layout';

/** Side of a block in pixels of the grey plane, and blocks along one side. */
const BLOCK = 8;
const BLOCKS = GREY_SIDE / BLOCK;
export const BLOCK_COUNT = BLOCKS * BLOCKS;
/** Numbers that describe one block. */
export const BLOCK_FEATURES = 12;
const NOISE_VARIANCE = 6;
/** Grey levels at which a pixel may have been clipped. */
const WHITE = 248;
const BLACK = 7;
/** A block of which less is covered says nothing. */
const LEAST_PIXELS = (BLOCK * BLOCK) / 4;

const spread = (variance: number): number => Math.log(1 + variance / NOISE_VARIANCE) / 4;
const gain = (correlation: number): number => -Math.log(1.02 - Math.max(-0.2, Math.min(1, correlation)));

/** Grey of one picture = slope · grey of the other + offset. */
export interface GreyMap {
  readonly slope: number;
  readonly offset: number;
}

/**
 * How two aligned grey planes agree, block by block: what a text, a frame or clipping spoils, it spoils somewhere. Writes
 * {@link BLOCK_FEATURES} numbers for each of the {@link BLOCK_COUNT} blocks, all of about unit size:
 * covered share, correlation, its gain, spread of either picture, spread of what is left under `map`, offset that is left,
 * correlation of the gradients, of fine detail, spread of fine detail, clipped share, whether at the edge.
 * A block that is not covered is all zeros.
 */
export function describeBlocks(
  warped: Float32Array,
  target: Float32Array,
  inside: Uint8Array,
  map: GreyMap,
  features: Float32Array,
): void {
  features.fill(0);
  for (let by = 0; by < BLOCKS; by++) {
    for (let bx = 0; bx < BLOCKS; bx++) {
      const at = (by * BLOCKS + bx) * BLOCK_FEATURES;
      describeBlock(warped, target, inside, map, bx * BLOCK, by * BLOCK, features, at);
    }
  }
}

function describeBlock(
  warped: Float32Array,
  target: Float32Array,
  inside: Uint8Array,
  { slope, offset }: GreyMap,
  left: number,
  top: number,
  features: Float32Array,
  at: number,
): void {
  let n = 0;
  let clipped = 0;
  let sumW = 0;
  let sumT = 0;
  let sumWW = 0;
  let sumTT = 0;
  let sumWT = 0;
  let sumE = 0;
  let sumEE = 0;
  let edges = 0;
  let edgesW = 0;
  let edgesT = 0;
  let detail = 0;
  let detailW = 0;
  let detailT = 0;
  let inner = 0;
  for (let y = top; y < top + BLOCK; y++) {
    for (let x = left; x < left + BLOCK; x++) {
      const i = y * GREY_SIDE + x;
      if (inside[i] === 0) continue;
      const w = warped[i];
      const t = target[i];
      const e = t - slope * w - offset;
      n++;
      if (w > WHITE || t > WHITE || w < BLACK || t < BLACK) clipped++;
      sumW += w;
      sumT += t;
      sumWW += w * w;
      sumTT += t * t;
      sumWT += w * t;
      sumE += e;
      sumEE += e * e;
      if (x === 0 || y === 0 || x === GREY_SIDE - 1 || y === GREY_SIDE - 1) continue;
      if ((inside[i - 1] & inside[i + 1] & inside[i - GREY_SIDE] & inside[i + GREY_SIDE]) === 0) continue;
      inner++;
      const wx = warped[i + 1] - warped[i - 1];
      const wy = warped[i + GREY_SIDE] - warped[i - GREY_SIDE];
      const tx = target[i + 1] - target[i - 1];
      const ty = target[i + GREY_SIDE] - target[i - GREY_SIDE];
      edges += wx * tx + wy * ty;
      edgesW += wx * wx + wy * wy;
      edgesT += tx * tx + ty * ty;
      const dw = 4 * w - warped[i + 1] - warped[i - 1] - warped[i + GREY_SIDE] - warped[i - GREY_SIDE];
      const dt = 4 * t - target[i + 1] - target[i - 1] - target[i + GREY_SIDE] - target[i - GREY_SIDE];
      detail += dw * dt;
      detailW += dw * dw;
      detailT += dt * dt;
    }
  }
  if (n < LEAST_PIXELS) return;
  const varianceW = Math.max(0, sumWW / n - (sumW / n) ** 2);
  const varianceT = Math.max(0, sumTT / n - (sumT / n) ** 2);
  const correlation = (sumWT / n - (sumW / n) * (sumT / n)) / (Math.sqrt(varianceW * varianceT) + NOISE_VARIANCE);
  const isEdge = left === 0 || top === 0 || left === GREY_SIDE - BLOCK || top === GREY_SIDE - BLOCK;
  features[at] = n / (BLOCK * BLOCK);
  features[at + 1] = correlation;
  features[at + 2] = gain(correlation) / 2;
  features[at + 3] = spread(varianceW);
  features[at + 4] = spread(varianceT);
  features[at + 5] = spread(Math.max(0, sumEE / n - (sumE / n) ** 2));
  features[at + 6] = spread((sumE / n) ** 2);
  features[at + 7] = edges / (Math.sqrt(edgesW * edgesT) + 2 * NOISE_VARIANCE * inner + 1e-6);
  features[at + 8] = detail / (Math.sqrt(detailW * detailT) + 4 * NOISE_VARIANCE * inner + 1e-6);
  features[at + 9] = spread(Math.min(detailW, detailT) / Math.max(1, inner));
  features[at + 10] = clipped / n;
  features[at + 11] = isEdge ? 1 : 0;
}
