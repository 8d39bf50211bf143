import { CHROMA_SIDE, GREY_SIDE } from '../descriptor/layout';
import { ColourMatcher } from './colourMatch';
import { warpPlane } from './planes';
import type { Affine } from './planes';
import type { Prepared } from './prepared';

const BLOCK = 8;
const BLOCKS = GREY_SIDE / BLOCK;
/** Grey levels of noise that a picture brings along (recompression): added to variances, so that noise never correlates. */
const NOISE_VARIANCE = 6;
/** … and what is left of it in fine detail. */
const DETAIL_NOISE = 2;

/** What two aligned pictures have in common. Correlations are −1 … 1. */
export interface Evidence {
  /** Of grey over the overlap. */
  grey: number;
  /** Of the gradients at three scales: 1, 2 and 4 pixels of 48. */
  edges1: number;
  edges2: number;
  edges4: number;
  /** Of grey in 8×8 blocks with structure: the second decile, the third, the median. */
  block20: number;
  block30: number;
  block50: number;
  /** Share of the blocks that have structure in either picture. */
  structured: number;
  /** Of the two colour planes; near 1 where either picture has no colours. */
  chroma: number;
  /** Mean saturation of the paler picture, in units of 2 grey levels. */
  saturation: number;
  /** Share of the template that the other covers. */
  overlap: number;
  /** log of the ratio of the singular values of the alignment, in true proportions: 0 for turn, shift and scale. */
  anisotropy: number;
  /** |log| of the change of area. */
  zoom: number;
  /** |angle| in radians. */
  turn: number;
  /** Effective share of the template's pixels that carry its edges: (Σe)² / (n Σe²). */
  spread: number;
  /** Standard deviation of the less contrasted of the two, grey levels. */
  contrast: number;
  /** Standard deviation of what is left of the template after the regression on the other, grey levels. */
  residual: number;
  /** Side of the smaller picture in pixels of its file, at most 48. */
  detail: number;
  /** Energy of the gradients at 1 pixel of 48 over that at 2, of the blurrier picture: 0.25 for smooth ones, 1 for detailed ones. */
  fineness: number;
  /** Mean over all 8×8 blocks of the correlation of fine detail; flat blocks count 0: how much of the area is confirmed. */
  texture: number;
  /** Share of what grey left unexplained that the colours explain: a changed hue, a copy in grey. */
  recoloured: number;
}

export const evidenceNames = [
  'grey',
  'edges1',
  'edges2',
  'edges4',
  'block20',
  'block30',
  'block50',
  'structured',
  'chroma',
  'saturation',
  'overlap',
  'anisotropy',
  'zoom',
  'turn',
  'spread',
  'contrast',
  'residual',
  'detail',
  'fineness',
  'texture',
  'recoloured',
] as const satisfies readonly (keyof Evidence)[];

/** Compares two pictures under a given alignment; holds scratch memory for one thread. */
export class EvidenceCollector {
  readonly #colours = new ColourMatcher();
  readonly #plain = new Float32Array(GREY_SIDE * GREY_SIDE);
  readonly #inside = new Uint8Array(GREY_SIDE * GREY_SIDE);
  readonly #half = [new Float32Array(24 * 24), new Float32Array(24 * 24)];
  readonly #halfInside = new Uint8Array(24 * 24);
  readonly #quarter = [new Float32Array(12 * 12), new Float32Array(12 * 12)];
  readonly #quarterInside = new Uint8Array(12 * 12);
  readonly #chroma = [new Float32Array(CHROMA_SIDE ** 2), new Float32Array(CHROMA_SIDE ** 2)];
  readonly #chromaInside = new Uint8Array(CHROMA_SIDE ** 2);
  readonly #correlations = new Float64Array(BLOCKS * BLOCKS);
  readonly #detail = [new Float32Array(24 * 24), new Float32Array(24 * 24)];

  collect(image: Prepared, template: Prepared, map: Affine): Evidence {
    const inside = this.#inside;
    const count = warpPlane(image.grey, GREY_SIDE, map, this.#plain, inside);
    const { warped, target, recoloured } = this.#colours.match(image, template, map, this.#plain, template.grey, inside);
    let sumW = 0;
    let sumT = 0;
    let sumWW = 0;
    let sumTT = 0;
    let sumWT = 0;
    for (let i = 0; i < target.length; i++) {
      if (inside[i] === 0) continue;
      const w = warped[i];
      const t = target[i];
      sumW += w;
      sumT += t;
      sumWW += w * w;
      sumTT += t * t;
      sumWT += w * t;
    }
    const n = Math.max(1, count);
    const varianceW = Math.max(0, sumWW / n - (sumW / n) ** 2);
    const varianceT = Math.max(0, sumTT / n - (sumT / n) ** 2);
    const covariance = sumWT / n - (sumW / n) * (sumT / n);
    const grey = covariance / (Math.sqrt(varianceW * varianceT) + NOISE_VARIANCE);

    halve(warped, target, inside, GREY_SIDE, this.#half[0], this.#half[1], this.#halfInside);
    halve(this.#half[0], this.#half[1], this.#halfInside, 24, this.#quarter[0], this.#quarter[1], this.#quarterInside);
    const edges1 = gradientCorrelation(warped, target, inside, GREY_SIDE);
    const edges2 = gradientCorrelation(this.#half[0], this.#half[1], this.#halfInside, 24);
    const edges4 = gradientCorrelation(this.#quarter[0], this.#quarter[1], this.#quarterInside, 12);
    const blocks = this.#blockCorrelations(warped, target);
    const quantile = (q: number): number => (blocks.length ? blocks[Math.floor(q * (blocks.length - 1))] : grey);
    const colour = this.#compareColours(image, template, map);
    const shape = describeMap(map, image.logAspect, template.logAspect);
    return {
      grey,
      edges1: edges1.correlation,
      edges2: edges2.correlation,
      edges4: edges4.correlation,
      block20: quantile(0.2),
      block30: quantile(0.3),
      block50: quantile(0.5),
      structured: blocks.length / (BLOCKS * BLOCKS),
      ...colour,
      overlap: count / target.length,
      ...shape,
      spread: edges2.spread,
      texture: this.#textureCorrelation(),
      contrast: Math.sqrt(Math.min(varianceW, varianceT)),
      residual: Math.sqrt(Math.max(0, varianceT - covariance ** 2 / Math.max(varianceW, 1e-6))),
      detail: Math.min(image.detail, template.detail),
      recoloured,
      fineness: Math.min(edges1.energyF / (edges2.energyF + NOISE_VARIANCE), edges1.energyS / (edges2.energyS + NOISE_VARIANCE)),
    };
  }

  /** Correlations of the 8×8 blocks in which either picture has structure, ascending. */
  #blockCorrelations(warped: Float32Array, target: Float32Array): Float64Array {
    let found = 0;
    for (let by = 0; by < BLOCKS; by++) {
      for (let bx = 0; bx < BLOCKS; bx++) {
        let n = 0;
        let sumW = 0;
        let sumT = 0;
        let sumWW = 0;
        let sumTT = 0;
        let sumWT = 0;
        for (let y = 0; y < BLOCK; y++) {
          let at = (by * BLOCK + y) * GREY_SIDE + bx * BLOCK;
          for (let x = 0; x < BLOCK; x++, at++) {
            if (this.#inside[at] === 0) continue;
            const w = warped[at];
            const t = target[at];
            n++;
            sumW += w;
            sumT += t;
            sumWW += w * w;
            sumTT += t * t;
            sumWT += w * t;
          }
        }
        if (n < (BLOCK * BLOCK) / 2) continue;
        const varianceW = Math.max(0, sumWW / n - (sumW / n) ** 2);
        const varianceT = Math.max(0, sumTT / n - (sumT / n) ** 2);
        if (varianceW + varianceT < 6 * NOISE_VARIANCE) continue;
        const covariance = sumWT / n - (sumW / n) * (sumT / n);
        this.#correlations[found++] = covariance / (Math.sqrt(varianceW * varianceT) + NOISE_VARIANCE);
      }
    }
    return this.#correlations.subarray(0, found).sort();
  }

  /** Works on the half-size planes, of which detail is what 3×3 smoothing takes away. */
  #textureCorrelation(): number {
    const side = GREY_SIDE / 2;
    const inside = this.#halfInside;
    const [first, second] = this.#detail;
    removeSmooth(this.#half[0], side, first);
    removeSmooth(this.#half[1], side, second);
    const cell = BLOCK / 2;
    let sum = 0;
    let count = 0;
    for (let by = 0; by < BLOCKS; by++) {
      for (let bx = 0; bx < BLOCKS; bx++) {
        let n = 0;
        let product = 0;
        let squareF = 0;
        let squareS = 0;
        for (let y = by * cell; y < (by + 1) * cell; y++) {
          for (let x = bx * cell, i = y * side + x; x < (bx + 1) * cell; x++, i++) {
            // Smoothing has looked one pixel around.
            if (y === 0 || x === 0 || y === side - 1 || x === side - 1) continue;
            if ((inside[i] & inside[i - 1] & inside[i + 1] & inside[i - side] & inside[i + side]) === 0) continue;
            n++;
            product += first[i] * second[i];
            squareF += first[i] * first[i];
            squareS += second[i] * second[i];
          }
        }
        if (n < 4) continue;
        count++;
        sum += product / (Math.sqrt(squareF * squareS) + DETAIL_NOISE * n);
      }
    }
    return count ? sum / count : 0;
  }

  #compareColours(image: Prepared, template: Prepared, map: Affine): { chroma: number; saturation: number } {
    let product = 0;
    let squareW = 0;
    let squareT = 0;
    let count = 0;
    for (let c = 0; c < 2; c++) {
      const plane = this.#chroma[c];
      const own = template.chroma[c];
      warpPlane(image.chroma[c], CHROMA_SIDE, map, plane, this.#chromaInside);
      for (let i = 0; i < own.length; i++) {
        if (this.#chromaInside[i] === 0) continue;
        const w = plane[i] - 128;
        const t = own[i] - 128;
        count++;
        product += w * t;
        squareW += w * w;
        squareT += t * t;
      }
    }
    // The floor makes a pale picture neutral: a grey copy of a coloured one is no evidence against.
    const floor = 2 * count;
    return {
      chroma: (product + floor) / (Math.sqrt(squareW * squareT) + floor),
      saturation: Math.sqrt((2 * Math.min(squareW, squareT)) / Math.max(1, count)),
    };
  }
}

/** plane − 3×3 mean, inner pixels only. */
function removeSmooth(plane: Float32Array, side: number, target: Float32Array): void {
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1, i = y * side + 1; x < side - 1; x++, i++) {
      const above = plane[i - side - 1] + plane[i - side] + plane[i - side + 1];
      const row = plane[i - 1] + plane[i] + plane[i + 1];
      const below = plane[i + side - 1] + plane[i + side] + plane[i + side + 1];
      target[i] = plane[i] - (above + row + below) / 9;
    }
  }
}

function halve(
  first: Float32Array,
  second: Float32Array,
  inside: Uint8Array,
  side: number,
  firstHalf: Float32Array,
  secondHalf: Float32Array,
  insideHalf: Uint8Array,
): void {
  const count = side / 2;
  for (let y = 0, i = 0; y < count; y++) {
    for (let x = 0; x < count; x++, i++) {
      const at = 2 * y * side + 2 * x;
      insideHalf[i] = inside[at] & inside[at + 1] & inside[at + side] & inside[at + side + 1];
      firstHalf[i] = (first[at] + first[at + 1] + first[at + side] + first[at + side + 1]) / 4;
      secondHalf[i] = (second[at] + second[at + 1] + second[at + side] + second[at + side + 1]) / 4;
    }
  }
}

/** Correlation of the gradient fields, their mean energies, and the effective share of the pixels that hold the second's. */
function gradientCorrelation(
  first: Float32Array,
  second: Float32Array,
  inside: Uint8Array,
  side: number,
): { correlation: number; spread: number; energyF: number; energyS: number } {
  let product = 0;
  let squareF = 0;
  let squareS = 0;
  let fourth = 0;
  let count = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1, i = y * side + 1; x < side - 1; x++, i++) {
      if ((inside[i - 1] & inside[i + 1] & inside[i - side] & inside[i + side]) === 0) continue;
      const fx = first[i + 1] - first[i - 1];
      const fy = first[i + side] - first[i - side];
      const sx = second[i + 1] - second[i - 1];
      const sy = second[i + side] - second[i - side];
      const energy = sx * sx + sy * sy;
      product += fx * sx + fy * sy;
      squareF += fx * fx + fy * fy;
      squareS += energy;
      fourth += energy * energy;
      count++;
    }
  }
  const noise = 2 * NOISE_VARIANCE * count;
  return {
    correlation: product / (Math.sqrt(squareF * squareS) + noise),
    energyF: squareF / Math.max(1, count),
    energyS: squareS / Math.max(1, count),
    spread: (squareS * squareS) / (Math.max(1, count) * fourth + 1e-6),
  };
}

/** The alignment in true proportions: planes are squares whatever the picture's width and height. */
function describeMap(
  map: Affine,
  imageLogAspect: number,
  templateLogAspect: number,
): { anisotropy: number; zoom: number; turn: number } {
  const wide = Math.exp(imageLogAspect / 2);
  const wideT = Math.exp(templateLogAspect / 2);
  const a = (map[0] * wide) / wideT;
  const b = map[1] * wide * wideT;
  const c = map[3] / (wide * wideT);
  const d = (map[4] * wideT) / wide;
  // Singular values of [a b; c d]: (p ± q) / 2.
  const p = Math.hypot(a + d, c - b);
  const q = Math.hypot(a - d, c + b);
  return {
    anisotropy: Math.log((p + q) / Math.max(p - q, 1e-3)),
    zoom: Math.abs(Math.log(Math.max((p * p - q * q) / 4, 1e-3))),
    turn: Math.abs(Math.atan2(c - b, a + d)),
  };
}
