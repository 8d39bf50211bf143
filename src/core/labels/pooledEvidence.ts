import { countVotes } from './neighbourVotes';
import type { NeighbourVotes } from './neighbourVotes';
import type { Probabilities } from './probabilities';

/**
 * Two opinions on each image's class as one: (p · exp(share of the neighbours' votes))^power, made to add up to 1 (a logarithmic opinion pool:
 * Genest and Zidek, "Combining probability distributions", Statistical Science 1 (1986), section 3).
 *
 * @param power over 1 makes the opinion surer ("temperature": Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2)
 * @param votes of neighbours, none of which is a copy of the image; absent: probabilities alone
 * @returns rows that add up to 1; a row of zeros, of an image that nothing is known of, stays
 */
export function pooledEvidence({ images, classes, values }: Probabilities, power: number, votes?: NeighbourVotes): Probabilities {
  const pooled = new Float32Array(images * classes);
  const weights = new Float64Array(classes);
  for (let i = 0; i < images; i++) {
    weights.fill(0);
    const asked = votes ? countVotes(votes, i, weights) : 0;
    let total = 0;
    for (let c = 0; c < classes; c++) {
      const share = asked > 0 ? weights[c] / asked : 0;
      weights[c] = (values[i * classes + c] * Math.exp(share)) ** power;
      total += weights[c];
    }
    if (total > 0) for (let c = 0; c < classes; c++) pooled[i * classes + c] = weights[c] / total;
  }
  return { images, classes, values: pooled };
}
