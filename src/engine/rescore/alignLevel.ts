import { padded } from './planes';

/** What an alignment needs of the picture that stays in place. */
interface Template {
  /** Derivatives by the normalised coordinates. */
  readonly gradientX: Float32Array;
  readonly gradientY: Float32Array;
  /** Inverse of the 6×6 Gauss–Newton matrix, row by row. */
  readonly inverseHessian: Float64Array;
}

/** One resolution of a picture. Most pairs are settled early, so each part is worked out when it is first asked for. */
export class AlignLevel {
  #padded: Float32Array | undefined;
  #template: Template | undefined;

  /**
   * @param grey `side` × `side`
   * @param border pixels along the edges that don't count: smoothing has mixed them with what was beside the picture (a rotated one's corners)
   */
  constructor(
    readonly grey: Float32Array,
    readonly side: number,
    readonly border: number,
  ) {}

  /** To sample from, see `planes.padded`. */
  get padded(): Float32Array {
    return (this.#padded ??= padded(this.grey, this.side));
  }

  get template(): Template {
    return (this.#template ??= templateOf(this.grey, this.side));
  }
}

/** The matrix is Σ g gᵀ with g = (gx·u, gx·v, gx, gy·u, gy·v, gy): gx², gx·gy and gy² times the six products of u, v and 1. */
function templateOf(grey: Float32Array, side: number): Template {
  const gradientX = new Float32Array(grey.length);
  const gradientY = new Float32Array(grey.length);
  const half = side / 2;
  // Of gx², gx·gy and gy² (a row each): times u², uv, u, v², v, 1.
  const moments = new Float64Array(18);
  for (let y = 0; y < side; y++) {
    const above = (y > 0 ? y - 1 : y) * side;
    const below = (y < side - 1 ? y + 1 : y) * side;
    const unitY = (half * side) / (below - above);
    const v = (y + 0.5) / half - 1;
    const row = y * side;
    let [xx, xxU, xxUU, xy, xyU, xyUU, yy, yyU, yyUU] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let x = 0; x < side; x++) {
      const left = x > 0 ? x - 1 : x;
      const right = x < side - 1 ? x + 1 : x;
      const gx = ((grey[row + right] - grey[row + left]) * half) / (right - left);
      const gy = (grey[below + x] - grey[above + x]) * unitY;
      gradientX[row + x] = gx;
      gradientY[row + x] = gy;
      const u = (x + 0.5) / half - 1;
      const a = gx * gx;
      const b = gx * gy;
      const c = gy * gy;
      const aU = a * u;
      const bU = b * u;
      const cU = c * u;
      xx += a;
      xxU += aU;
      xxUU += aU * u;
      xy += b;
      xyU += bU;
      xyUU += bU * u;
      yy += c;
      yyU += cU;
      yyUU += cU * u;
    }
    const add = (at: number, sum: number, sumU: number, sumUU: number): void => {
      moments[at] += sumUU;
      moments[at + 1] += sumU * v;
      moments[at + 2] += sumU;
      moments[at + 3] += sum * v * v;
      moments[at + 4] += sum * v;
      moments[at + 5] += sum;
    };
    add(0, xx, xxU, xxUU);
    add(6, xy, xyU, xyUU);
    add(12, yy, yyU, yyUU);
  }
  // Where u·u, u·v … stand among the moments.
  const places = [0, 1, 2, 1, 3, 4, 2, 4, 5];
  const matrix = new Float64Array(36);
  let trace = 0;
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      const kind = i < 3 && j < 3 ? 0 : i >= 3 && j >= 3 ? 12 : 6;
      matrix[i * 6 + j] = moments[kind + places[(i % 3) * 3 + (j % 3)]];
    }
    trace += matrix[i * 7];
  }
  // A little damping: stripes leave a direction free, which must not run away.
  for (let i = 0; i < 6; i++) matrix[i * 7] += trace * 1e-3 + 1e-6;
  return { gradientX, gradientY, inverseHessian: invert6(matrix) };
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
