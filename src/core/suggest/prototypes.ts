/** Rows of numbers, one after the other. */
export interface Rows {
  readonly values: Float32Array;
  /** Numbers in a row. */
  readonly size: number;
}

export const rowCount = ({ values, size }: Rows): number => values.length / size;
export const rowAt = ({ values, size }: Rows, index: number): Float32Array => values.subarray(index * size, (index + 1) * size);

/** Scales a row to length 1, in place; one of nothing but zeros stays. */
export function normalize(row: Float32Array): void {
  let sum = 0;
  for (const value of row) sum += value * value;
  const length = Math.sqrt(sum);
  if (length > 0) for (let i = 0; i < row.length; i++) row[i] /= length;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * Embeddings as directions from their common mean: what all images of a collection share says nothing of their classes, and lengths do not
 * either ("CL2N" of Wang, Chao, Weinberger and van der Maaten, SimpleShot, arXiv:1911.04623, 2019; there the mean is that of the training
 * classes, here that of the images at hand, of which more are alike to what is judged).
 */
export function centred(all: readonly Rows[]): Rows[] {
  const size = all[0].size;
  const mean = new Float64Array(size);
  let count = 0;
  const scaled = all.map(({ values }) => {
    const copy = values.slice();
    for (let at = 0; at < copy.length; at += size, count++) {
      normalize(copy.subarray(at, at + size));
      for (let i = 0; i < size; i++) mean[i] += copy[at + i];
    }
    return copy;
  });
  for (let i = 0; i < size; i++) mean[i] /= Math.max(1, count);
  return scaled.map(values => {
    for (let at = 0; at < values.length; at += size) {
      for (let i = 0; i < size; i++) values[at + i] -= mean[i];
      normalize(values.subarray(at, at + size));
    }
    return { values, size };
  });
}

/**
 * The middle of each class's references, of length 1: a prototype (Snell, Swersky and Zemel, Prototypical Networks, NeurIPS 2017).
 * @param classes a number 0 … `count` − 1 for each row, −1 for rows that stand for none
 */
export function prototypesOf(references: Rows, classes: ArrayLike<number>, count: number): Rows {
  const { size } = references;
  const values = new Float32Array(count * size);
  for (let i = 0; i < rowCount(references); i++) {
    if (classes[i] < 0) continue;
    const row = rowAt(references, i);
    const at = classes[i] * size;
    for (let k = 0; k < size; k++) values[at + k] += row[k];
  }
  for (let at = 0; at < values.length; at += size) normalize(values.subarray(at, at + size));
  return { values, size };
}
