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

/** How near a model finds two pictures, on the scan's scale. */
export interface ScanDistance {
  /** Whether so near a pair is rare enough among strangers to be worth aligning. */
  readonly isCandidate: (modelDistance: number) => boolean;
  /** @param aligned the distance of the aligned pair; 1 where it can't be aligned */
  readonly united: (modelDistance: number, aligned: number) => number;
}

/** Where strangers are expected for more than this share of the pictures, a model says nothing of a pair. */
const CANDIDATE_SHARE = 1 / 8;
/** Log-odds that the model adds to an aligned pair, for each e-fold by which so near strangers are rarer than `PLAIN`, and at most. */
const WEIGHT = 0.4;
const PLAIN = 20;
const MOST_FOLDS = 8;
/** Log-odds that are taken off where nothing but the model speaks for a pair: its tail is extrapolated. */
const MISTRUST = 2;

const distanceAt = (odds: number): number =>
  Math.fround(1 / (1 + Math.exp((odds - DISTANCE_SCALE.middle) / DISTANCE_SCALE.scale)));
const oddsAt = (distance: number): number =>
  DISTANCE_SCALE.middle + DISTANCE_SCALE.scale * Math.log(1 / Math.max(distance, 1e-9) - 1);

/**
 * A scan's distance stands for log-odds s at which N · exp(c − s) of N comparisons are expected to be false (core/calibration). A model's
 * distance at which the tail of the data set's own strangers expects E pairs would have the s at which as many are expected,
 * c + ln(N / E). What two pictures show when they are aligned says more than how near an encoder puts them, so that decides: the model
 * adds to it where it finds a pair nearer than strangers are, and speaks alone only where it is surer still. The numbers were chosen on
 * altered stamps (docs/MODELS.md). Undefined where the data set is too small to have a tail.
 */
export function scanDistance({ lists, family }: Neighbourhood): ScanDistance | undefined {
  const count = family.length;
  const nearest = lists.flatMap((list, i) => list.find(({ other }) => family[other] !== family[i])?.distance ?? []);
  const tail = strangerTail(nearest);
  if (!tail) return undefined;
  const comparisons = (count * (count - 1)) / 2;
  return {
    isCandidate: distance => tail.expectedAt(distance) <= count * CANDIDATE_SHARE,
    united: (distance, aligned) => {
      const expected = Math.max(tail.expectedAt(distance), Number.MIN_VALUE);
      if (expected > count * CANDIDATE_SHARE) return aligned;
      const alone = distanceAt(PRIOR_LOG_RATE + Math.log(comparisons / expected) - MISTRUST);
      const folds = Math.min(MOST_FOLDS, Math.log(PLAIN / expected));
      // Beyond the radius alignments are not listed, so that they must not count there either.
      if (folds <= 0 || aligned > RADIUS) return Math.min(aligned, alone);
      return Math.min(distanceAt(oddsAt(aligned) + WEIGHT * folds), alone);
    },
  };
}

export interface MeasureInput {
  readonly source: PairSource;
  readonly table: SignatureTable;
  readonly rowOf: (content: string) => number | undefined;
  readonly transforms: TransformOptions;
}

/** The classical pairs and those that only the model finds, aligned as well; each at the distance that both say together. */
export async function unitedPairs(
  classical: ContentPairs,
  { contents, lists }: Neighbourhood,
  near: (a: string, b: string) => number,
  { isCandidate, united }: ScanDistance,
  { source, table, rowOf, transforms }: MeasureInput,
  signal: AbortSignal,
): Promise<ContentPairs> {
  const result = new ContentPairs();
  const known = new Set<string>();
  const keyOf = (a: string, b: string): string => (a < b ? `${a}${b}` : `${b}${a}`);
  for (let p = 0; p < classical.length; p++) {
    const { a, b, distance, transform } = classical.at(p);
    result.add(a, b, united(near(a, b), distance), transform);
    known.add(keyOf(a, b));
  }
  const wanted: { readonly a: string; readonly b: string; readonly distance: number }[] = [];
  lists.forEach((list, i) => {
    for (const { other, distance } of list) {
      const [a, b] = [contents[i], contents[other]];
      const key = keyOf(a, b);
      if (!isCandidate(distance) || known.has(key)) continue;
      known.add(key);
      wanted.push({ a, b, distance });
    }
  });
  const rows = wanted.map(({ a, b }) => [rowOf(a), rowOf(b)] as const);
  const aligned = await source.measurePairs(table, rows, transforms, signal);
  wanted.forEach(({ a, b, distance }, k) => {
    const { distance: own, transform } = aligned[k];
    const both = united(distance, own);
    if (both <= RADIUS) result.add(a, b, both, transform);
  });
  return result;
}
