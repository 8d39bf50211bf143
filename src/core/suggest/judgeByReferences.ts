import { confidenceOf } from './confidence';
import { nearestPrototypes } from './nearestPrototype';
import type { Nearest, Prototypes } from './nearestPrototype';
import { dot, joined, prototypesOf, refinedPrototypes, rowAt, rowCount, rowsAt } from './prototypes';
import type { Rows } from './prototypes';
import type { ReferenceTrial } from './suggestion';

/** What is known of the images to label and of the references. */
export interface SuggestInput {
  /** Each kind of vectors, of the queries first and then of the references. */
  readonly kinds: readonly Rows[];
  /** How much each kind counts. */
  readonly weights: readonly number[];
  readonly queries: number;
  /** Number of the class of each reference. */
  readonly classes: Int32Array;
  /** How many classes there are: each with a reference, two or more. */
  readonly count: number;
}

/** What the references say of a query. */
export interface Judged extends Nearest {
  readonly confidence: number;
  /** Number of the reference that is most like it, and their cosine. */
  readonly reference: number;
  readonly similarity: number;
}

/** How much outlines and an encoder's features count, in this order (docs/ONE-SHOT.md). */
export const KIND_WEIGHTS: readonly number[] = [1, 0.75];
const REFERENCES_SHARE = 0.5;
/** So many of the queries, evenly, show what is usual; and so many references are judged by the others. */
const CROWD = 1000;
const MOST_TRIED = 40;
/** Each of those moves the prototypes anew, so fewer images show it what is usual. */
const TRIAL_CROWD = 200;
/** So many references of a class are looked through for the one that is most like an image. */
const MOST_SHOWN = 20;

/** Tells for each query the class it is nearest to, and how sure that is. */
export function judgeByReferences({ kinds, weights, queries, classes, count }: SuggestInput): {
  readonly judged: readonly Judged[];
  readonly trial?: ReferenceTrial;
} {
  const all = joined(kinds, weights, evenly(queries, classes, count));
  const asked = rowsAt(all, range(0, queries));
  const references = rowsAt(all, range(queries, rowCount(all)));
  const crowd = rowsAt(asked, spread(queries, CROWD));
  const nearest = nearestPrototypes(asked, prototypesFor(references, classes, count, crowd), crowd);
  const shown = Array.from({ length: count }, (_, k) => spreadOf(numbersOf(classes, k), MOST_SHOWN));
  const judged = nearest.map((each, i) => ({
    ...each,
    confidence: confidenceOf(each, count),
    ...likeliest(rowAt(asked, i), references, shown[each.first]),
  }));
  const trial = tryReferences(references, classes, count, rowsAt(crowd, spread(rowCount(crowd), TRIAL_CROWD)));
  return { judged, ...(trial && { trial }) };
}

const prototypesFor = (references: Rows, classes: Int32Array, count: number, crowd: Rows): Prototypes => ({
  refined: refinedPrototypes(references, classes, count, crowd),
  bare: prototypesOf(references, classes, count),
});

const numbersOf = (classes: Int32Array, wanted: number): number[] =>
  Array.from(classes.keys()).filter(i => classes[i] === wanted);
const spreadOf = (list: readonly number[], most: number): number[] => spread(list.length, most).map(k => list[k]);

/** Which of some references is most like a query. */
function likeliest(
  query: Float32Array,
  references: Rows,
  among: readonly number[],
): { readonly reference: number; readonly similarity: number } {
  let [reference, similarity] = [0, -Infinity];
  for (const i of among) {
    const cosine = dot(query, rowAt(references, i));
    if (cosine > similarity) [reference, similarity] = [i, cosine];
  }
  return { reference, similarity };
}

/** Of the common mean, queries make one half and the classes of the references the other: an inbox may hold one class only. */
function evenly(queries: number, classes: Int32Array, count: number): Float64Array {
  const shots = shotsOf(classes, count);
  const own = Float64Array.from(classes, label => REFERENCES_SHARE / count / shots[label]);
  const shares = new Float64Array(queries + classes.length).fill((1 - REFERENCES_SHARE) / queries);
  shares.set(own, queries);
  return shares;
}

function shotsOf(classes: Int32Array, count: number): Int32Array {
  const shots = new Int32Array(count);
  for (const label of classes) shots[label]++;
  return shots;
}

/** Judges references by the others, each as if it had no label. Undefined where no class has two. */
function tryReferences(references: Rows, classes: Int32Array, count: number, crowd: Rows): ReferenceTrial | undefined {
  const shots = shotsOf(classes, count);
  const able = Array.from(classes.keys()).filter(i => shots[classes[i]] > 1);
  const tried = spreadOf(able, MOST_TRIED);
  if (tried.length === 0) return undefined;
  let [right, sum] = [0, 0];
  for (const i of tried) {
    const prototypes = prototypesFor(references, classes.with(i, -1), count, crowd);
    const [nearest] = nearestPrototypes(rowsAt(references, [i]), prototypes, crowd);
    const isRight = nearest.first === classes[i];
    right += Number(isRight);
    sum += confidenceOf(nearest, count);
  }
  return { judged: tried.length, right, meanConfidence: sum / tried.length };
}

const range = (from: number, end: number): number[] => Array.from({ length: end - from }, (_, k) => from + k);

/** At most so many of `count` numbers from 0, evenly. */
function spread(count: number, most: number): number[] {
  const length = Math.min(count, most);
  return Array.from({ length }, (_, k) => Math.floor((k * count) / length));
}
