import { partitionPoint } from '../../core/pairs/countUnder';

/**
 * How many of ascending distances fall in each of `bins` equal parts of [0, end]; a distance on an edge counts in the lower part, as
 * a threshold there would take it, and the first part holds 0. Looks up the edges only, so 200,000 distances cost nothing.
 */
export function histogramOf(distances: Float32Array, end: number, bins: number): Uint32Array {
  const counts = new Uint32Array(bins);
  let below = 0;
  for (let bin = 0; bin < bins; bin++) {
    const edge = bin === bins - 1 ? Number.POSITIVE_INFINITY : Math.fround((end * (bin + 1)) / bins);
    const upTo = partitionPoint(distances.length, i => distances[i] <= edge);
    counts[bin] = upTo - below;
    below = upTo;
  }
  return counts;
}

/** The outline of a histogram as an SVG path in a box of `bins` × 100. Heights go with the square root: a few pairs stay visible. */
export function histogramPath(counts: Uint32Array): string {
  const highest = counts.reduce((a, b) => Math.max(a, b), 0);
  if (highest === 0) return '';
  let path = 'M0 100';
  counts.forEach((count, bin) => {
    const height = count === 0 ? 0 : Math.max(2, 100 * Math.sqrt(count / highest));
    path += `V${(100 - height).toFixed(2)}H${bin + 1}`;
  });
  return `${path}V100Z`;
}

/** One place of a stacked histogram: heights in percent. */
export interface Stack {
  readonly similar: number;
  /** On top of the similar ones. */
  readonly different: number;
}

/** The least height of a part that is not empty, in percent: a single answer stays visible. */
const leastPart = 8;

/** Two histograms on top of each other; the highest stack is as high as `highest`. */
export function stacksOf(similar: Uint32Array, different: Uint32Array, highest: number): Stack[] {
  const most = similar.reduce((max, count, i) => Math.max(max, count + different[i]), 0);
  const heightOf = (count: number): number => (count === 0 ? 0 : Math.max(leastPart, (highest * count) / most));
  return Array.from(similar, (count, i) => {
    const [low, high] = [heightOf(count), heightOf(different[i])];
    // A part that was made visible must not push the other over the top.
    const over = low + high > highest ? highest / (low + high) : 1;
    return { similar: low * over, different: high * over };
  });
}
