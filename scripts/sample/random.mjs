/**
 * mulberry32 (Tommy Ettinger, public domain): the same numbers for the same seed, on every machine.
 * @param {number} seed
 */
export function createRandom(seed) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = n => Math.floor(next() * n);
  return {
    next,
    below,
    /** @param {number} low @param {number} high */
    between: (low, high) => low + next() * (high - low),
    /** A new array in another order. @template T @param {readonly T[]} items @returns {T[]} */
    shuffle: items => {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [result[i], result[j]] = [result[j], result[i]];
      }
      return result;
    },
  };
}
