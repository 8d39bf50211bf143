import type { AlignLevel } from './alignLevel';
import { findOverlap, rowsOf, warp } from './planes';
import type { Affine, Rows } from './planes';

/** How far an alignment may go: beyond, two pictures are not versions of one another. */
export function isPlausible(map: Affine): boolean {
  const determinant = map[0] * map[4] - map[1] * map[3];
  return (
    determinant > 0.4 &&
    determinant < 2.5 &&
    Math.abs(map[1]) < 0.6 &&
    Math.abs(map[3]) < 0.6 &&
    Math.abs(map[2]) < 0.5 &&
    Math.abs(map[5]) < 0.5 &&
    map[0] > 0.6 * map[4] &&
    map[4] > 0.6 * map[0]
  );
}

/** Least share of the template that the other picture must cover. */
const LEAST_OVERLAP = 0.42;

export interface Alignment {
  /** Template coordinates → image coordinates. */
  map: Affine;
  /** Zero-mean normalised cross-correlation of the overlap, −1 … 1. */
  correlation: number;
}

/** A step that moves no corner further than this share of a pixel is the last one. */
const SETTLED_PIXELS = 0.02;

/** Aligns pictures; holds scratch memory for one thread. */
export class Aligner {
  readonly #warped = new Float32Array(48 * 48);
  readonly #rows = new Map<number, Rows>();

  /** The correlation of the overlap under `map`, −1 where they overlap too little. */
  correlation(image: AlignLevel, template: AlignLevel, map: Affine): number {
    return this.refine(image, template, map, 0).correlation;
  }

  /** The correlation of the gradient fields of the overlap under `map`: what is left when smooth shading is put aside. */
  edgeCorrelation(image: AlignLevel, template: AlignLevel, map: Affine): number {
    const { side } = template;
    const { gradientX, gradientY } = template.template;
    const warped = this.#warped;
    const rows = this.#rowsOf(side);
    const { from, to } = rows;
    findOverlap(map, side, template.border, rows);
    warp(image.padded, side, map, warped, side, rows);
    const unit = side / 4;
    let product = 0;
    let squareW = 0;
    let squareT = 0;
    for (let y = 1; y < side - 1; y++) {
      // All four neighbours overlap.
      const start = y * side + Math.max(from[y] + 1, from[y - 1], from[y + 1]);
      const end = y * side + Math.min(to[y] - 1, to[y - 1], to[y + 1]);
      for (let i = start; i < end; i++) {
        const wx = (warped[i + 1] - warped[i - 1]) * unit;
        const wy = (warped[i + side] - warped[i - side]) * unit;
        const tx = gradientX[i];
        const ty = gradientY[i];
        product += wx * tx + wy * ty;
        squareW += wx * wx + wy * wy;
        squareT += tx * tx + ty * ty;
      }
    }
    return product / Math.sqrt(Math.max(squareW * squareT, 1e-6));
  }

  /**
   * Inverse-compositional Gauss–Newton (Baker & Matthews 2004, "Lucas–Kanade 20 years on", §3.2) on gain- and offset-free
   * grey: at every step the warped picture is brought to the template's mean and regression slope over the overlap.
   * Residuals beyond 2.5 standard deviations count less (Huber), so that a text over the picture does not pull.
   * Returns the best of all steps.
   */
  refine(image: AlignLevel, template: AlignLevel, start: Affine, steps: number): Alignment {
    const { side, border, grey } = template;
    const warped = this.#warped;
    const rows = this.#rowsOf(side);
    const { from, to } = rows;
    const unit = 2 / side;
    let map = start;
    const best: Alignment = { map: start, correlation: -1 };
    for (let step = 0; step <= steps; step++) {
      if (!isPlausible(map)) break;
      const count = findOverlap(map, side, border, rows);
      if (count < side * side * LEAST_OVERLAP) break;
      warp(image.padded, side, map, warped, side, rows);
      let sumW = 0;
      let sumT = 0;
      let sumWW = 0;
      let sumTT = 0;
      let sumWT = 0;
      for (let y = 0; y < side; y++) {
        const end = y * side + to[y];
        for (let i = y * side + from[y]; i < end; i++) {
          const w = warped[i];
          const t = grey[i];
          sumW += w;
          sumT += t;
          sumWW += w * w;
          sumTT += t * t;
          sumWT += w * t;
        }
      }
      const meanW = sumW / count;
      const meanT = sumT / count;
      const varianceW = sumWW / count - meanW * meanW;
      const varianceT = sumTT / count - meanT * meanT;
      const covariance = sumWT / count - meanW * meanT;
      const correlation = covariance / Math.sqrt(Math.max(varianceW * varianceT, 1e-6));
      if (correlation > best.correlation) {
        best.correlation = correlation;
        best.map = map;
      }
      if (step === steps || correlation <= 0) break;

      const { gradientX, gradientY, inverseHessian: m } = template.template;
      const gain = varianceT / Math.max(covariance, 1e-6);
      const shift = meanT - meanW * gain;
      const limit = 2.5 * Math.sqrt(Math.max(varianceT * (1 / (correlation * correlation) - 1), 1e-6));
      let r0 = 0;
      let r1 = 0;
      let r2 = 0;
      let r3 = 0;
      let r4 = 0;
      let r5 = 0;
      for (let y = 0; y < side; y++) {
        const v = (y + 0.5) * unit - 1;
        const end = y * side + to[y];
        let u = (from[y] + 0.5) * unit - 1;
        let rowX = 0;
        let rowY = 0;
        for (let i = y * side + from[y]; i < end; i++, u += unit) {
          let e = warped[i] * gain + shift - grey[i];
          if (e > limit) e = limit;
          else if (e < -limit) e = -limit;
          const ex = e * gradientX[i];
          const ey = e * gradientY[i];
          rowX += ex;
          rowY += ey;
          r0 += ex * u;
          r3 += ey * u;
        }
        r1 += rowX * v;
        r2 += rowX;
        r4 += rowY * v;
        r5 += rowY;
      }
      const d0 = m[0] * r0 + m[1] * r1 + m[2] * r2 + m[3] * r3 + m[4] * r4 + m[5] * r5;
      const d1 = m[6] * r0 + m[7] * r1 + m[8] * r2 + m[9] * r3 + m[10] * r4 + m[11] * r5;
      const d2 = m[12] * r0 + m[13] * r1 + m[14] * r2 + m[15] * r3 + m[16] * r4 + m[17] * r5;
      const d3 = m[18] * r0 + m[19] * r1 + m[20] * r2 + m[21] * r3 + m[22] * r4 + m[23] * r5;
      const d4 = m[24] * r0 + m[25] * r1 + m[26] * r2 + m[27] * r3 + m[28] * r4 + m[29] * r5;
      const d5 = m[30] * r0 + m[31] * r1 + m[32] * r2 + m[33] * r3 + m[34] * r4 + m[35] * r5;
      const moved = Math.max(Math.abs(d0) + Math.abs(d1) + Math.abs(d2), Math.abs(d3) + Math.abs(d4) + Math.abs(d5));
      if (moved < SETTLED_PIXELS * unit) break;
      const next = composeInverse(map, d0, d1, d2, d3, d4, d5);
      if (!next) break;
      map = next;
    }
    return best;
  }

  #rowsOf(side: number): Rows {
    let rows = this.#rows.get(side);
    if (!rows) this.#rows.set(side, (rows = rowsOf(side)));
    return rows;
  }
}

/** map ∘ (I + d)⁻¹, the inverse-compositional update; undefined where I + d is close to singular. */
function composeInverse(map: Affine, d0: number, d1: number, d2: number, d3: number, d4: number, d5: number): Affine | undefined {
  const determinant = (1 + d0) * (1 + d4) - d1 * d3;
  if (!(determinant > 0.3 && determinant < 3)) return undefined;
  const a = (1 + d4) / determinant;
  const b = -d1 / determinant;
  const d = -d3 / determinant;
  const e = (1 + d0) / determinant;
  const c = -(a * d2 + b * d5);
  const f = -(d * d2 + e * d5);
  return [
    map[0] * a + map[1] * d,
    map[0] * b + map[1] * e,
    map[0] * c + map[1] * f + map[2],
    map[3] * a + map[4] * d,
    map[3] * b + map[4] * e,
    map[3] * c + map[4] * f + map[5],
  ];
}
