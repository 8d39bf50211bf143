import type { ImageRecord } from '../dataset/image';
import { partitionExact } from '../groups/exactGroups';
import { compareKeep } from '../groups/keepOrder';
import { countUnder, partitionPoint } from '../pairs/countUnder';
import { inverseTransformIndex } from '../pairs/inverseTransform';
import { transformNames, type PairColumns, type TransformName } from '../pairs/pairColumns';
import type { ScanSettings } from '../settings/scanSettings';
import type { VerdictLookup } from '../verdicts/verdictLookup';
import type { Finding, FindingCounts } from './finding';
import { isSettled } from './boxContent';
import { FileFindings, type FileFacts } from './fileFindings';
import { pairId } from './findingId';
import { identityLeaks } from './identityLeaks';
import { allFindingKinds, findingKinds, type FindingKind, type Severity } from './kinds';

export interface FindingsInput extends Pick<FileFacts, 'suspects' | 'defects' | 'contradictions'> {
  readonly images: readonly ImageRecord[];
  /** Pairs of images with different content, at most one row for two contents. */
  readonly pairs: PairColumns;
  /** From `exactGroups(images)`. */
  readonly exactGroups: readonly (readonly number[])[];
  readonly verdicts: VerdictLookup;
  /** 1 for each image that findings must be on or related to; absent = all. */
  readonly only?: Uint8Array;
  /** One a root. */
  readonly settings: readonly Pick<ScanSettings, 'severity' | 'pairs'>[];
}

export interface FindingsRange {
  readonly threshold: number;
  readonly offset: number;
  readonly limit: number;
  readonly kinds?: readonly FindingKind[];
  /** Index of an image: only findings on it or related to it. */
  readonly image?: number;
}

/** One row of the table: a pair that is not settled as different. */
export interface PairFacts {
  /** The image a clean-up would remove; a finding stands on it. */
  readonly remove: number;
  readonly keep: number;
  readonly distance: number;
  /** How `remove` had to be turned to match `keep`. */
  readonly transform: TransformName;
  /** Its most urgent kind that is not `off`; where all are off, its most urgent. */
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly verdict: 'similar' | undefined;
}

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, off: 3 };
const kindIndex = Object.fromEntries(allFindingKinds.map((kind, i) => [kind, i])) as Record<FindingKind, number>;
/** Sort key of a kind at a severity: severity first, then urgency. */
const bucketOf = (severity: Severity, kind: FindingKind): number =>
  severityRank[severity] * allFindingKinds.length + kindIndex[kind];
const bucketKind = (bucket: number): FindingKind => allFindingKinds[bucket % allFindingKinds.length];
const severities = Object.keys(severityRank) as Severity[];
const bucketSeverity = (bucket: number): Severity => severities[Math.floor(bucket / allFindingKinds.length)];
const firstOff = bucketOf('off', allFindingKinds[0]);

/**
 * All findings of a scan at every threshold. What depends on the threshold is only where each kind's list, sorted worst first,
 * is cut: counting costs a binary search a kind, a page only the findings on it.
 *
 * Order, total: severity, urgency of the kind, score (1 − distance), then root and path of the image, then of its twin.
 */
export class FindingsTable {
  /** Of all rows, ascending: equal files (0) first. Pairs settled as different and pairs of ignored images are not among them. */
  readonly distances: Float32Array;
  private readonly remove: Uint32Array;
  private readonly keep: Uint32Array;
  /** Turns the one to remove to match the one to keep. */
  private readonly transform: Uint8Array;
  private readonly bucket: Uint8Array;
  private readonly files: FileFindings;
  /** Rows (pair kinds) or places in `files.all` (file kinds) of each bucket that is not off, in order; keys ascend by {@link bucketOf}. */
  private readonly buckets = new Map<number, Uint32Array>();
  /** For each root, the bucket of each kind. */
  private readonly bucketsOfRoot: readonly (readonly number[])[];
  private idToRow: Map<string, number> | undefined;

  constructor(private readonly input: FindingsInput) {
    const { images, pairs, verdicts, only } = input;
    this.bucketsOfRoot = input.settings.map(({ severity }) =>
      allFindingKinds.map(kind => bucketOf(severity[kind] ?? findingKinds[kind].severity, kind)),
    );
    const exact = partitionExact(
      images,
      input.exactGroups,
      verdicts,
      input.settings.map(settings => settings.pairs),
    ).pairs;
    const capacity = exact.length + pairs.a.length;
    const remove = new Uint32Array(capacity);
    const keep = new Uint32Array(capacity);
    const distances = new Float32Array(capacity);
    const transform = new Uint8Array(capacity);
    const bucket = new Uint8Array(capacity);
    let rows = 0;
    for (const pair of exact) {
      if (only && !only[pair.remove] && !only[pair.keep]) continue;
      remove[rows] = pair.remove;
      keep[rows] = pair.keep;
      bucket[rows] = this.classify(images[pair.remove], images[pair.keep], 'exact-duplicate');
      rows++;
    }
    const judged = Uint8Array.from(images, image => Number(verdicts.mentions(image.content)));
    const ignored = Uint8Array.from(images, (image, i) => Number(judged[i] === 1 && verdicts.ignores(image)));
    for (let i = 0; i < pairs.a.length; i++) {
      const a = pairs.a[i];
      const b = pairs.b[i];
      if (ignored[a] || ignored[b] || (only && !only[a] && !only[b])) continue;
      if (judged[a] && judged[b] && verdicts.ofPair(images[a], images[b]) === 'different') continue;
      const keepA = compareKeep(images[a], images[b]) < 0;
      remove[rows] = keepA ? b : a;
      keep[rows] = keepA ? a : b;
      distances[rows] = pairs.distance[i];
      transform[rows] = keepA ? pairs.transform[i] : inverseTransformIndex(pairs.transform[i]);
      bucket[rows] = this.classify(images[remove[rows]], images[keep[rows]], 'near-duplicate');
      rows++;
    }
    this.remove = remove.subarray(0, rows);
    this.keep = keep.subarray(0, rows);
    this.distances = distances.subarray(0, rows);
    this.transform = transform.subarray(0, rows);
    this.bucket = bucket.subarray(0, rows);
    const facts = {
      suspects: input.suspects?.filter(suspect => !isSettled(suspect, images[suspect.image], verdicts)),
      defects: input.defects,
      leaks: identityLeaks(images),
      contradictions: input.contradictions,
    };
    this.files = new FileFindings(images, facts, image => ignored[image] === 1 || input.only?.[image] === 0);
    this.fillBuckets();
  }

  /** How many rows are within a threshold. */
  countPairs(threshold: number): number {
    return countUnder(this.distances, threshold);
  }

  /** How many findings of each kind there are at a threshold. */
  counts(threshold: number): FindingCounts {
    const counts: Partial<Record<FindingKind, number>> = {};
    for (const [bucket, items] of this.buckets) {
      const count = this.cut(bucket, items, threshold);
      if (count > 0) counts[bucketKind(bucket)] = (counts[bucketKind(bucket)] ?? 0) + count;
    }
    return counts;
  }

  /** For each image the most urgent kind of finding on it or related to it, as a place in `allFindingKinds`; `none` without any. */
  kindsOfImages(threshold: number, none: number): Uint8Array {
    const kinds = new Uint8Array(this.input.images.length).fill(none);
    for (const [bucket, items] of this.buckets) {
      const kind = bucket % allFindingKinds.length;
      const isFile = findingKinds[bucketKind(bucket)].about === 'file';
      for (const item of items.subarray(0, this.cut(bucket, items, threshold))) {
        for (const image of isFile ? [this.files.all[item].image] : [this.remove[item], this.keep[item]]) {
          kinds[image] = Math.min(kinds[image], kind);
        }
      }
    }
    return kinds;
  }

  /** A window of the findings that the range asks for, worst first; `total` and `counts` are of all it asks for. */
  page(range: FindingsRange): { readonly total: number; readonly counts: FindingCounts; readonly findings: readonly Finding[] } {
    const counts: Partial<Record<FindingKind, number>> = {};
    const findings: Finding[] = [];
    let total = 0;
    for (const [bucket, items] of this.buckets) {
      const kind = bucketKind(bucket);
      if (range.kinds !== undefined && !range.kinds.includes(kind)) continue;
      let chosen = items.subarray(0, this.cut(bucket, items, range.threshold));
      if (range.image !== undefined) chosen = chosen.filter(item => this.concerns(kind, item, range.image!));
      if (chosen.length === 0) continue;
      counts[kind] = (counts[kind] ?? 0) + chosen.length;
      const end = Math.min(chosen.length, range.offset + range.limit - total);
      for (let i = Math.max(0, range.offset - total); i < end; i++) findings.push(this.finding(bucket, chosen[i]));
      total += chosen.length;
    }
    return { total, counts, findings };
  }

  /** The image at a row that a clean-up would remove. */
  removeAt(row: number): number {
    return this.remove[row];
  }

  /** The image at a row that a clean-up would keep. */
  keepAt(row: number): number {
    return this.keep[row];
  }

  /** The pair at a row (0 … `distances.length` − 1). */
  pair(row: number): PairFacts {
    const { images, verdicts } = this.input;
    const remove = this.remove[row];
    const keep = this.keep[row];
    const judged = verdicts.ofPair(images[remove], images[keep]);
    return {
      remove,
      keep,
      distance: this.distances[row],
      transform: transformNames[this.transform[row]],
      kind: bucketKind(this.bucket[row]),
      severity: bucketSeverity(this.bucket[row]),
      verdict: judged === 'similar' ? judged : undefined,
    };
  }

  /** The row with a finding's id, whatever the threshold; undefined where there is none. */
  rowOfId(id: string): number | undefined {
    if (this.idToRow === undefined) {
      this.idToRow = new Map();
      for (let row = 0; row < this.remove.length; row++) this.idToRow.set(this.idOfRow(row), row);
    }
    return this.idToRow.get(id);
  }

  /** The id of the finding that a row gives. */
  idOfRow(row: number): string {
    return pairId(this.input.images[this.remove[row]], this.input.images[this.keep[row]]);
  }

  private severityOf(image: ImageRecord, kind: FindingKind): Severity {
    return bucketSeverity(this.bucketsOfRoot[image.root][kindIndex[kind]]);
  }

  /** The kinds a pair fits, most urgent first. */
  private static fitting(remove: ImageRecord, keep: ImageRecord, base: FindingKind): FindingKind[] {
    const kinds: FindingKind[] = [];
    if (remove.split !== undefined && keep.split !== undefined && remove.split !== keep.split) kinds.push('split-leak');
    if (remove.label !== undefined && keep.label !== undefined && remove.label !== keep.label) kinds.push('label-conflict');
    kinds.push(base);
    return kinds;
  }

  /** The bucket of the first kind of {@link fitting} that is not off, without making lists: this runs once a pair. */
  private classify(remove: ImageRecord, keep: ImageRecord, base: FindingKind): number {
    const buckets = this.bucketsOfRoot[remove.root];
    let first = firstOff;
    if (remove.split !== undefined && keep.split !== undefined && remove.split !== keep.split) {
      first = buckets[kindIndex['split-leak']];
      if (first < firstOff) return first;
    }
    if (remove.label !== undefined && keep.label !== undefined && remove.label !== keep.label) {
      const bucket = buckets[kindIndex['label-conflict']];
      if (bucket < firstOff) return bucket;
      if (first === firstOff) first = bucket;
    }
    const bucket = buckets[kindIndex[base]];
    return bucket < firstOff || first === firstOff ? bucket : first;
  }

  /** How many of a bucket's items are within the threshold: all of a file kind. */
  private cut(bucket: number, items: Uint32Array, threshold: number): number {
    if (findingKinds[bucketKind(bucket)].about === 'file') return items.length;
    const limit = Math.fround(threshold);
    return partitionPoint(items.length, i => this.distances[items[i]] <= limit);
  }

  private concerns(kind: FindingKind, item: number, image: number): boolean {
    return findingKinds[kind].about === 'file'
      ? this.files.all[item].image === image
      : this.remove[item] === image || this.keep[item] === image;
  }

  private fillBuckets(): void {
    const { images } = this.input;
    const files = this.files.all;
    const fileBuckets = files.map(({ image, kind }) => this.bucketsOfRoot[images[image].root][kindIndex[kind]]);
    const sizes = new Uint32Array(firstOff + allFindingKinds.length);
    for (const bucket of this.bucket) sizes[bucket]++;
    for (const bucket of fileBuckets) sizes[bucket]++;
    const lists = Array.from(sizes.subarray(0, firstOff), size => new Uint32Array(size));
    const filled = new Uint32Array(sizes.length);
    const add = (bucket: number, item: number) => {
      if (bucket < firstOff) lists[bucket][filled[bucket]++] = item;
    };
    this.bucket.forEach(add);
    fileBuckets.forEach((bucket, i) => add(bucket, i));
    const rank = pathRanks(images);
    const byPath = (x: number, y: number) =>
      rank[this.remove[x]] - rank[this.remove[y]] || rank[this.keep[x]] - rank[this.keep[y]];
    lists.forEach((items, bucket) => {
      if (items.length === 0) return;
      const kind = bucketKind(bucket);
      const place = (file: number) => rank[files[file].image];
      if (findingKinds[kind].about === 'file') {
        items.sort((x, y) => files[y].score - files[x].score || place(x) - place(y) || x - y);
      } else sortTies(items, this.distances, byPath);
      this.buckets.set(bucket, items);
    });
  }

  private finding(bucket: number, item: number): Finding {
    const { images } = this.input;
    const kind = bucketKind(bucket);
    const severity = bucketSeverity(bucket) as Exclude<Severity, 'off'>;
    if (findingKinds[kind].about === 'file') {
      const { image, id, score, details, at } = this.files.all[item];
      const { root, path } = images[image];
      return { id, kind, severity, image, root, path, related: [], score, details, ...(at && { at }) };
    }
    const remove = images[this.remove[item]];
    const keep = images[this.keep[item]];
    const distance = this.distances[item];
    const exact = remove.content === keep.content;
    const kinds = FindingsTable.fitting(remove, keep, exact ? 'exact-duplicate' : 'near-duplicate');
    const also = kinds.slice(kinds.indexOf(kind) + 1).filter(each => this.severityOf(remove, each) !== 'off');
    const transform = transformNames[inverseTransformIndex(this.transform[item])];
    return {
      id: this.idOfRow(item),
      kind,
      severity,
      image: remove.index,
      root: remove.root,
      path: remove.path,
      related: [{ image: keep.index, root: keep.root, path: keep.path, distance }],
      score: Math.min(1, Math.max(0, 1 - distance)),
      details: {
        ...(also.length > 0 && { also }),
        ...(exact && { exact }),
        ...(remove.label !== undefined && keep.label !== undefined && { labels: [remove.label, keep.label] as const }),
        ...(remove.split !== undefined && keep.split !== undefined && { splits: [remove.split, keep.split] as const }),
        ...(transform !== 'none' && { transform }),
      },
    };
  }
}

/** Each image's place when all are sorted by root, then path (code units). Free where a walker already sorted them. */
function pathRanks(images: readonly ImageRecord[]): Uint32Array {
  const compare = (a: ImageRecord, b: ImageRecord) => a.root - b.root || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  const rank = new Uint32Array(images.length);
  const sorted = images.every((image, i) => i === 0 || compare(images[i - 1], image) <= 0) ? images : [...images].sort(compare);
  sorted.forEach((image, i) => (rank[image.index] = i));
  return rank;
}

/** Sorts runs of rows at the same distance; the distances themselves ascend already. */
function sortTies(rows: Uint32Array, distances: Float32Array, compare: (x: number, y: number) => number): void {
  for (let start = 0; start < rows.length;) {
    let end = start + 1;
    while (end < rows.length && distances[rows[end]] === distances[rows[start]]) end++;
    if (end - start > 1) rows.subarray(start, end).sort(compare);
    start = end;
  }
}
