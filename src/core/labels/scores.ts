import { likeliest, probabilityOf } from './probabilities';
import type { Probabilities } from './probabilities';
import type { Transitions } from './transitions';

/** −p(label): "self-confidence" (Northcutt, Jiang and Chuang, "Confident learning", JAIR 70, 2021, section 3.2). Higher = more doubtful. */
export const selfConfidence = (p: Probabilities, image: number, label: number): number => -probabilityOf(p, image, label);

/** The largest other probability minus p(label): "normalized margin" there. */
export const normalizedMargin = (p: Probabilities, image: number, label: number): number =>
  probabilityOf(p, image, likeliest(p, image, label)) - probabilityOf(p, image, label);

/**
 * The log-odds that a label y is wrong: log Σ_{j ≠ y} p_j · T[j→y] − log p_y, where T[j→y] is how often an image of class j carries the label
 * y. By Bayes' rule that is the posterior of "it is of another class, and was labeled y by mistake" against "it is of class y", with p as the
 * probability of its class; T[y→y], the likelihood of a right label, differs little from 1 and is left out.
 */
export function transitionScore(p: Probabilities, image: number, label: number, { rates, classes }: Transitions): number {
  let wrong = 0;
  for (let j = 0; j < classes; j++) if (j !== label) wrong += probabilityOf(p, image, j) * rates[j * classes + label];
  return Math.log(wrong) - Math.log(probabilityOf(p, image, label));
}

/** The likeliest class of an image if the label it carries is wrong: the largest p_j · T[j→y]. */
export function suggestedClass(p: Probabilities, image: number, label: number, { rates, classes }: Transitions): number {
  let [best, most] = [-1, -1];
  for (let j = 0; j < classes; j++) {
    if (j === label) continue;
    const weight = probabilityOf(p, image, j) * rates[j * classes + label];
    if (weight > most) [best, most] = [j, weight];
  }
  return best;
}
