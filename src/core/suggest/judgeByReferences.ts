import { confidenceOf } from './confidence';
import { nearestPrototypes } from './nearestPrototype';
import type { Nearest } from './nearestPrototype';
import { centred, dot, prototypesOf, rowAt, rowCount } from './prototypes';
import type { Rows } from './prototypes';
import type { ReferenceTrial } from './suggestion';

export interface ReferenceRows {
  readonly rows: Rows;
  /** Number of the class of each. */
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

/** As many of the queries show what is usual, and as many references are judged by the others. */
const MOST_TRIED = 200;
const CROWD = 500;

/** Tells for each query the class it is nearest to, and how sure that is. @param queries one or more embeddings */
export function judgeByReferences(
  queries: Rows,
  references: ReferenceRows,
): { readonly judged: readonly Judged[]; readonly trial?: ReferenceTrial } {
  const [own, others] = centred([queries, references.rows]);
  const shots = shotsOf(references);
  const nearest = nearestPrototypes(own, prototypesOf(others, references.classes, references.count));
  const judged = nearest.map((each, i) => {
    const query = rowAt(own, i);
    let [reference, similarity] = [0, -Infinity];
    for (let r = 0; r < rowCount(others); r++) {
      if (references.classes[r] !== each.first) continue;
      const cosine = dot(query, rowAt(others, r));
      if (cosine > similarity) [reference, similarity] = [r, cosine];
    }
    return { ...each, confidence: confidenceOf(each, references.count, shots[each.first]), reference, similarity };
  });
  const trial = tryReferences(others, references, own);
  return { judged, ...(trial && { trial }) };
}

function shotsOf({ classes, count }: ReferenceRows): Int32Array {
  const shots = new Int32Array(count);
  for (const label of classes) shots[label]++;
  return shots;
}

/** Judges references by the others, each as if it had no label. Undefined where no class has two. */
function tryReferences(rows: Rows, { classes, count }: ReferenceRows, queries: Rows): ReferenceTrial | undefined {
  const shots = shotsOf({ rows, classes, count });
  const crowd = spread(queries, CROWD);
  const able = Array.from(classes.keys()).filter(i => shots[classes[i]] > 1);
  const tried = able.filter((_, k) => k % Math.ceil(able.length / MOST_TRIED) === 0);
  if (tried.length === 0) return undefined;
  let [right, sum] = [0, 0];
  for (const i of tried) {
    const without = prototypesOf(rows, classes.with(i, -1), count);
    const [nearest] = nearestPrototypes({ values: rowAt(rows, i), size: rows.size }, without, crowd);
    right += Number(nearest.first === classes[i]);
    sum += confidenceOf(nearest, count, shots[nearest.first] - Number(nearest.first === classes[i]));
  }
  return { judged: tried.length, right, meanConfidence: sum / tried.length };
}

/** So many rows, evenly from all. */
function spread(rows: Rows, most: number): Rows {
  const step = Math.ceil(rowCount(rows) / most);
  if (step <= 1) return rows;
  const chosen = Array.from({ length: Math.floor(rowCount(rows) / step) }, (_, k) => rowAt(rows, k * step));
  const values = new Float32Array(chosen.length * rows.size);
  chosen.forEach((row, k) => values.set(row, k * rows.size));
  return { values, size: rows.size };
}
