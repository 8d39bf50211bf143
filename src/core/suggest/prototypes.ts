/** Rows of numbers, one after the other. */
export interface Rows {
  readonly values: Float32Array;
  /** Numbers in a row. */
  readonly size: number;
}

export const rowCount = ({ values, size }: Rows): number => values.length / size;
export const rowAt = ({ values, size }: Rows, index: number): Float32Array => values.subarray(index * size, (index + 1) * size);

export function rowsAt(rows: Rows, chosen: ArrayLike<number>): Rows {
  const values = new Float32Array(chosen.length * rows.size);
  for (let k = 0; k < chosen.length; k++) values.set(rowAt(rows, chosen[k]), k * rows.size);
  return { values, size: rows.size };
}

/** Scales a row to length 1, in place; one of nothing but zeros stays. */
export function normalize(row: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i] * row[i];
  const length = Math.sqrt(sum);
  if (length > 0) for (let i = 0; i < row.length; i++) row[i] /= length;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * Vectors as directions from their common mean: what all images of a collection share says nothing of their classes, and lengths do not
 * either ("CL2N" of Wang, Chao, Weinberger and van der Maaten, SimpleShot, arXiv:1911.04623, 2019; there the mean is that of the training
 * classes, here that of the images at hand, which are more like what is judged).
 * @param shares of the rows in the mean, together 1
 */
export function centred(rows: Rows, shares: ArrayLike<number>): Rows {
  const { size } = rows;
  const values = rows.values.slice();
  const mean = new Float64Array(size);
  for (let at = 0, row = 0; at < values.length; at += size, row++) {
    normalize(values.subarray(at, at + size));
    for (let i = 0; i < size; i++) mean[i] += shares[row] * values[at + i];
  }
  for (let at = 0; at < values.length; at += size) {
    for (let i = 0; i < size; i++) values[at + i] -= mean[i];
    normalize(values.subarray(at, at + size));
  }
  return { values, size };
}

/** Vectors of several kinds side by side, each kind centred first; of length 1. @param weights of the kinds @param shares of the rows in the mean */
export function joined(kinds: readonly Rows[], weights: readonly number[], shares: ArrayLike<number>): Rows {
  const size = kinds.reduce((sum, kind) => sum + kind.size, 0);
  const values = new Float32Array(rowCount(kinds[0]) * size);
  let before = 0;
  kinds.forEach((kind, k) => {
    const own = centred(kind, shares);
    for (let i = 0; i < rowCount(own); i++) {
      const row = rowAt(own, i);
      for (let c = 0; c < kind.size; c++) values[i * size + before + c] = weights[k] * row[c];
    }
    before += kind.size;
  });
  for (let at = 0; at < values.length; at += size) normalize(values.subarray(at, at + size));
  return { values, size };
}

/**
 * The middle of each class's references, of length 1: a prototype (Snell, Swersky and Zemel, Prototypical Networks, NeurIPS 2017).
 * @param classes a number 0 … `count` − 1 for each row, −1 for rows that stand for none
 */
export function prototypesOf(references: Rows, classes: ArrayLike<number>, count: number): Rows {
  const { size } = references;
  const values = new Float32Array(count * size);
  for (let i = 0; i < rowCount(references); i++) {
    if (classes[i] >= 0) addTo(values, classes[i] * size, rowAt(references, i), 1);
  }
  for (let at = 0; at < values.length; at += size) normalize(values.subarray(at, at + size));
  return { values, size };
}

function addTo(values: Float32Array, at: number, row: Float32Array, weight: number): void {
  for (let i = 0; i < row.length; i++) values[at + i] += weight * row[i];
}

/** Soft assignments: sharper the larger. */
const SHARPNESS = 10;
const ROUNDS = 5;
/** Below this share of its class an image says nothing of it. */
const LEAST_SHARE = 0.5;
/** How much the references count beside all images that are counted for a class. */
const ANCHOR = 1;

/**
 * Prototypes that the unlabeled images move to where their class is: soft k-means that starts from the references (Ren, Triantafillou, Ravi,
 * Snell, Swersky, Tenenbaum, Larochelle and Zemel, Meta-Learning for Semi-Supervised Few-Shot Classification, ICLR 2018). An image counts
 * for its nearest class with its softmax share of it, and not at all where that is less than half. The references keep half of the weight, so
 * that a crowd of images of no class does not carry a prototype off.
 * @param crowd of length 1, as the references
 */
export function refinedPrototypes(references: Rows, classes: ArrayLike<number>, count: number, crowd: Rows): Rows {
  const { size } = references;
  const anchors = prototypesOf(references, classes, count);
  let prototypes = anchors;
  for (let round = 0; round < ROUNDS; round++) {
    const values = new Float32Array(count * size);
    for (let i = 0; i < rowCount(crowd); i++) {
      const row = rowAt(crowd, i);
      const shares = sharesOf(row, prototypes);
      for (let k = 0; k < count; k++) {
        if (shares[k] >= LEAST_SHARE) addTo(values, k * size, row, shares[k]);
      }
    }
    for (let k = 0; k < count; k++) {
      const own = values.subarray(k * size, (k + 1) * size);
      normalize(own);
      addTo(values, k * size, rowAt(anchors, k), ANCHOR);
      normalize(own);
    }
    prototypes = { values, size };
  }
  return prototypes;
}

/** Softmax of the cosines to the prototypes. */
function sharesOf(row: Float32Array, prototypes: Rows): Float64Array {
  const shares = Float64Array.from({ length: rowCount(prototypes) }, (_, k) => SHARPNESS * dot(row, rowAt(prototypes, k)));
  const largest = shares.reduce((most, each) => Math.max(most, each), -Infinity);
  let sum = 0;
  for (let k = 0; k < shares.length; k++) sum += shares[k] = Math.exp(shares[k] - largest);
  for (let k = 0; k < shares.length; k++) shares[k] /= sum;
  return shares;
}
