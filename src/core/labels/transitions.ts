import { likeliest, probabilityOf } from './probabilities';
import type { Probabilities } from './probabilities';

/** How often an image of one class carries the label of another. */
export interface Transitions {
  readonly classes: number;
  /** classes × classes, row = class, column = label; each row adds up to 1. */
  readonly rates: Float64Array;
}

/** How often a label is wrong, the same in every row. */
export const wrongRate = ({ rates }: Transitions): number => 1 - rates[0];

/** The most confident share of what is predicted as a class that is counted. */
const SHARE = 0.2;
/** Under 4, a few images that are hard by nature would pass for a habit of mislabeling. */
const CONCENTRATIONS = [4, 8, 16, 32, 64, 128, 256, 1024, 16_384];

/**
 * Counted over images that are surely of a class: the most confident 20 % of those predicted as j are nearly all j, whatever label they
 * carry ("anchor points": Patrini et al., "Making deep neural networks robust to label noise", CVPR 2017, section 4.3, with a share
 * instead of the one most confident image).
 *
 * A row is the rate of wrong labels, one for all rows, times a distribution over the wrong labels. (Rates of their own would be those of
 * classes that are hard by nature: their surest images are not so sure.) Some data sets confuse certain classes only, others any: the
 * counts k of a row's wrong labels are taken as Dirichlet–multinomial with the uniform distribution and one concentration m for all
 * rows, the likeliest of a few (empirical Bayes: Gelman et al., "Bayesian data analysis", section 5.1), and the distribution is the
 * posterior mean (k + m/(C − 1)) / (Σk + m). Where mistakes know no preference, m is large and rows are flat; where they do, m is small and
 * the counts speak.
 *
 * @param labels a class number for every image, −1 for none
 */
export function transitions(p: Probabilities, labels: ArrayLike<number>, share = SHARE): Transitions {
  const { classes } = p;
  const { counts, sizes } = countSure(p, labels, share);
  const wrongOf = (row: number): number => sizes[row] - counts[row * classes + row];
  let [wrong, all] = [0, 0];
  for (let j = 0; j < classes; j++) {
    wrong += wrongOf(j);
    all += sizes[j];
  }
  const overall = (wrong + 1) / (all + 2);
  const concentration = likeliestConcentration(counts, sizes);
  const rates = new Float64Array(classes * classes);
  for (let j = 0; j < classes; j++) {
    for (let y = 0; y < classes; y++) {
      const part = (counts[j * classes + y] + concentration / (classes - 1)) / (wrongOf(j) + concentration);
      rates[j * classes + y] = y === j ? 1 - overall : overall * part;
    }
  }
  return { classes, rates };
}

/** Labels of the surest images of each predicted class. */
function countSure(
  p: Probabilities,
  labels: ArrayLike<number>,
  share: number,
): { readonly counts: Float64Array; readonly sizes: Float64Array } {
  const { images, classes } = p;
  const predicted: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < images; i++) if (labels[i] >= 0) predicted[likeliest(p, i)].push(i);
  const counts = new Float64Array(classes * classes);
  const sizes = new Float64Array(classes);
  predicted.forEach((members, j) => {
    members.sort((a, b) => probabilityOf(p, b, j) - probabilityOf(p, a, j) || a - b);
    const sure = members.slice(0, Math.ceil(members.length * share));
    for (const i of sure) counts[j * classes + labels[i]]++;
    sizes[j] = sure.length;
  });
  return { counts, sizes };
}

function likeliestConcentration(counts: Float64Array, sizes: Float64Array): number {
  const classes = sizes.length;
  let [best, most] = [CONCENTRATIONS[0], -Infinity];
  for (const m of CONCENTRATIONS) {
    let log = 0;
    for (let j = 0; j < classes; j++) {
      // Γ(m) / Γ(m + K) · Π Γ(m/(C−1) + k) / Γ(m/(C−1)), as sums of logarithms: the counts are whole numbers.
      log -= logRising(m, sizes[j] - counts[j * classes + j]);
      for (let y = 0; y < classes; y++) if (y !== j) log += logRising(m / (classes - 1), counts[j * classes + y]);
    }
    if (log > most) [best, most] = [m, log];
  }
  return best;
}

/** log of a · (a + 1) · … · (a + n − 1). */
function logRising(a: number, n: number): number {
  let log = 0;
  for (let k = 0; k < n; k++) log += Math.log(a + k);
  return log;
}
