/**
 * A seeded source of random numbers (mulberry32) with the draws that the generator needs.
 *
 * @typedef {ReturnType<typeof createRandom>} Random
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low, high) => low + (high - low) * next();
  return {
    next,
    between,
    integer: (low, high) => Math.floor(between(low, high + 1)),
    chance: probability => next() < probability,
    /** @template T @param {readonly T[]} list @returns {T} */
    pick: list => list[Math.floor(next() * list.length)],
    /** One of the names, each as often as its weight says. @param {Record<string, number>} weights */
    weighted: weights => {
      const entries = Object.entries(weights);
      let at = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) if ((at -= weight) < 0) return name;
      return entries[entries.length - 1][0];
    },
    seed: () => Math.floor(next() * 2 ** 32),
  };
}
