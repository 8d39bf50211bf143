import type { Probabilities } from './probabilities';

/** Which labels go with which true classes, estimated. */
export interface ConfidentJoint {
  /** One a class: the mean probability of the class among the images labeled with it. */
  readonly thresholds: Float64Array;
  /** classes × classes, row = label, column = true class; adds up to 1. */
  readonly joint: Float64Array;
  /** How many labels are wrong: the number of images times what is off the joint's diagonal. */
  readonly wrongLabels: number;
}

/**
 * Confident learning: Northcutt, Jiang and Chuang, JAIR 70 (2021), section 3.1. An image counts for the true class j if its probability of
 * j reaches that class's threshold, the mean of the probability of j over the images labeled j (equations 1 and 2; of several such
 * classes the likeliest); a class that the network is never sure of thus has a low threshold of its own. The counts of each label are then
 * scaled to the number of images that carry it (equation 3).
 *
 * Where classes overlap by nature, images between them count as wrong: the number is rather too large than too small.
 *
 * @param labels a class number for every image, −1 for none
 */
export function confidentJoint({ images, classes, values }: Probabilities, labels: ArrayLike<number>): ConfidentJoint {
  const sums = new Float64Array(classes);
  const sizes = new Float64Array(classes);
  for (let i = 0; i < images; i++) {
    if (labels[i] < 0) continue;
    sums[labels[i]] += values[i * classes + labels[i]];
    sizes[labels[i]]++;
  }
  const thresholds = sums.map((sum, c) => (sizes[c] > 0 ? sum / sizes[c] : 1));
  const counts = new Float64Array(classes * classes);
  for (let i = 0; i < images; i++) {
    if (labels[i] < 0) continue;
    let truth = -1;
    for (let c = 0; c < classes; c++) {
      const p = values[i * classes + c];
      if (sizes[c] > 0 && p >= thresholds[c] && (truth < 0 || p > values[i * classes + truth])) truth = c;
    }
    if (truth >= 0) counts[labels[i] * classes + truth]++;
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const joint = new Float64Array(classes * classes);
  let right = 0;
  for (let y = 0; y < classes; y++) {
    let row = 0;
    for (let c = 0; c < classes; c++) row += counts[y * classes + c];
    for (let c = 0; c < classes; c++) {
      // Nothing confident is known of a label: its images are taken at their word.
      const share = row > 0 ? counts[y * classes + c] / row : Number(c === y);
      joint[y * classes + c] = total > 0 ? (share * sizes[y]) / total : 0;
    }
    right += joint[y * classes + y];
  }
  return { thresholds, joint, wrongLabels: total * Math.max(0, 1 - right) };
}
