import { seededRandom } from '../../core/labeling/random';
import { PAIR_SPACE } from '../model/pairHead';
import { largestEigen, symmetricEigen } from './linearAlgebra';

/** A linear map of a trunk's features to PAIR_SPACE numbers: x · kernel + bias. */
export interface PairSpace {
  /** [features, PAIR_SPACE] */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Directions of most variance that are looked at, and those that say which pictures are neighbours. */
const COMPONENTS = 96;
const NEIGHBOUR_COMPONENTS = 48;
const NEIGHBOURS = 3;
/** Keeps a direction in which neighbours happen to be equal from counting without bound. */
const RIDGE = 0.02;

/**
 * What can be known of a data set before any answer. Each level of features (`levels`: where they begin) is scaled to the same variance;
 * principal components; then the directions in which pictures differ most beside how much near neighbours differ: what neighbours differ
 * in is likely noise, whatever a person will mean by "similar". Local Fisher discriminant analysis (Sugiyama, JMLR 8, 2007) with
 * neighbours in place of labels; each direction weighs √ln of its quotient. The numbers are scaled to a mean square of 1 in all.
 *
 * @param features count × size, of some hundred pictures
 */
export function pairSpace(features: Float32Array, count: number, levels: readonly number[], seed: number): PairSpace {
  const size = features.length / count;
  const { mean, scale } = levelScales(features, count, size, levels);
  const scaled = features.map((value, i) => (value - mean[i % size]) * scale[i % size]);
  const components = Math.min(COMPONENTS, count - 1);
  const { values, rows } = largestEigen(gram(scaled, count, size), count, components, seededRandom(seed));
  const used = values.findIndex(value => !(value > values[0] * 1e-6));
  const rank = Math.max(1, used < 0 ? components : used);
  // rows[c][i] · √values[c] is picture i's component c; times √(count / value): of variance 1.
  const white = new Float64Array(count * rank);
  const plain = new Float64Array(count * rank);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < rank; c++) {
      white[i * rank + c] = rows[c][i] * Math.sqrt(count);
      plain[i * rank + c] = rows[c][i] * Math.sqrt(values[c]);
    }
  }
  const directions = discriminants(localScatter(white, plain, count, rank), rank);
  // Back to features: component c is scaled · (Σ rows[c][i] · scaled_i) / value · √count.
  const kernel = new Float32Array(size * PAIR_SPACE);
  const weights = new Float64Array(count * PAIR_SPACE);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < rank; c++) {
      const factor = (rows[c][i] / values[c]) * Math.sqrt(count);
      for (let k = 0; k < PAIR_SPACE; k++) weights[i * PAIR_SPACE + k] += factor * directions[c * PAIR_SPACE + k];
    }
  }
  let total = 0;
  for (const value of directions) total += value * value;
  const unit = 1 / Math.sqrt(total);
  for (let i = 0; i < count; i++) {
    for (let f = 0; f < size; f++) {
      const value = scaled[i * size + f] * scale[f] * unit;
      if (value === 0) continue;
      for (let k = 0; k < PAIR_SPACE; k++) kernel[f * PAIR_SPACE + k] += value * weights[i * PAIR_SPACE + k];
    }
  }
  const bias = new Float32Array(PAIR_SPACE);
  for (let f = 0; f < size; f++) for (let k = 0; k < PAIR_SPACE; k++) bias[k] -= mean[f] * kernel[f * PAIR_SPACE + k];
  return { kernel, bias };
}

/** Features in the space: count × PAIR_SPACE. */
export function inSpace(features: Float32Array, count: number, { kernel, bias }: PairSpace): Float32Array {
  const size = features.length / count;
  const result = new Float32Array(count * PAIR_SPACE);
  for (let i = 0; i < count; i++) {
    const sums = Float64Array.from(bias);
    for (let f = 0; f < size; f++) {
      const value = features[i * size + f];
      for (let k = 0; k < PAIR_SPACE; k++) sums[k] += value * kernel[f * PAIR_SPACE + k];
    }
    result.set(sums, i * PAIR_SPACE);
  }
  return result;
}

function levelScales(
  features: Float32Array,
  count: number,
  size: number,
  levels: readonly number[],
): { readonly mean: Float64Array; readonly scale: Float64Array } {
  const mean = new Float64Array(size);
  const variance = new Float64Array(size);
  for (let i = 0; i < features.length; i++) mean[i % size] += features[i] / count;
  for (let i = 0; i < features.length; i++) variance[i % size] += (features[i] - mean[i % size]) ** 2 / count;
  const scale = new Float64Array(size);
  levels.forEach((from, level) => {
    const to = levels[level + 1] ?? size;
    const sum = variance.subarray(from, to).reduce((a, b) => a + b, 0);
    scale.fill(sum > 1e-12 ? 1 / Math.sqrt(sum) : 0, from, to);
  });
  return { mean, scale };
}

function gram(rows: Float32Array, count: number, size: number): Float64Array {
  const products = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = i; j < count; j++) {
      let sum = 0;
      for (let f = 0, x = i * size, y = j * size; f < size; f++, x++, y++) sum += rows[x] * rows[y];
      products[i * count + j] = sum;
      products[j * count + i] = sum;
    }
  }
  return products;
}

/** Half the mean outer product of the differences between each picture and its nearest. */
function localScatter(white: Float64Array, plain: Float64Array, count: number, rank: number): Float64Array {
  const scatter = new Float64Array(rank * rank);
  const compared = Math.min(rank, NEIGHBOUR_COMPONENTS);
  const difference = new Float64Array(rank);
  let pairs = 0;
  for (let i = 0; i < count; i++) {
    const distances = Float64Array.from({ length: count }, (_, j) => {
      if (j === i) return Infinity;
      let sum = 0;
      for (let c = 0; c < compared; c++) sum += (plain[i * rank + c] - plain[j * rank + c]) ** 2;
      return sum;
    });
    const nearest = [...distances.keys()].sort((x, y) => distances[x] - distances[y]).slice(0, Math.min(NEIGHBOURS, count - 1));
    for (const j of nearest) {
      pairs++;
      for (let c = 0; c < rank; c++) difference[c] = white[i * rank + c] - white[j * rank + c];
      for (let x = 0; x < rank; x++) for (let y = 0; y < rank; y++) scatter[x * rank + y] += difference[x] * difference[y];
    }
  }
  for (let x = 0; x < scatter.length; x++) scatter[x] /= 2 * pairs;
  for (let x = 0; x < rank; x++) scatter[x * rank + x] += RIDGE;
  return scatter;
}

/** rank × PAIR_SPACE. All of the variance is 1 here, so a direction's quotient is 1 over its local variance. */
function discriminants(local: Float64Array, rank: number): Float64Array {
  const { values, vectors } = symmetricEigen(local, rank);
  const order = [...values.keys()].sort((x, y) => values[x] - values[y]).slice(0, PAIR_SPACE);
  const directions = new Float64Array(rank * PAIR_SPACE);
  order.forEach((c, k) => {
    const quotient = 1 / values[c];
    // Nothing is dropped for good: an answer may speak of what neighbours differ in.
    const weight = Math.sqrt(Math.max(0.05, Math.log(quotient))) * Math.sqrt(quotient);
    for (let i = 0; i < rank; i++) directions[i * PAIR_SPACE + k] = vectors[i * rank + c] * weight;
  });
  return directions;
}
