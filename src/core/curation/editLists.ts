import { jsonElements, removalsOf, type JsonRange } from './jsonElements';
import { writeLabel, writeRef, type ListFile, type ListRow } from './listFile';
import type { Splice } from './splices';

/** What happens to one row of a list. */
export interface RowChange {
  readonly index: number;
  readonly row: ListRow;
  /** The new name; undefined where the row goes away. */
  readonly ref?: string;
  /** The new label, where the row's own is to change. */
  readonly label?: string;
}

/** A row that comes from another list. */
export interface RowArrival {
  readonly from: { readonly text: string; readonly file: ListFile };
  readonly row: ListRow;
  readonly ref: string;
  readonly label?: string;
}

/** The list to come to cannot hold the row. */
export type ArrivalProblem = 'columns' | 'categories' | 'empty';
export class ArrivalError extends Error {
  constructor(
    readonly problem: ArrivalProblem,
    readonly arrival: RowArrival,
  ) {
    super(problem);
    this.name = 'ArrivalError';
  }
}

/** The splices that change a list's rows, take some out and put others in at its end. Throws an {@link ArrivalError}. */
export function editList(text: string, file: ListFile, changes: readonly RowChange[], arrivals: readonly RowArrival[]): Splice[] {
  const splices: Splice[] = [];
  const drops = changes.filter(({ ref }) => ref === undefined);
  for (const { row, ref, label } of changes) {
    if (ref === undefined) continue;
    splices.push(...cellSplices(text, file, row, ref, label));
  }
  if (file.kind === 'coco' || file.kind === 'json') splices.push(...arraySplices(text, file, drops, arrivals));
  else {
    for (const { row } of drops) {
      splices.push({ at: row.range.start, before: text.slice(row.range.start, row.range.end), after: '' });
    }
    if (arrivals.length > 0) splices.push({ at: text.length, before: '', after: arrivedLines(text, file, arrivals) });
  }
  const real = splices.filter(({ before, after }) => before !== after);
  // At one place, what is put in comes before what is taken out.
  return real.sort((a, b) => a.at - b.at || a.before.length - b.before.length);
}

function cellSplices(text: string, file: ListFile, row: ListRow, ref: string, label: string | undefined): Splice[] {
  const splices: Splice[] = [];
  const put = ({ start, end }: JsonRange, write: (before: string) => string | undefined): void => {
    const before = text.slice(start, end);
    const after = write(before);
    if (after !== undefined) splices.push({ at: start, before, after });
  };
  if (ref !== row.ref) put(row.refRange, before => writeRef(file.kind, before, ref));
  if (label !== undefined && row.label && label !== row.label.text) {
    put(row.label.range, before => writeLabel(file, before, label));
  }
  return splices;
}

/** A row's own text with its cells replaced. */
function changedRow({ from, row, ref, label }: RowArrival): string {
  const { text, file } = from;
  const offset = row.range.start;
  let result = text.slice(row.range.start, row.range.end);
  // COCO's labels stand in its annotations.
  const own = file.kind === 'coco' ? undefined : label;
  for (const { at, before, after } of cellSplices(text, file, row, ref, own).sort((a, b) => b.at - a.at)) {
    result = result.slice(0, at - offset) + after + result.slice(at - offset + before.length);
  }
  return result;
}

function arrivedLines(text: string, file: ListFile, arrivals: readonly RowArrival[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = arrivals.map(arrival => {
    const { kind, header } = arrival.from.file;
    if (kind !== file.kind || header !== file.header) throw new ArrivalError('columns', arrival);
    return changedRow(arrival).replace(/[\r\n]+$/, '');
  });
  const lead = text === '' || text.endsWith('\n') ? '' : newline;
  return lead + lines.map(line => line + newline).join('');
}

interface CocoRecord {
  readonly id?: unknown;
  readonly image_id?: unknown;
  readonly name?: unknown;
}

const recordsOf = (text: string, ranges: readonly JsonRange[] = []): CocoRecord[] =>
  ranges.map(({ start, end }) => JSON.parse(text.slice(start, end)) as CocoRecord);

function arraySplices(text: string, file: ListFile, drops: readonly RowChange[], arrivals: readonly RowArrival[]): Splice[] {
  const arrays = jsonElements(text);
  const key = file.kind === 'coco' ? 'images' : '';
  const images = arrays.get(key) ?? [];
  const dropped = drops.map(({ index }) => index);
  if (file.kind === 'json') {
    const made = arrivals.map(arrival => {
      if (arrival.from.file.kind !== 'json') throw new ArrivalError('columns', arrival);
      return changedRow(arrival);
    });
    return arrayEdit(text, images, dropped, made, arrivals[0]);
  }
  const annotations = arrays.get('annotations') ?? [];
  const ids = new Set(dropped.map(index => recordsOf(text, [images[index]])[0].id));
  const gone: number[] = [];
  if (ids.size > 0) recordsOf(text, annotations).forEach((each, i) => ids.has(each.image_id) && gone.push(i));
  const arrived = arrivals.length > 0 ? cocoArrivals(text, file, arrays, arrivals) : { images: [], annotations: [] };
  return [
    ...arrayEdit(text, images, dropped, arrived.images, arrivals[0]),
    ...arrayEdit(text, annotations, gone, arrived.annotations, arrivals[0]),
  ];
}

/** Takes elements out and puts others in after the last that stays. */
function arrayEdit(
  text: string,
  elements: readonly JsonRange[],
  drop: readonly number[],
  add: readonly string[],
  arrival: RowArrival | undefined,
): Splice[] {
  const splices: Splice[] = removalsOf(text, elements, drop);
  if (add.length === 0) return splices;
  if (elements.length === 0) throw new ArrivalError('empty', arrival!);
  const gone = new Set(drop);
  const last = elements.findLastIndex((_, i) => !gone.has(i));
  // As the elements stand apart in this file.
  const between = elements.length > 1 ? text.slice(elements[0].end, elements[1].start) : ', ';
  const joined = add.join(between);
  splices.push(
    last >= 0
      ? { at: elements[last].end, before: '', after: between + joined }
      : { at: elements[0].start, before: '', after: joined },
  );
  return splices;
}

/** Images with their annotations, under numbers that are free here. */
function cocoArrivals(
  text: string,
  file: ListFile,
  arrays: ReadonlyMap<string, readonly JsonRange[]>,
  arrivals: readonly RowArrival[],
): { readonly images: string[]; readonly annotations: string[] } {
  const idsOf = (key: string): Set<unknown> => new Set(recordsOf(text, arrays.get(key)).map(({ id }) => id));
  const imageIds = idsOf('images');
  const annotationIds = idsOf('annotations');
  const images: string[] = [];
  const annotations: string[] = [];
  const sources = new Map<string, { readonly arrays: ReturnType<typeof jsonElements>; readonly annotations: CocoRecord[] }>();
  for (const arrival of arrivals) {
    const { from, row } = arrival;
    if (from.file.kind !== 'coco') throw new ArrivalError('columns', arrival);
    let source = sources.get(from.text);
    if (!source) {
      const its = jsonElements(from.text);
      if (categories(from.text, its) !== categories(text, arrays)) throw new ArrivalError('categories', arrival);
      sources.set(from.text, (source = { arrays: its, annotations: recordsOf(from.text, its.get('annotations')) }));
    }
    const { id: oldId } = JSON.parse(from.text.slice(row.range.start, row.range.end)) as CocoRecord;
    const id = free(oldId, imageIds);
    images.push(withValues(changedRow(arrival), { id }));
    const ranges = source.arrays.get('annotations') ?? [];
    source.annotations.forEach((each, i) => {
      if (each.image_id !== oldId) return;
      const own = free(each.id, annotationIds);
      const category = arrival.label === undefined ? undefined : file.categories?.get(arrival.label);
      annotations.push(
        withValues(from.text.slice(ranges[i].start, ranges[i].end), {
          id: own,
          image_id: id,
          ...(category !== undefined && row.label && { category_id: JSON.parse(category) as unknown }),
        }),
      );
    });
  }
  return { images, annotations };
}

/** The text itself where it says so already. */
function withValues(element: string, values: Readonly<Record<string, unknown>>): string {
  const record = JSON.parse(element) as Record<string, unknown>;
  if (Object.entries(values).every(([key, value]) => record[key] === value)) return element;
  return JSON.stringify({ ...record, ...values });
}

function free(id: unknown, taken: Set<unknown>): unknown {
  let own = id;
  if (taken.has(id)) {
    const numbers = [...taken].filter((each): each is number => typeof each === 'number');
    own = numbers.length > 0 ? numbers.reduce((most, each) => Math.max(most, each), 0) + 1 : `${String(id)}-2`;
  }
  taken.add(own);
  return own;
}

const categories = (text: string, arrays: ReadonlyMap<string, readonly JsonRange[]>): string =>
  JSON.stringify(
    recordsOf(text, arrays.get('categories'))
      .map(({ id, name }) => [String(id), name])
      .sort(),
  );
