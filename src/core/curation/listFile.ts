import { imageKindOf } from '../dataset/imageFiles';
import { jsonElements, type JsonRange } from './jsonElements';

/** A row of a list: what it names, and where that stands in the text. */
export interface ListRow {
  /** As it names the image, unescaped. */
  readonly ref: string;
  /** The name's place in the text, with its quotes. */
  readonly refRange: JsonRange;
  /** The whole row; of lines, with its line end. */
  readonly range: JsonRange;
  /** The cell of its label, where the list has such a column. */
  readonly label?: { readonly text: string; readonly range: JsonRange };
}

/** `coco`: rows are its `images`; `annotations` belong to them by id. `json`: an array of objects. `paths`: one path a line. */
export type ListKind = 'csv' | 'tsv' | 'jsonl' | 'json' | 'coco' | 'paths';

export interface ListFile {
  readonly kind: ListKind;
  readonly rows: readonly ListRow[];
  /** The first row of a table with column names, without its line end. */
  readonly header?: string;
}

export const listExtensions: readonly string[] = ['csv', 'tsv', 'jsonl', 'ndjson', 'json', 'txt', 'lst'];
export const pathKeys: readonly string[] = [
  ...['path', 'file', 'filename', 'file_name', 'filepath', 'image', 'image_path', 'img', 'img_path', 'image_file', 'image_name'],
];
export const labelKeys: readonly string[] = ['label', 'class', 'category', 'class_name'];

/** The images that a text file lists, or undefined where it is no list of images. */
export function parseList(name: string, text: string): ListFile | undefined {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  switch (extension) {
    case 'csv':
      return parseTable(text, ',');
    case 'tsv':
      return parseTable(text, '\t');
    case 'jsonl':
    case 'ndjson':
      return parseJsonLines(text);
    case 'json':
      return parseJson(text);
    case 'txt':
    case 'lst':
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

interface Cell {
  readonly text: string;
  readonly range: JsonRange;
}

function parseTable(text: string, separator: string): ListFile | undefined {
  const rows = tableRows(text, separator);
  if (rows.length === 0) return undefined;
  const names = rows[0].cells.map(cell => cell.text.trim().toLowerCase());
  const columnOf = (keys: readonly string[]): number => keys.map(key => names.indexOf(key)).find(index => index >= 0) ?? -1;
  let pathColumn = columnOf(pathKeys);
  const hasHeader = pathColumn >= 0;
  // Without names of columns, the first that holds names of images.
  if (!hasHeader) pathColumn = rows[0].cells.findIndex(cell => imageKindOf(cell.text.trim()) !== undefined);
  if (pathColumn < 0) return undefined;
  const labelColumn = hasHeader ? columnOf(labelKeys) : rows[0].cells.length === 2 ? 1 - pathColumn : -1;
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

function parseJsonLines(text: string): ListFile | undefined {
  const rows: ListRow[] = [];
  for (const line of linesOf(text)) {
    if (line.text.trim() === '') continue;
    const row = objectRow(line.text, line.start, line);
    if (row) rows.push(row);
  }
  return rows.length > 0 ? { kind: 'jsonl', rows } : undefined;
}

/** The row of an object by the first key of {@link pathKeys} that it has. */
function objectRow(text: string, offset: number, range: JsonRange): ListRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const object = value as Record<string, unknown>;
  const key = pathKeys.find(each => typeof object[each] === 'string');
  const place = key === undefined ? undefined : stringPlace(text, key, object[key] as string, offset);
  if (key === undefined || !place) return undefined;
  const labelKey = labelKeys.find(each => typeof object[each] === 'string');
  const labelPlace = labelKey && stringPlace(text, labelKey, object[labelKey] as string, offset);
  return {
    ref: object[key] as string,
    refRange: place,
    range: { start: range.start, end: range.end },
    ...(labelKey && labelPlace && { label: { text: object[labelKey] as string, range: labelPlace } }),
  };
}

/** Where a key's string stands; undefined where the key or its value is written in a way that can't be told from others. */
function stringPlace(text: string, key: string, value: string, offset: number): JsonRange | undefined {
  const places = [...text.matchAll(new RegExp(`"${key}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`, 'g'))]
    .map(match => ({ token: match[1], start: match.index + match[0].length - match[1].length }))
    .filter(({ token }) => JSON.parse(token) === value);
  if (places.length !== 1) return undefined;
  return { start: offset + places[0].start, end: offset + places[0].start + places[0].token.length };
}

function parseJson(text: string): ListFile | undefined {
  let whole: unknown;
  try {
    whole = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  const isCoco = typeof whole === 'object' && whole !== null && Array.isArray((whole as { images?: unknown }).images);
  if (!isCoco && !Array.isArray(whole)) return undefined;
  const elements = jsonElements(text).get(isCoco ? 'images' : '') ?? [];
  const rows = elements.map(range => objectRow(text.slice(range.start, range.end), range.start, range));
  // Elements are told by their number, so all must be known.
  if (rows.length === 0 || rows.some(row => row === undefined)) return undefined;
  return { kind: isCoco ? 'coco' : 'json', rows: rows as ListRow[] };
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
