import { setImmediate as nextTurn } from 'node:timers/promises';
import { PRIOR_LOG_RATE } from '../../core/calibration/calibrate';
import { strangerTail } from '../../core/calibration/strangerTail';
import type { SignatureTable } from '../descriptor/signatureTable';
import type { TransformOptions } from '../descriptor/transforms';
import { DISTANCE_SCALE, RADIUS } from '../rescore/distance';
import { ContentPairs } from '../session/contentPairs';
import type { PairSource } from '../session/pairSource';
import type { Embeddings } from './embeddings';
import type { ScanModel } from './scanModel';
import { nearestLists, NO_NEIGHBOUR } from './vectorSearch';

/** How many neighbours are looked at: for pairs, and for votes where copies are left out. */
export const NEIGHBOURS = 32;
/** Pictures at this classical distance or less are one family: copies, not strangers. */
const FAMILY_DISTANCE = 0.2;
const MEASURES_PER_TURN = 50;

/** Pictures with their nearest in a model's eyes. Contents sorted, so that nothing depends on the order of files. */
export interface Neighbourhood {
  readonly contents: readonly string[];
  /** For each content its nearest others, nearest first by the model's own distance. */
  readonly lists: readonly (readonly { readonly other: number; readonly distance: number }[])[];
  /** A number a content, equal for copies by the classical distance. */
  readonly family: Uint32Array;
}

/** All contents that have an embedding, with their nearest ones by the model's distance. @throws the signal's reason when aborted */
export async function findNeighbourhood(
  wanted: Iterable<string>,
  embeddings: Embeddings,
  model: ScanModel,
  classical: ContentPairs,
  threads: number,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<Neighbourhood> {
  const contents = [...wanted].filter(content => embeddings.has(content)).sort();
  const { size } = embeddings;
  const vectors = new Float32Array(contents.length * size);
  contents.forEach((content, i) => vectors.set(embeddings.get(content)!, i * size));
  const searched = model.distance.name === 'cosine' ? unitVectors(vectors, size) : vectors;
  const { k, neighbours } = await nearestLists(searched, size, NEIGHBOURS, threads, onProgress, signal);
  const of = (i: number): Float32Array => vectors.subarray(i * size, (i + 1) * size);
  const lists = contents.map((_, i) => {
    const list = Array.from(neighbours.subarray(i * k, (i + 1) * k))
      .filter(other => other !== NO_NEIGHBOUR)
      .map(other => ({ other, distance: model.distance.between(of(i), of(other)) }));
    return list.sort((x, y) => x.distance - y.distance || x.other - y.other);
  });
  return { contents, lists, family: familiesOf(contents, classical) };
}

function unitVectors(vectors: Float32Array, size: number): Float32Array {
  const unit = vectors.slice();
  for (let at = 0; at < unit.length; at += size) {
    let squares = 0;
    for (let d = 0; d < size; d++) squares += unit[at + d] ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let d = 0; d < size; d++) unit[at + d] /= length;
  }
  return unit;
}

function familiesOf(contents: readonly string[], pairs: ContentPairs): Uint32Array {
  const numberOf = new Map(contents.map((content, i) => [content, i]));
  const parent = Uint32Array.from(contents.keys());
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (let p = 0; p < pairs.length; p++) {
    const { a, b, distance } = pairs.at(p);
    if (distance > FAMILY_DISTANCE) continue;
    const [one, other] = [numberOf.get(a), numberOf.get(b)];
    if (one === undefined || other === undefined) continue;
    const [x, y] = [find(one), find(other)];
    if (x !== y) parent[Math.max(x, y)] = Math.min(x, y);
  }
  return parent.map((_, i) => find(i));
}

/** Turns the model's distances into the scan's: pairs of both mean as many false pairs. Undefined where the data set is too small. */
export type ScanDistanceOf = (modelDistance: number) => number;

/**
 * A scan's distance stands for log-odds s at which N · exp(c − s) of N comparisons are expected to be false (core/calibration). A model's
 * distance at which the tail of the data set's own strangers expects E pairs is given the s at which as many are expected: s = c + ln(N / E).
 */
export function scanDistance({ lists, family }: Neighbourhood): ScanDistanceOf | undefined {
  const count = family.length;
  const nearest = lists.flatMap((list, i) => list.find(({ other }) => family[other] !== family[i])?.distance ?? []);
  const tail = strangerTail(nearest);
  if (!tail) return undefined;
  const comparisons = (count * (count - 1)) / 2;
  return distance => {
    const odds = PRIOR_LOG_RATE + Math.log(comparisons / Math.max(tail.expectedAt(distance), Number.MIN_VALUE));
    return Math.fround(1 / (1 + Math.exp((odds - DISTANCE_SCALE.middle) / DISTANCE_SCALE.scale)));
  };
}

export interface MeasureInput {
  readonly source: PairSource;
  readonly table: SignatureTable;
  readonly rowOf: (content: string) => number | undefined;
  readonly transforms: TransformOptions;
}

/**
 * The classical pairs, each at the smaller of its two distances, and those that only the model finds within the radius; these are
 * aligned too, which tells how they are turned, and are nearer yet if that says so.
 */
export async function unitedPairs(
  classical: ContentPairs,
  { contents, lists }: Neighbourhood,
  distanceOf: ScanDistanceOf,
  { source, table, rowOf, transforms }: MeasureInput,
  signal: AbortSignal,
): Promise<ContentPairs> {
  const near = new Map<string, number>();
  const keyOf = (a: string, b: string): string => (a < b ? `${a}${b}` : `${b}${a}`);
  lists.forEach((list, i) => {
    for (const { other, distance } of list) {
      const scaled = distanceOf(distance);
      if (scaled <= RADIUS) near.set(keyOf(contents[i], contents[other]), scaled);
    }
  });
  const united = new ContentPairs();
  for (let p = 0; p < classical.length; p++) {
    const { a, b, distance, transform } = classical.at(p);
    const key = keyOf(a, b);
    united.add(a, b, Math.min(distance, near.get(key) ?? 1), transform);
    near.delete(key);
  }
  let measured = 0;
  for (const [key, scaled] of [...near].sort(([x], [y]) => (x < y ? -1 : 1))) {
    if (measured++ % MEASURES_PER_TURN === 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
    const [a, b] = [key.slice(0, key.length / 2), key.slice(key.length / 2)];
    const [rowA, rowB] = [rowOf(a), rowOf(b)];
    const aligned =
      rowA === undefined || rowB === undefined ? undefined : source.measure(table, table.get(rowA), rowB, transforms);
    const isAligned = aligned !== undefined && aligned.distance <= RADIUS;
    united.add(a, b, Math.min(scaled, isAligned ? aligned.distance : 1), isAligned ? aligned.transform : 0);
  }
  return united;
}
