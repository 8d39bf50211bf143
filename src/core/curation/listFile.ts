import { imageKindOf } from '../dataset/imageFiles';
import { columnFor, scalarText, type LabelColumns } from '../dataset/labelColumns';
import { labelFileKind } from '../dataset/labelSource';
import { cocoLabels } from './cocoLabels';
import { jsonElements, type JsonRange } from './jsonElements';
import { scalarPlace } from './scalarPlace';

/** A row of a list: what it names, and where that stands in the text. */
export interface ListRow {
  /** As it names the image, unescaped. */
  readonly ref: string;
  /** The name's place in the text, with its quotes. */
  readonly refRange: JsonRange;
  /** The whole row; of lines, with its line end. */
  readonly range: JsonRange;
  /** The cell of its label, where the list has such a column; in COCO the category of its only annotation. */
  readonly label?: { readonly text: string; readonly range: JsonRange };
}

/** `coco`: rows are its `images`; `annotations` belong to them by id. `json`: an array of objects. `paths`: one path a line. */
export type ListKind = 'csv' | 'tsv' | 'jsonl' | 'json' | 'coco' | 'paths';

export interface ListFile {
  readonly kind: ListKind;
  readonly rows: readonly ListRow[];
  /** The first row of a table with column names, without its line end. */
  readonly header?: string;
  /** Of COCO: a category's name → its id as JSON. */
  readonly categories?: ReadonlyMap<string, string>;
}

export const listExtensions: readonly string[] = ['csv', 'tsv', 'jsonl', 'ndjson', 'json', 'txt', 'lst'];

/**
 * The images that a text file lists, or undefined where it is no list of images.
 * @param columns Names of columns and keys that are not the usual ones.
 */
export function parseList(name: string, text: string, columns: LabelColumns = {}): ListFile | undefined {
  switch (labelFileKind(name)) {
    case 'csv':
      return parseTable(text, ',', columns);
    case 'tsv':
      return parseTable(text, '\t', columns);
    case 'jsonl':
      return parseJsonLines(text, columns);
    case 'json':
      return parseJson(text, columns);
    case 'paths':
      return parsePaths(text);
    default:
      return undefined;
  }
}

/** A name as a row of this kind writes it, in place of another. */
export function writeRef(kind: ListKind, raw: string, ref: string): string {
  if (kind === 'jsonl' || kind === 'json' || kind === 'coco') return JSON.stringify(ref);
  if (kind === 'paths') return ref;
  const needsQuotes = raw.startsWith('"') || /["\r\n]/.test(ref) || ref.includes(kind === 'csv' ? ',' : '\t');
  return needsQuotes ? `"${ref.replaceAll('"', '""')}"` : ref;
}

/** A label as a row writes it, in place of another; undefined where the file knows no such class. */
export function writeLabel({ kind, categories }: ListFile, raw: string, label: string): string | undefined {
  if (kind === 'coco') return categories?.get(label);
  const isPlain =
    kind === 'json' || kind === 'jsonl' ? !raw.startsWith('"') && /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(label) : false;
  return isPlain ? label : writeRef(kind, raw, label);
}

interface Cell {
  readonly text: string;
  readonly range: JsonRange;
}

function parseTable(text: string, separator: string, columns: LabelColumns): ListFile | undefined {
  const rows = tableRows(text, separator);
  if (rows.length === 0) return undefined;
  const names = rows[0].cells.map(cell => cell.text);
  const columnOf = (field: 'path' | 'label'): number => {
    const name = columnFor(field, names, columns);
    return name === undefined ? -1 : names.indexOf(name);
  };
  let pathColumn = columnOf('path');
  const hasHeader = pathColumn >= 0;
  // Without names of columns, the first that holds names of images.
  if (!hasHeader) pathColumn = rows[0].cells.findIndex(cell => imageKindOf(cell.text.trim()) !== undefined);
  if (pathColumn < 0) return undefined;
  const labelColumn = hasHeader ? columnOf('label') : rows[0].cells.length === 2 ? 1 - pathColumn : -1;
  const listed: ListRow[] = [];
  for (const { cells, range } of rows.slice(hasHeader ? 1 : 0)) {
    const cell = cells[pathColumn] as Cell | undefined;
    if (!cell || cell.text.trim() === '') continue;
    const label = cells[labelColumn] as Cell | undefined;
    listed.push({ ref: cell.text.trim(), refRange: cell.range, range, ...(label && { label }) });
  }
  const header = hasHeader ? text.slice(rows[0].range.start, rows[0].range.end).replace(/[\r\n]+$/, '') : undefined;
  return { kind: separator === ',' ? 'csv' : 'tsv', rows: listed, ...(header !== undefined && { header }) };
}

/** RFC 4180, with places. */
function tableRows(text: string, separator: string): { readonly cells: Cell[]; readonly range: JsonRange }[] {
  const rows: { cells: Cell[]; range: JsonRange }[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const start = at;
    const cells: Cell[] = [];
    for (;;) {
      const from = at;
      let value = '';
      if (text[at] === '"') {
        for (at++; at < text.length; at++) {
          if (text[at] !== '"') value += text[at];
          else if (text[at + 1] === '"') value += text[++at];
          else break;
        }
        at++;
      }
      const plainFrom = at;
      while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
      cells.push({ text: value + text.slice(plainFrom, at), range: { start: from, end: Math.min(at, text.length) } });
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    rows.push({ cells, range: { start, end: Math.min(at, text.length) } });
  }
  return rows;
}

function* linesOf(text: string): Generator<JsonRange & { readonly text: string }> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    yield { start, end, text: text.slice(start, end) };
    start = end;
  }
}

function parseJsonLines(text: string, columns: LabelColumns): ListFile | undefined {
  const rows: ListRow[] = [];
  for (const line of linesOf(text)) {
    if (line.text.trim() === '') continue;
    const row = objectRow(line.text, line.start, line, columns);
    if (row) rows.push(row);
  }
  return rows.length > 0 ? { kind: 'jsonl', rows } : undefined;
}

function objectRow(text: string, offset: number, range: JsonRange, columns: LabelColumns): ListRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const object = value as Record<string, unknown>;
  const names = Object.keys(object);
  const key = columnFor(
    'path',
    names.filter(name => typeof object[name] === 'string'),
    columns,
  );
  const place = key === undefined ? undefined : scalarPlace(text, key, object[key], offset);
  if (key === undefined || !place) return undefined;
  const labelKey = columnFor(
    'label',
    names.filter(name => scalarText(object[name]) !== undefined),
    columns,
  );
  const labelPlace = labelKey === undefined ? undefined : scalarPlace(text, labelKey, object[labelKey], offset);
  return {
    ref: object[key] as string,
    refRange: place,
    range: { start: range.start, end: range.end },
    ...(labelKey !== undefined && labelPlace && { label: { text: String(object[labelKey]), range: labelPlace } }),
  };
}

function parseJson(text: string, columns: LabelColumns): ListFile | undefined {
  let whole: unknown;
  try {
    whole = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  const isCoco = typeof whole === 'object' && whole !== null && Array.isArray((whole as { images?: unknown }).images);
  if (!isCoco && !Array.isArray(whole)) return undefined;
  const arrays = jsonElements(text);
  const elements = arrays.get(isCoco ? 'images' : '') ?? [];
  const rows = elements.map(range => objectRow(text.slice(range.start, range.end), range.start, range, columns));
  // Elements are told by their number, so all must be known.
  if (rows.length === 0 || rows.some(row => row === undefined)) return undefined;
  if (!isCoco) return { kind: 'json', rows: rows as ListRow[] };
  const { categories, labels } = cocoLabels(text, arrays);
  const labeled = (rows as ListRow[]).map((row, i): ListRow => {
    const { label: _, ...bare } = row;
    const label = labels[i];
    return label ? { ...bare, label } : bare;
  });
  return { kind: 'coco', rows: labeled, categories };
}

/** One path a line, or a path and a label behind a blank (ImageNet's lists); undefined where most lines are something else. */
function parsePaths(text: string): ListFile | undefined {
  const rows: ListRow[] = [];
  let others = 0;
  for (const line of linesOf(text)) {
    const content = line.text.trimEnd();
    const start = line.start + (content.length - content.trimStart().length);
    const trimmed = content.trimStart();
    if (trimmed === '') continue;
    const blank = Math.max(trimmed.lastIndexOf(' '), trimmed.lastIndexOf('\t'));
    const isWhole = imageKindOf(trimmed) !== undefined;
    const ref = isWhole ? trimmed : blank > 0 ? trimmed.slice(0, blank).trimEnd() : trimmed;
    if (imageKindOf(ref) === undefined) {
      if (++others > 3 + rows.length) return undefined;
      continue;
    }
    const range = { start: line.start, end: line.end };
    const refRange = { start, end: start + ref.length };
    if (isWhole) rows.push({ ref, refRange, range });
    else {
      const label = trimmed.slice(blank + 1);
      const end = start + trimmed.length;
      rows.push({ ref, refRange, range, label: { text: label, range: { start: end - label.length, end } } });
    }
  }
  return rows.length > others ? { kind: 'paths', rows } : undefined;
}
