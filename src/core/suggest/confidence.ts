import type { Nearest } from './nearestPrototype';

/**
 * Logistic regression, fitted by `bench/checks/oneShot.mjs --fit` to episodes on classes that take no part in the measured ones
 * (docs/ONE-SHOT.md). Both measures are free of an encoder's units, so one set of numbers serves all of them; others (the lead over the next
 * class, cosines) made it worse on a kind of images that it was not fitted to.
 */
const WEIGHTS = { constant: 1.46, outstanding: 2.88, logClasses: -3.12 } as const;

/** How much an image's place among the prototypes speaks for its nearest class, as numbers for the regression. */
export const evidenceOf = ({ outstanding }: Nearest, classes: number): Record<keyof typeof WEIGHTS, number> => ({
  constant: 1,
  outstanding,
  // Among more classes an image of one of them stands out more.
  logClasses: Math.log(classes),
});

/** The estimated chance that an image is of its nearest class, rather than of another or of none of them: 0…1. */
export function confidenceOf(nearest: Nearest, classes: number): number {
  const evidence = evidenceOf(nearest, classes);
  const logit = (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]).reduce((sum, name) => sum + WEIGHTS[name] * evidence[name], 0);
  return 1 / (1 + Math.exp(-logit));
}
