import type { Random } from '../../core/labeling/random';

/** A square symmetric matrix's eigenvalues, and as columns of `vectors` (size × size, row by row) the vectors that belong to them. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const SWEEPS = 12;
const SMALL = 1e-14;

/** All of them, in no order: cyclic Jacobi (Golub and Van Loan, "Matrix Computations", 8.5). For sizes up to a hundred. */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) off += a[p * size + q] ** 2;
    if (off < SMALL) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

/** Makes a[p][q] zero. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q];
  if (Math.abs(apq) < 1e-300) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (m: Float64Array, x: number, y: number): void => {
    const [one, other] = [m[x], m[y]];
    m[x] = c * one - s * other;
    m[y] = s * one + c * other;
  };
  for (let i = 0; i < size; i++) turn(a, i * size + p, i * size + q);
  for (let i = 0; i < size; i++) turn(a, p * size + i, q * size + i);
  for (let i = 0; i < size; i++) turn(vectors, i * size + p, i * size + q);
}

/**
 * The `count` largest eigenvalues of a positive semidefinite matrix and their vectors, as rows: orthogonal iteration (Golub and Van Loan,
 * 7.3.2). The last few are rough, which does not matter for what they are used for.
 */
export function largestEigen(
  matrix: Float64Array,
  size: number,
  count: number,
  random: Random,
  iterations = 12,
): { readonly values: Float64Array; readonly rows: readonly Float64Array[] } {
  let rows: Float64Array[] = Array.from({ length: count }, () => Float64Array.from({ length: size }, () => random() - 0.5));
  orthonormalize(rows);
  for (let k = 0; k < iterations; k++) {
    rows = rows.map(row => times(matrix, size, row));
    orthonormalize(rows);
  }
  return { values: Float64Array.from(rows, row => dot(times(matrix, size, row), row)), rows };
}

const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
};

const times = (matrix: Float64Array, size: number, x: Float64Array): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let j = 0, at = i * size; j < size; j++, at++) sum += matrix[at] * x[j];
    return sum;
  });

/** Gram–Schmidt, twice over, in place; what depends on others becomes zero. */
function orthonormalize(rows: readonly Float64Array[]): void {
  rows.forEach((row, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const along = dot(row, rows[j]);
        for (let k = 0; k < row.length; k++) row[k] -= along * rows[j][k];
      }
    }
    const length = Math.sqrt(dot(row, row));
    for (let k = 0; k < row.length; k++) row[k] = length > 1e-12 ? row[k] / length : 0;
  });
}
