import type { TransformOptions } from '../descriptor/transforms';
import { inverseTransform } from '../descriptor/transforms';
import type { SignatureTable } from '../descriptor/signatureTable';
import type { Candidates } from '../index/candidates';
import type { ListFloors } from '../index/listFloors';
import type { PairFinder } from '../pairFinder';

/** A near pair known from before. Rows; `transform` turns `b` to match `a`. */
export interface KnownPair {
  readonly a: number;
  readonly b: number;
  readonly transform: number;
}

/** What changed since all pairs were last known. Rows in an order of their contents. */
export interface RowChanges {
  /** All rows now, new ones among them. */
  readonly rows: Uint32Array;
  readonly added: Uint32Array;
  /** Rows that are gone from the data set, but whose signatures are still in the table. */
  readonly removed: Uint32Array;
  /** The near pairs of the rows before. */
  readonly known: readonly KnownPair[];
  /** Of the lists of candidates before; those of rows whose lists change are replaced. */
  readonly floors: ListFloors;
}

export interface ChangedCandidates {
  /** Candidates to measure. */
  readonly candidates: Candidates;
  /** Which of the known pairs hold as they are. */
  readonly stands: (pair: KnownPair) => boolean;
}

/** Where more of the rows than this changed, or have changed lists, looking for all pairs anew costs no more. */
const renewedShare = 0.4;

/**
 * What a full search among the rows now would find, without a full search.
 *
 * A picture lists its nearest as candidates, so many at most. An added picture gets on a list only if it is as similar as the last one
 * there (the list's floor), and then may push that one out; a removed one was on a list only if it was as similar, and then lets
 * another in. So only these lists are made anew. A pair is a candidate if either lists the other: whether a known pair of a picture
 * whose list changed still is one, its partner's list may have to tell, which is made anew as well.
 *
 * @returns undefined where so much changed that a full search is as cheap
 */
export const changedCandidates = async (
  finder: Pick<PairFinder, 'candidates' | 'listing'>,
  table: SignatureTable,
  { rows, added, removed, known, floors }: RowChanges,
  transforms: TransformOptions,
  signal: AbortSignal,
): Promise<ChangedCandidates | undefined> => {
  if (added.length + removed.length > rows.length * renewedShare) return undefined;
  const isAdded: ReadonlySet<number> = new Set(added);
  const isRemoved: ReadonlySet<number> = new Set(removed);
  const old = rows.filter(row => !isAdded.has(row));
  const pushed = await finder.listing(table, old, added, transforms, floors, signal);
  const letIn = await finder.listing(table, old, removed, transforms, floors, signal);
  const isChanged = (row: number): boolean => pushed.has(row) || letIn.has(row);
  const partners = new Set<number>();
  for (const { a, b } of known) {
    if (isChanged(a)) partners.add(b);
    if (isChanged(b)) partners.add(a);
  }
  const asked = rows.filter(row => isAdded.has(row) || isChanged(row) || partners.has(row));
  if (asked.length > rows.length * renewedShare) return undefined;
  const lists =
    asked.length === 0
      ? none
      : await finder.candidates(
          table,
          { kind: 'queries', rows: asked, columns: rows },
          transforms,
          () => undefined,
          signal,
          floors,
        );

  const listed = new Set<string>();
  forEachPair(lists, (a, b, transform) => listed.add(keyOf({ a, b, transform })));
  const stands = (pair: KnownPair): boolean => {
    const { a, b } = pair;
    if (isRemoved.has(a) || isRemoved.has(b) || letIn.has(a) || letIn.has(b)) return false;
    return (!pushed.has(a) && !pushed.has(b)) || listed.has(keyOf(pair));
  };
  // The nearest of a pair's transforms is known; where that is no longer a candidate, another may be.
  const fallen = new Set(known.filter(pair => !stands(pair)).map(({ a, b }) => pairKey(a, b)));
  // Of two pictures that were there before, only one whose list has room again can list the other for the first time.
  const isNew = (a: number, b: number): boolean => isAdded.has(a) || isAdded.has(b) || letIn.has(a) || letIn.has(b);
  return { candidates: filterCandidates(lists, (a, b) => isNew(a, b) || fallen.has(pairKey(a, b))), stands };
};

const none: Candidates = { a: new Uint32Array(0), b: new Uint32Array(0), transform: new Uint8Array(0) };

const pairKey = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** The same whichever of the two comes first. */
const keyOf = ({ a, b, transform }: KnownPair): string =>
  a < b ? `${a} ${b} ${transform}` : `${b} ${a} ${inverseTransform(transform)}`;

const forEachPair = ({ a, b, transform }: Candidates, use: (a: number, b: number, transform: number) => void): void => {
  for (let i = 0; i < a.length; i++) use(a[i], b[i], transform[i]);
};

function filterCandidates(list: Candidates, wanted: (a: number, b: number) => boolean): Candidates {
  const kept: number[] = [];
  for (let i = 0; i < list.a.length; i++) if (wanted(list.a[i], list.b[i])) kept.push(i);
  return {
    a: Uint32Array.from(kept, i => list.a[i]),
    b: Uint32Array.from(kept, i => list.b[i]),
    transform: Uint8Array.from(kept, i => list.transform[i]),
  };
}

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
