import type { NearestLists } from '../modelScan/vectorSearch';
import { nearestInTable, nearestLists } from '../modelScan/vectorSearch';
import { SeededRandom } from '../samplers/random';
import { fuzzyGraph } from './fuzzyGraph';
import { principalPlane } from './principalPlane';
import { spreadOut } from './spreadOut';

/** More are not laid out themselves: the time grows with the square of their number. */
export const LAID_OUT_LIMIT = 20_000;
/** Neighbours that a point keeps near it; UMAP's usual number. */
const KEPT_NEAR = 15;
/** Neighbours that decide where a point goes that is not laid out itself. */
const PLACED_BY = 5;
/** Fewer have no neighbourhoods to speak of: their principal plane is their map. */
const FEWEST_SPREAD_OUT = 5;
/** Half the side of the square in which points start. */
const startReach = 10;
const seed = 1;

export interface DrawnMap {
  /** count × 2, in no unit. */
  readonly xy: Float32Array;
  /** How many were laid out; the rest lies by its nearest among them. */
  readonly laidOut: number;
}

/** How long the phases take of the whole, about: on 20,000 of 128 numbers. */
const shares = { search: 0.35, place: 0.1 } as const;

/**
 * A map of vectors on which near ones lie together. The same vectors give the same map, with any number of threads.
 *
 * @param vectors count × size
 * @param onProgress share of the work, 0…1
 * @throws the signal's reason when aborted
 */
export async function drawMap(
  vectors: Float32Array,
  size: number,
  threads: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
  limit = LAID_OUT_LIMIT,
): Promise<DrawnMap> {
  const count = vectors.length / size;
  if (count <= limit) {
    const xy = Float32Array.from(await layOut(vectors, size, threads, onProgress, signal));
    return { xy, laidOut: count };
  }
  // One drawn of each stretch of the scan's order: every folder has its share, and no pattern in it falls through.
  const random = new SeededRandom(seed);
  const sampled = Array.from({ length: limit }, (_, i) => Math.min(count - 1, Math.floor(((i + random.next()) * count) / limit)));
  const isSampled = new Uint8Array(count);
  for (const row of sampled) isSampled[row] = 1;
  const rest = Array.from({ length: count }, (_, row) => row).filter(row => !isSampled[row]);
  const [table, others] = [rowsOf(vectors, size, sampled), rowsOf(vectors, size, rest)];
  const places = await layOut(table, size, threads, share => onProgress(share * (1 - shares.place)), signal);
  const placing = (share: number): void => onProgress(1 - shares.place * (1 - share));
  const lists = await nearestInTable(others, table, size, PLACED_BY, threads, placing, signal);
  const xy = new Float32Array(count * 2);
  sampled.forEach((row, i) => xy.set(places.subarray(2 * i, 2 * i + 2), 2 * row));
  rest.forEach((row, i) => xy.set(amongNearest(others, table, size, i, lists, places), 2 * row));
  return { xy, laidOut: limit };
}

async function layOut(
  vectors: Float32Array,
  size: number,
  threads: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Float64Array> {
  const count = size === 0 ? 0 : vectors.length / size;
  if (count === 0) return new Float64Array(0);
  const places = await principalPlane(vectors, size, signal);
  scaleTo(places, startReach);
  if (count < FEWEST_SPREAD_OUT) return places;
  const searching = (share: number): void => onProgress(share * shares.search);
  const lists = await nearestLists(vectors, size, KEPT_NEAR, threads, searching, signal);
  const graph = await fuzzyGraph(vectors, size, lists, signal);
  const spreading = (share: number): void => onProgress(shares.search + share * (1 - shares.search));
  await spreadOut(places, graph, seed, spreading, signal);
  return places;
}

const rowsOf = (vectors: Float32Array, size: number, rows: readonly number[]): Float32Array => {
  const part = new Float32Array(rows.length * size);
  rows.forEach((row, i) => part.set(vectors.subarray(row * size, (row + 1) * size), i * size));
  return part;
};

function scaleTo(places: Float64Array, reach: number): void {
  const largest = places.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  if (largest > 0) places.forEach((each, i) => (places[i] = (each * reach) / largest));
}

/** The mean of the nearest points' places, the nearer the weightier: by 1 / d². */
function amongNearest(
  others: Float32Array,
  table: Float32Array,
  size: number,
  row: number,
  { k, neighbours }: NearestLists,
  places: Float64Array,
): [number, number] {
  let [x, y, total] = [0, 0, 0];
  for (let rank = 0; rank < k; rank++) {
    const near = neighbours[row * k + rank];
    let square = 1e-9;
    for (let d = 0; d < size; d++) square += (others[row * size + d] - table[near * size + d]) ** 2;
    x += places[2 * near] / square;
    y += places[2 * near + 1] / square;
    total += 1 / square;
  }
  return [x / total, y / total];
}
