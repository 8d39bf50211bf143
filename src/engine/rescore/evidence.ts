import { CHROMA_SIDE, GREY_SIDE } from '../descriptor/layout';
import { ColourMatcher } from './colourMatch';
import { findOverlap, rowsOf, warp } from './planes';
import type { Affine, Rows } from './planes';
import type { Prepared } from './prepared';

const BLOCK = 8;
const BLOCKS = GREY_SIDE / BLOCK;
const HALF_SIDE = GREY_SIDE / 2;
const QUARTER_SIDE = GREY_SIDE / 4;
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
  readonly #rows = rowsOf(GREY_SIDE);
  readonly #half = [new Float32Array(HALF_SIDE ** 2), new Float32Array(HALF_SIDE ** 2)];
  readonly #halfRows = rowsOf(HALF_SIDE);
  readonly #quarter = [new Float32Array(QUARTER_SIDE ** 2), new Float32Array(QUARTER_SIDE ** 2)];
  readonly #quarterRows = rowsOf(QUARTER_SIDE);
  readonly #chroma = [new Float32Array(CHROMA_SIDE ** 2), new Float32Array(CHROMA_SIDE ** 2)];
  readonly #chromaRows = rowsOf(CHROMA_SIDE);
  readonly #correlations = new Float64Array(BLOCKS * BLOCKS);
  readonly #detail = [new Float32Array(HALF_SIDE ** 2), new Float32Array(HALF_SIDE ** 2)];

  collect(image: Prepared, template: Prepared, map: Affine): Evidence {
    const rows = this.#rows;
    const count = findOverlap(map, GREY_SIDE, 0, rows);
    warp(image.paddedGrey, GREY_SIDE, map, this.#plain, GREY_SIDE, rows);
    const { warped, target, recoloured } = this.#colours.match(image, template, map, this.#plain, rows);
    let sumW = 0;
    let sumT = 0;
    let sumWW = 0;
    let sumTT = 0;
    let sumWT = 0;
    for (let y = 0; y < GREY_SIDE; y++) {
      const end = y * GREY_SIDE + rows.to[y];
      for (let i = y * GREY_SIDE + rows.from[y]; i < end; i++) {
        const w = warped[i];
        const t = target[i];
        sumW += w;
        sumT += t;
        sumWW += w * w;
        sumTT += t * t;
        sumWT += w * t;
      }
    }
    const n = Math.max(1, count);
    const varianceW = Math.max(0, sumWW / n - (sumW / n) ** 2);
    const varianceT = Math.max(0, sumTT / n - (sumT / n) ** 2);
    const covariance = sumWT / n - (sumW / n) * (sumT / n);
    const grey = covariance / (Math.sqrt(varianceW * varianceT) + NOISE_VARIANCE);

    const [half, quarter] = [this.#half, this.#quarter];
    halveRows(rows, this.#halfRows);
    halve(warped, GREY_SIDE, this.#halfRows, half[0]);
    halve(target, GREY_SIDE, this.#halfRows, half[1]);
    halveRows(this.#halfRows, this.#quarterRows);
    halve(half[0], HALF_SIDE, this.#quarterRows, quarter[0]);
    halve(half[1], HALF_SIDE, this.#quarterRows, quarter[1]);
    const edges1 = gradientCorrelation(warped, target, rows, GREY_SIDE);
    const edges2 = gradientCorrelation(half[0], half[1], this.#halfRows, HALF_SIDE);
    const edges4 = gradientCorrelation(quarter[0], quarter[1], this.#quarterRows, QUARTER_SIDE);
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
    const { from, to } = this.#rows;
    let found = 0;
    for (let by = 0; by < BLOCKS; by++) {
      for (let bx = 0; bx < BLOCKS; bx++) {
        let n = 0;
        let sumW = 0;
        let sumT = 0;
        let sumWW = 0;
        let sumTT = 0;
        let sumWT = 0;
        for (let y = by * BLOCK; y < (by + 1) * BLOCK; y++) {
          const start = Math.max(bx * BLOCK, from[y]);
          const end = Math.min((bx + 1) * BLOCK, to[y]);
          if (end <= start) continue;
          n += end - start;
          for (let at = y * GREY_SIDE + start; at < y * GREY_SIDE + end; at++) {
            const w = warped[at];
            const t = target[at];
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
    const side = HALF_SIDE;
    const { from, to } = this.#halfRows;
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
        // Smoothing has looked one pixel around.
        for (let y = Math.max(1, by * cell); y < Math.min(side - 1, (by + 1) * cell); y++) {
          const start = Math.max(bx * cell, innerStart(from, y));
          const end = Math.min((bx + 1) * cell, innerEnd(to, y));
          if (end <= start) continue;
          n += end - start;
          for (let i = y * side + start; i < y * side + end; i++) {
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
    const rows = this.#chromaRows;
    const count = 2 * findOverlap(map, CHROMA_SIDE, 0, rows);
    let product = 0;
    let squareW = 0;
    let squareT = 0;
    for (let c = 0; c < 2; c++) {
      const plane = this.#chroma[c];
      const own = template.colours.planes[c];
      warp(image.colours.padded[c], CHROMA_SIDE, map, plane, CHROMA_SIDE, rows);
      for (let y = 0; y < CHROMA_SIDE; y++) {
        const end = y * CHROMA_SIDE + rows.to[y];
        for (let i = y * CHROMA_SIDE + rows.from[y]; i < end; i++) {
          const w = plane[i];
          const t = own[i];
          product += w * t;
          squareW += w * w;
          squareT += t * t;
        }
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

/** First column and the end of those columns of an inner row of which all four neighbours count, too. */
const innerStart = (from: Int32Array, y: number): number => Math.max(from[y] + 1, from[y - 1], from[y + 1]);
const innerEnd = (to: Int32Array, y: number): number => Math.min(to[y] - 1, to[y - 1], to[y + 1]);

/** Which pixels of the plane of half the size have all four of theirs among `rows`. */
function halveRows(rows: Rows, target: Rows): void {
  for (let y = 0; y < target.from.length; y++) {
    const start = Math.ceil(Math.max(rows.from[2 * y], rows.from[2 * y + 1]) / 2);
    target.from[y] = start;
    target.to[y] = Math.max(start, Math.floor(Math.min(rows.to[2 * y], rows.to[2 * y + 1]) / 2));
  }
}

/** Means of 2×2 pixels, where they are among `rows`; 0 elsewhere. */
function halve(plane: Float32Array, side: number, rows: Rows, target: Float32Array): void {
  const count = side / 2;
  for (let y = 0; y < count; y++) {
    const start = y * count + rows.from[y];
    const end = y * count + rows.to[y];
    target.fill(0, y * count, start);
    target.fill(0, end, (y + 1) * count);
    let at = 2 * y * side + 2 * rows.from[y];
    for (let i = start; i < end; i++, at += 2) {
      target[i] = (plane[at] + plane[at + 1] + plane[at + side] + plane[at + side + 1]) / 4;
    }
  }
}

/** Correlation of the gradient fields, their mean energies, and the effective share of the pixels that hold the second's. */
function gradientCorrelation(
  first: Float32Array,
  second: Float32Array,
  { from, to }: Rows,
  side: number,
): { correlation: number; spread: number; energyF: number; energyS: number } {
  let product = 0;
  let squareF = 0;
  let squareS = 0;
  let fourth = 0;
  let count = 0;
  for (let y = 1; y < side - 1; y++) {
    const start = y * side + innerStart(from, y);
    const end = y * side + innerEnd(to, y);
    if (end > start) count += end - start;
    for (let i = start; i < end; i++) {
      const fx = first[i + 1] - first[i - 1];
      const fy = first[i + side] - first[i - side];
      const sx = second[i + 1] - second[i - 1];
      const sy = second[i + side] - second[i - side];
      const energy = sx * sx + sy * sy;
      product += fx * sx + fy * sy;
      squareF += fx * fx + fy * fy;
      squareS += energy;
      fourth += energy * energy;
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
export function describeMap(
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
