import { fitMixture } from '../calibration/mixture';
import type { Mixture } from '../calibration/mixture';
import { seededRandom } from '../labeling/random';
import type { Probabilities } from './probabilities';
import { transitionScore } from './scores';
import type { Transitions } from './transitions';

/** Injected labels at least, for a curve that is more than noise. */
const LEAST_INJECTED = 4000;
/** Below so many scores a curve would be made up. */
export const LEAST_CALIBRATED = 100;

/**
 * Calibrates by fresh, known mistakes: every image is given a wrong label, drawn as the data set's own mistakes are (`transitions`), and
 * scored with the same probabilities. They need no new training, since an image's probabilities come from networks that never saw its label.
 *
 * The scores of all given labels are a mixture of right and wrong ones, and the injected ones show the wrong (`fitMixture`). An image whose own
 * label is probably wrong is no image to start from: injected labels weigh by the probability that theirs is right.
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
): Mixture | undefined {
  const known = Array.from({ length: p.images }, (_, i) => i).filter(i => labels[i] >= 0);
  if (known.length < LEAST_CALIBRATED) return undefined;
  const scores = Float64Array.from(known, i => transitionScore(p, i, labels[i], transitions));
  const injected = inject(p, known, labels, transitions, seed);
  return fitMixture(scores, injected.score, right => {
    const weights = injected.weight.map((weight, k) => weight * right[k % known.length]);
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map(w => w / total);
  });
}

/** The k-th is of image k modulo their number. */
interface Injected {
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
  const injected = { score: new Float64Array(count), weight: new Float64Array(count) };
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
    injected.score[k] = transitionScore(p, image, label, transitions);
    injected.weight[k] = rate;
  }
  return injected;
}
