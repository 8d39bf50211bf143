/**
 * For each image a probability for each class, from something that never saw the image's own label. Rows need not add up to 1 exactly;
 * what reads them from a file checks that.
 */
export interface Probabilities {
  readonly images: number;
  readonly classes: number;
  /** images × classes, row after row. */
  readonly values: Float32Array;
}

/** Nearer to 0 no probability is taken to be: a network of finite data is never that sure. */
export const LEAST_PROBABILITY = 1e-6;

export const probabilityOf = ({ values, classes }: Probabilities, image: number, label: number): number =>
  Math.max(LEAST_PROBABILITY, values[image * classes + label]);

/** The class of the largest probability, the first of equal ones; `but` is passed over. */
export function likeliest({ values, classes }: Probabilities, image: number, but = -1): number {
  let best = but === 0 ? 1 : 0;
  for (let c = best + 1; c < classes; c++) {
    if (c !== but && values[image * classes + c] > values[image * classes + best]) best = c;
  }
  return best;
}
