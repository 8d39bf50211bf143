/** A stream of numbers in [0, 1). */
export type Random = () => number;

/** What one step of mulberry32 adds to its state; the state alone is what a checkpoint must keep. */
export const nextSeed = (state: number): number => (state + 0x6d2b79f5) >>> 0;

/**
 * The number in [0, 1) of a state: mulberry32 by Tommy Ettinger (public domain,
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c).
 */
export function numberOf(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** A stream that a seed fixes, for draws that must come out the same every time. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = nextSeed(state);
    return numberOf(state);
  };
};

/** Standard normal, by Box and Muller (1958). */
export const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Exponential with mean 1. */
export const exponential = (random: Random): number => -Math.log(1 - random());

/** Gamma(shape, 1), shape > 0 (Marsaglia & Tsang 2000, "A simple method for generating gamma variables"). */
export const gamma = (random: Random, shape: number): number => {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
};
