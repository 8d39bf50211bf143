import type { Nearest } from './nearestPrototype';

/**
 * Logistic regression on what {@link Nearest} measures, fitted by `bench/checks/oneShot.mjs --fit` to episodes on classes that take no part
 * in the measured ones (docs/ONE-SHOT.md). The measures have no unit of an encoder, so one set of numbers serves all of them.
 */
const WEIGHTS = {
  constant: -3,
  cosine: 1,
  margin: 5,
  outstanding: 0,
  bareCosine: 2,
  bareOutstanding: 0.7,
  logClasses: -0.3,
  logShots: 0.2,
} as const;
/** References beyond so many make a prototype no better. */
const MOST_SHOTS = 10;

/** How much an image's place among the prototypes speaks for its nearest class, as numbers for the regression. */
export const evidenceOf = (
  { firstCosine, secondCosine, outstanding, bareCosine, bareOutstanding }: Nearest,
  classes: number,
  shots: number,
): Record<keyof typeof WEIGHTS, number> => ({
  constant: 1,
  cosine: firstCosine,
  margin: firstCosine - secondCosine,
  outstanding,
  bareCosine,
  bareOutstanding,
  logClasses: Math.log(classes),
  logShots: Math.log(Math.min(MOST_SHOTS, Math.max(1, shots))),
});

/** The estimated chance that an image is of its nearest class, rather than of another or of none of them: 0…1. */
export function confidenceOf(nearest: Nearest, classes: number, shots: number): number {
  const evidence = evidenceOf(nearest, classes, shots);
  const logit = (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]).reduce((sum, name) => sum + WEIGHTS[name] * evidence[name], 0);
  return 1 / (1 + Math.exp(-logit));
}
