/**
 * How many of ascending distances are within a threshold. Everyone who counts, lists or paints pairs uses this one rule:
 * `distance <= threshold`, with the threshold rounded to float32 as the distances are (0.1 as float32 is more than 0.1).
 */
export function countUnder(distances: ArrayLike<number>, threshold: number): number {
  return partitionPoint(distances.length, i => distances[i] <= Math.fround(threshold));
}

/** The first of `0 … length` for which `holds` is false; `holds` must be true up to somewhere and false from there on. */
export function partitionPoint(length: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
