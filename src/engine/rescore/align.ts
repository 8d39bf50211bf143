import { affine, warpPlane } from './planes';
import type { Affine } from './planes';

/** One resolution of a picture, ready to be the template of an alignment. */
export interface AlignLevel {
  readonly side: number;
  /** Pixels along the edges that don't count: smoothing has mixed them with what was beside the picture (a rotated one's corners). */
  readonly border: number;
  readonly grey: Float32Array;
  /** Derivatives by the normalised coordinates. */
  readonly gradientX: Float32Array;
  readonly gradientY: Float32Array;
  /** Inverse of the 6×6 Gauss–Newton matrix, row by row. */
  readonly inverseHessian: Float64Array;
}

export function alignLevel(grey: Float32Array, side: number, border: number): AlignLevel {
  const gradientX = new Float32Array(grey.length);
  const gradientY = new Float32Array(grey.length);
  const hessian = new Float64Array(36);
  const half = side / 2;
  const descent = new Float64Array(6);
  for (let y = 0; y < side; y++) {
    const above = y > 0 ? y - 1 : y;
    const below = y < side - 1 ? y + 1 : y;
    const v = (y + 0.5) / half - 1;
    for (let x = 0; x < side; x++) {
      const left = x > 0 ? x - 1 : x;
      const right = x < side - 1 ? x + 1 : x;
      const at = y * side + x;
      const gx = ((grey[y * side + right] - grey[y * side + left]) / (right - left)) * half;
      const gy = ((grey[below * side + x] - grey[above * side + x]) / (below - above)) * half;
      gradientX[at] = gx;
      gradientY[at] = gy;
      const u = (x + 0.5) / half - 1;
      descent[0] = gx * u;
      descent[1] = gx * v;
      descent[2] = gx;
      descent[3] = gy * u;
      descent[4] = gy * v;
      descent[5] = gy;
      for (let i = 0; i < 6; i++) for (let j = 0; j <= i; j++) hessian[i * 6 + j] += descent[i] * descent[j];
    }
  }
  let trace = 0;
  for (let i = 0; i < 6; i++) {
    trace += hessian[i * 7];
    for (let j = 0; j < i; j++) hessian[j * 6 + i] = hessian[i * 6 + j];
  }
  // A little damping: stripes leave a direction free, which must not run away.
  for (let i = 0; i < 6; i++) hessian[i * 7] += trace * 1e-3 + 1e-6;
  return { side, border, grey, gradientX, gradientY, inverseHessian: invert6(hessian) };
}

/** Inverse of a symmetric positive definite 6×6 matrix (Gauss–Jordan; the damping keeps the pivots away from zero). */
function invert6(matrix: Float64Array): Float64Array {
  const a = Float64Array.from(matrix);
  const inverse = new Float64Array(36);
  for (let i = 0; i < 6; i++) inverse[i * 7] = 1;
  for (let c = 0; c < 6; c++) {
    const scale = 1 / a[c * 7];
    for (let k = 0; k < 6; k++) {
      a[c * 6 + k] *= scale;
      inverse[c * 6 + k] *= scale;
    }
    for (let r = 0; r < 6; r++) {
      const factor = a[r * 6 + c];
      if (r === c || factor === 0) continue;
      for (let k = 0; k < 6; k++) {
        a[r * 6 + k] -= factor * a[c * 6 + k];
        inverse[r * 6 + k] -= factor * inverse[c * 6 + k];
      }
    }
  }
  return inverse;
}

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

/** Aligns pictures; holds scratch memory for one thread. */
export class Aligner {
  readonly #warped = new Float32Array(48 * 48);
  readonly #inside = new Uint8Array(48 * 48);

  /** The correlation of the overlap under `map`, −1 where they overlap too little. */
  correlation(image: AlignLevel, template: AlignLevel, map: Affine): number {
    return this.refine(image, template, map, 0).correlation;
  }

  /** The correlation of the gradient fields of the overlap under `map`: what is left when smooth shading is put aside. */
  edgeCorrelation(image: AlignLevel, template: AlignLevel, map: Affine): number {
    const { side, gradientX, gradientY } = template;
    const warped = this.#warped;
    const inside = this.#inside;
    warpPlane(image.grey, side, map, warped, inside, template.border);
    const unit = side / 4;
    let product = 0;
    let squareW = 0;
    let squareT = 0;
    for (let y = 1; y < side - 1; y++) {
      for (let x = 1, i = y * side + 1; x < side - 1; x++, i++) {
        if ((inside[i - 1] & inside[i + 1] & inside[i - side] & inside[i + side]) === 0) continue;
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
    const { side, grey, gradientX, gradientY, inverseHessian } = template;
    const warped = this.#warped;
    const inside = this.#inside;
    const pixels = side * side;
    let map = start;
    const best: Alignment = { map: start, correlation: -1 };
    for (let step = 0; step <= steps; step++) {
      if (!isPlausible(map)) break;
      const count = warpPlane(image.grey, side, map, warped, inside, template.border);
      if (count < pixels * LEAST_OVERLAP) break;
      let sumW = 0;
      let sumT = 0;
      let sumWW = 0;
      let sumTT = 0;
      let sumWT = 0;
      for (let i = 0; i < pixels; i++) {
        if (inside[i] === 0) continue;
        const w = warped[i];
        const t = grey[i];
        sumW += w;
        sumT += t;
        sumWW += w * w;
        sumTT += t * t;
        sumWT += w * t;
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

      const gain = varianceT / Math.max(covariance, 1e-6);
      const limit = 2.5 * Math.sqrt(Math.max(varianceT * (1 / (correlation * correlation) - 1), 1e-6));
      let r0 = 0;
      let r1 = 0;
      let r2 = 0;
      let r3 = 0;
      let r4 = 0;
      let r5 = 0;
      const unit = 2 / side;
      for (let y = 0, i = 0; y < side; y++) {
        const v = (y + 0.5) * unit - 1;
        for (let x = 0; x < side; x++, i++) {
          if (inside[i] === 0) continue;
          let e = (warped[i] - meanW) * gain - (grey[i] - meanT);
          if (e > limit) e = limit;
          else if (e < -limit) e = -limit;
          const u = (x + 0.5) * unit - 1;
          const ex = e * gradientX[i];
          const ey = e * gradientY[i];
          r0 += ex * u;
          r1 += ex * v;
          r2 += ex;
          r3 += ey * u;
          r4 += ey * v;
          r5 += ey;
        }
      }
      const delta = (row: number): number => {
        const at = row * 6;
        const m = inverseHessian;
        return m[at] * r0 + m[at + 1] * r1 + m[at + 2] * r2 + m[at + 3] * r3 + m[at + 4] * r4 + m[at + 5] * r5;
      };
      const next = composeInverse(map, delta(0), delta(1), delta(2), delta(3), delta(4), delta(5));
      if (!next) break;
      map = next;
    }
    return best;
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
  return affine(
    map[0] * a + map[1] * d,
    map[0] * b + map[1] * e,
    map[0] * c + map[1] * f + map[2],
    map[3] * a + map[4] * d,
    map[3] * b + map[4] * e,
    map[3] * c + map[4] * f + map[5],
  );
}
