import { confidentJoint } from './confidentJoint';
import type { Probabilities } from './probabilities';
import { transitions, wrongRate } from './transitions';

/** Up to this excess mistakes are taken to fall on any image of a class, from the other on to fall on hard images. */
const EXCESS = { anyImage: 1.5, hardImages: 2 } as const;
const POWER = { anyImage: 1, hardImages: 2 } as const;

/**
 * The power of the evidence that suits a data set's mistakes. Where they depend on the class alone, Bayes' rule takes probabilities as they
 * are. People err on images that are hard: there doubt itself speaks for a mistake, and evidence made surer ranks better.
 *
 * Which it is shows in how many more labels seem wrong in all (the confident joint) than among the surest images. Mistakes that fall on any
 * image are as frequent among the surest, and the joint counts only natural overlap beside them; mistakes on hard images are rare there.
 * Measured, on one draw each: 1.3 and 1.4 for mistakes by class, 2.1 to 3.2 for mistakes by image; the bounds lie between
 * (docs/WRONG-LABELS.md).
 *
 * @param labels a class number for every image, −1 for none
 */
export function evidencePower(p: Probabilities, labels: ArrayLike<number>): number {
  let known = 0;
  for (let i = 0; i < p.images; i++) known += Number(labels[i] >= 0);
  if (known === 0) return POWER.anyImage;
  const excess = confidentJoint(p, labels).wrongLabels / (wrongRate(transitions(p, labels)) * known);
  const share = (excess - EXCESS.anyImage) / (EXCESS.hardImages - EXCESS.anyImage);
  return POWER.anyImage + Math.min(1, Math.max(0, share)) * (POWER.hardImages - POWER.anyImage);
}
