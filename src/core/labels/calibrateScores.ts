import { isotonicCurve, probabilityAt } from '../calibration/probability';
import type { ProbabilityCurve } from '../calibration/probability';
import { seededRandom } from '../labeling/random';
import type { Probabilities } from './probabilities';
import { transitionScore } from './scores';
import type { Transitions } from './transitions';

/** How scores turn into probabilities that a label is wrong. */
export interface LabelCalibration {
  /** Estimated share of wrong labels. */
  readonly wrongShare: number;
  /** The probability at a score. */
  probabilityAt(score: number): number;
}

/** Injected labels at least, for a curve that is more than noise. */
const LEAST_INJECTED = 4000;
const ROUNDS = 3;
/** The share of the injected labels in the tail beyond which right labels are looked for in vain, at least. */
const LEAST_TAIL = 0.05;
/** Below so many scores a curve would be made up. */
export const LEAST_CALIBRATED = 100;

/**
 * Calibrates by fresh, known mistakes: every image is given a wrong label, drawn as the data set's own mistakes are (`transitions`), and
 * scored with the same probabilities. They need no new training, since an image's probabilities come from networks that never saw its label.
 *
 * The scores of all given labels are a mixture f = (1 − π) f_right + π f_wrong, and the injected ones show f_wrong. Then, by Bayes, a label with
 * score s is wrong with probability π · f_wrong(s) / f(s). Its ratio is fitted as an isotonic curve (`isotonicCurve`) over both samples.
 * π is the largest share that the mixture leaves room for, min over t of P(score ≥ t) / P_wrong(score ≥ t): in the far tail there are
 * hardly any right labels (Blanchard, Lee and Scott, "Semi-supervised novelty detection", JMLR 11, 2010, section 5; with tails that hold
 * at least a twentieth of f_wrong). An image whose own label is probably wrong is no image to start from: injected labels weigh by
 * the probability, of the round before, that theirs is right.
 *
 * Mistakes that are nothing like the counted ones are rated too low or too high.
 *
 * @param labels a class number for every image, −1 for none
 */
export function calibrateScores(
  p: Probabilities,
  labels: ArrayLike<number>,
  transitions: Transitions,
  seed: number,
): LabelCalibration | undefined {
  const known = Array.from({ length: p.images }, (_, i) => i).filter(i => labels[i] >= 0);
  if (known.length < LEAST_CALIBRATED) return undefined;
  const scores = Float64Array.from(known, i => transitionScore(p, i, labels[i], transitions));
  const injected = inject(p, known, labels, transitions, seed);
  const descending = Float64Array.from(scores).sort().reverse();
  let right = new Float64Array(p.images).fill(1);
  let result: LabelCalibration | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const weights = Float64Array.from(injected.image, (image, k) => injected.weight[k] * right[image]);
    const total = weights.reduce((sum, w) => sum + w, 0);
    if (!(total > 0)) return undefined;
    const wrongShare = largestShare(descending, injected.score, weights, total);
    const curve = ratioCurve(scores, injected.score, weights, (wrongShare * scores.length) / total);
    const at = (score: number): number => wrongOf(probabilityAt(curve, -score));
    result = { wrongShare, probabilityAt: at };
    right = new Float64Array(p.images);
    known.forEach((image, k) => (right[image] = 1 - at(scores[k])));
  }
  return result;
}

interface Injected {
  readonly image: Int32Array;
  readonly score: Float64Array;
  readonly weight: Float64Array;
}

/** Every image with wrong labels, as often as it takes; weighed by how often its class is mislabeled. */
function inject(
  p: Probabilities,
  known: readonly number[],
  labels: ArrayLike<number>,
  transitions: Transitions,
  seed: number,
): Injected {
  const { classes, rates } = transitions;
  const random = seededRandom(seed);
  const rounds = Math.max(1, Math.ceil(LEAST_INJECTED / known.length));
  const count = rounds * known.length;
  const injected = { image: new Int32Array(count), score: new Float64Array(count), weight: new Float64Array(count) };
  for (let k = 0; k < count; k++) {
    const image = known[k % known.length];
    const truth = labels[image];
    const rate = 1 - rates[truth * classes + truth];
    let left = random() * rate;
    let label = truth === classes - 1 ? classes - 2 : classes - 1;
    for (let y = 0; y < classes; y++) {
      if (y === truth) continue;
      left -= rates[truth * classes + y];
      if (left > 0) continue;
      label = y;
      break;
    }
    injected.image[k] = image;
    injected.score[k] = transitionScore(p, image, label, transitions);
    injected.weight[k] = rate;
  }
  return injected;
}

function largestShare(descending: Float64Array, scores: Float64Array, weights: Float64Array, total: number): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  let [least, tail, above] = [1, 0, 0];
  for (const k of order) {
    tail += weights[k] / total;
    while (above < descending.length && descending[above] >= scores[k]) above++;
    if (tail >= LEAST_TAIL) least = Math.min(least, above / descending.length / tail);
  }
  return least;
}

/** The share of injected labels among all labels with a score, as a curve over −score. */
function ratioCurve(scores: Float64Array, injected: Float64Array, weights: Float64Array, factor: number): ProbabilityCurve {
  const count = scores.length + injected.length;
  const distance = new Float64Array(count);
  const similar = new Uint8Array(count);
  const weight = new Float64Array(count).fill(1);
  scores.forEach((score, k) => (distance[k] = -score));
  injected.forEach((score, k) => {
    const at = scores.length + k;
    distance[at] = -score;
    similar[at] = 1;
    weight[at] = weights[k] * factor;
  });
  // What a short step is drawn towards ½ must not put it before a longer one.
  let least = 1;
  return isotonicCurve({ distance, similar, weight }).map(({ distance: at, probability }) => {
    least = Math.min(least, probability);
    return { distance: at, probability: least };
  });
}

/** From the share r of injected labels among both samples to π f_wrong / f = r / (1 − r). */
const wrongOf = (ratio: number): number => Math.min(1, Math.max(0, ratio / Math.max(1e-9, 1 - ratio)));
