import { setImmediate as nextTurn } from 'node:timers/promises';
import { NO_NEIGHBOUR, type NearestLists } from '../modelScan/vectorSearch';

/** Which points draw each other together, and how strongly. Every edge stands in both directions, a point's edges one after the other. */
export interface FuzzyGraph {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** In (0, 1]. */
  readonly weight: Float32Array;
}

const bisections = 64;
const tolerance = 1e-5;
/** A scale is at least this share of the mean distance of its list, else equal pictures would hold on to nothing else. */
const leastScale = 1e-3;
/** Points worked off before messages (cancel!) are read. */
const pointsPerTurn = 2000;

/**
 * UMAP's graph: for each point a smooth kernel over its nearest others, as wide as makes the weights of its list add up to log₂ k, the
 * nearest of them at weight 1; then the union of both directions, a + b − ab (McInnes, Healy & Melville 2018, "UMAP: Uniform
 * Manifold Approximation and Projection", arXiv:1802.03426, algorithms 2 and 3).
 *
 * @param vectors count × size, in which the distances are Euclidean
 * @throws the signal's reason when aborted
 */
export async function fuzzyGraph(
  vectors: Float32Array,
  size: number,
  lists: NearestLists,
  signal: AbortSignal,
): Promise<FuzzyGraph> {
  const { k, neighbours } = lists;
  const count = vectors.length / size;
  const weights = new Float32Array(count * k);
  const distances = new Float64Array(k);
  for (let i = 0; i < count; i++) {
    if (i % pointsPerTurn === 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
    const listed = distancesOf(vectors, size, i, neighbours.subarray(i * k, (i + 1) * k), distances);
    kernelWeights(distances.subarray(0, listed), weights.subarray(i * k, i * k + listed));
  }
  return union(weights, lists, count);
}

/** @returns how many neighbours the list holds */
function distancesOf(vectors: Float32Array, size: number, point: number, list: Uint32Array, into: Float64Array): number {
  let listed = 0;
  for (const other of list) {
    if (other === NO_NEIGHBOUR) break;
    let square = 0;
    for (let d = 0; d < size; d++) square += (vectors[point * size + d] - vectors[other * size + d]) ** 2;
    into[listed++] = Math.sqrt(square);
  }
  return listed;
}

/** exp(−(d − ρ) / σ): ρ the least distance above 0, σ by bisection. */
function kernelWeights(distances: Float64Array, into: Float32Array): void {
  const wanted = Math.log2(Math.max(2, distances.length));
  let nearest = Infinity;
  let sum = 0;
  for (const distance of distances) {
    sum += distance;
    if (distance > 0 && distance < nearest) nearest = distance;
  }
  if (nearest === Infinity) nearest = 0;
  let [low, high, scale] = [0, Infinity, 1];
  for (let step = 0; step < bisections; step++) {
    let total = 0;
    for (const distance of distances) total += distance > nearest ? Math.exp((nearest - distance) / scale) : 1;
    if (Math.abs(total - wanted) < tolerance) break;
    if (total > wanted) high = scale;
    else low = scale;
    scale = high === Infinity ? scale * 2 : (low + high) / 2;
  }
  scale = Math.max(scale, (leastScale * sum) / Math.max(1, distances.length), Number.MIN_VALUE);
  distances.forEach((distance, at) => (into[at] = distance > nearest ? Math.exp((nearest - distance) / scale) : 1));
}

function union(weights: Float32Array, { k, neighbours }: NearestLists, count: number): FuzzyGraph {
  const degree = new Uint32Array(count + 1);
  const weightOf = (i: number, j: number): number => {
    for (let at = i * k; at < (i + 1) * k; at++) if (neighbours[at] === j) return weights[at];
    return 0;
  };
  const eachEdge = (use: (i: number, j: number, weight: number, isMutual: boolean) => void): void => {
    for (let i = 0; i < count; i++) {
      for (let at = i * k; at < (i + 1) * k && neighbours[at] !== NO_NEIGHBOUR; at++) {
        const j = neighbours[at];
        const back = weightOf(j, i);
        use(i, j, weights[at] + back - weights[at] * back, back > 0);
      }
    }
  };
  // A mutual edge comes up once from either end, another only from one.
  eachEdge((i, j, _, isMutual) => {
    degree[i + 1]++;
    if (!isMutual) degree[j + 1]++;
  });
  for (let i = 0; i < count; i++) degree[i + 1] += degree[i];
  const edges = degree[count];
  const graph = { from: new Uint32Array(edges), to: new Uint32Array(edges), weight: new Float32Array(edges) };
  const next = degree.slice(0, count);
  const add = (i: number, j: number, weight: number): void => {
    const at = next[i]++;
    graph.from[at] = i;
    graph.to[at] = j;
    graph.weight[at] = weight;
  };
  eachEdge((i, j, weight, isMutual) => {
    add(i, j, weight);
    if (!isMutual) add(j, i, weight);
  });
  return graph;
}
