import { inverseTransform } from '../descriptor/transforms';
import type { TransformOptions } from '../descriptor/transforms';
import type { SignatureTable } from '../descriptor/signatureTable';
import type { Candidates } from '../index/candidates';
import { defaultVectorCandidateOptions } from '../index/vectorCandidates';
import type { PairFinder } from '../pairFinder';

/** What changed since all pairs were last known. Rows in an order of their contents. */
export interface RowChanges {
  /** All rows now, new ones among them. */
  readonly rows: Uint32Array;
  readonly added: Uint32Array;
  /** Rows that are gone from the data set, but whose signatures are still in the table. */
  readonly removed: Uint32Array;
}

export interface ChangedCandidates {
  /** Candidates with an end in `added` or `renewed`. */
  readonly candidates: Candidates;
  /** Rows whose candidates had to be looked for anew: what is known of their pairs no longer counts. */
  readonly renewed: ReadonlySet<number>;
}

/** Where more of the rows than this change or are renewed, looking for all pairs anew costs no more. */
const renewedShare = 0.25;

/**
 * The candidates that a full search would find among the rows now and that involve a change, without a full search.
 *
 * A picture lists its nearest `most` as candidates. One that lists fewer lists all that are near enough, so an added or removed
 * picture changes nothing else in its list. But in a crowd of look-alikes lists are full, and then an added picture pushes another
 * one out, and a removed one lets another in: the lists of those pictures are made anew, and of those that may list them.
 * @returns undefined where so much changed that a full search is as cheap
 */
export const changedCandidates = async (
  finder: Pick<PairFinder, 'candidates'>,
  table: SignatureTable,
  { rows, added, removed }: RowChanges,
  transforms: TransformOptions,
  signal: AbortSignal,
  most = defaultVectorCandidateOptions.mostPerPicture,
): Promise<ChangedCandidates | undefined> => {
  if (added.length + removed.length > rows.length * renewedShare) return undefined;
  const query = async (from: Uint32Array, columns: Uint32Array): Promise<Candidates> =>
    from.length === 0 || columns.length === 0
      ? none
      : finder.candidates(table, { kind: 'queries', rows: from, columns }, transforms, () => undefined, signal);

  const isAdded = setOf(added);
  const isRemoved = setOf(removed);
  const old = rows.filter(row => !isAdded.has(row));
  const changes = Uint32Array.from([added, removed].flatMap(list => [...list]));
  const touching = await query(old, changes);
  const isChange = setOf(changes);
  /** Old pictures that see a change, and how many places of their lists removed pictures may have taken, by transform. */
  const affected = new Set<number>();
  const counts = new Map<number, number>();
  const count = (row: number, transform: number): void => {
    const key = row * 8 + transform;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  forEachPair(touching, (a, b, transform) => {
    const row = isChange.has(a) ? b : a;
    affected.add(row);
    if (isRemoved.has(a) || isRemoved.has(b)) count(row, row === b ? transform : inverseTransform(transform));
  });

  const own = await query(
    rows.filter(row => isAdded.has(row) || affected.has(row)),
    rows,
  );
  forEachPair(own, (a, b, transform) => {
    count(b, transform);
    count(a, inverseTransform(transform));
  });
  const renewed = new Set<number>();
  for (const [key, listed] of counts) {
    const row = Math.floor(key / 8);
    if (listed >= most && affected.has(row)) renewed.add(row);
  }
  if (renewed.size > rows.length * renewedShare) return undefined;

  const concerned = (row: number): boolean => isAdded.has(row) || renewed.has(row);
  const lists = [own];
  if (renewed.size > 0) {
    const others = old.filter(row => !affected.has(row));
    const seeing = new Set<number>();
    forEachPair(
      await query(
        others,
        rows.filter(row => renewed.has(row)),
      ),
      (a, b) => seeing.add(renewed.has(a) ? b : a),
    );
    if (seeing.size > rows.length * renewedShare) return undefined;
    lists.push(
      await query(
        rows.filter(row => seeing.has(row)),
        rows,
      ),
    );
  }
  return { candidates: mergeCandidates(lists, (a, b) => concerned(a) || concerned(b)), renewed };
};

const none: Candidates = { a: new Uint32Array(0), b: new Uint32Array(0), transform: new Uint8Array(0) };

const setOf = (rows: Uint32Array): ReadonlySet<number> => new Set(rows);

const forEachPair = ({ a, b, transform }: Candidates, use: (a: number, b: number, transform: number) => void): void => {
  for (let i = 0; i < a.length; i++) use(a[i], b[i], transform[i]);
};

/** One list in the order that candidates have, without repeats. */
export const mergeCandidates = (lists: readonly Candidates[], wanted: (a: number, b: number) => boolean): Candidates => {
  const rows: [number, number, number][] = [];
  for (const list of lists) forEachPair(list, (a, b, transform) => wanted(a, b) && rows.push([a, b, transform]));
  rows.sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2]);
  const isNew = ([a, b, transform]: [number, number, number], i: number): boolean =>
    i === 0 || rows[i - 1][0] !== a || rows[i - 1][1] !== b || rows[i - 1][2] !== transform;
  const unique = rows.filter(isNew);
  return {
    a: Uint32Array.from(unique, row => row[0]),
    b: Uint32Array.from(unique, row => row[1]),
    transform: Uint8Array.from(unique, row => row[2]),
  };
};
