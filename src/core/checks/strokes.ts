import { CsvReader } from '../dataset/csv';
import type { Note } from '../dataset/note';
import { note } from '../dataset/note';
import { identityMessages as messages } from './identityMessages';

/** A pen's way, one entry a point, in the order of time. Units are the file's own. */
export interface Strokes {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Ascending; the points' numbers where the file has no times. */
  readonly time: Float64Array;
  /** Absent where the file has none. */
  readonly pressure?: Float64Array;
  /** 1 where the pen touches the paper on its way to this point, else 0. */
  readonly touch: Float64Array;
}

export type StrokesRead = { readonly strokes: Strokes } | { readonly problem: Note };

/** Fewer say nothing of a hand. */
export const FEWEST_POINTS = 8;

type Column = 'x' | 'y' | 'time' | 'pressure' | 'touch' | 'lift' | 'stroke';
/** Names of columns, in lower case. */
const COLUMNS: Readonly<Record<Column, readonly string[]>> = {
  x: ['x', 'x_coordinate', 'xcoord', 'px'],
  y: ['y', 'y_coordinate', 'ycoord', 'py'],
  time: ['t', 'time', 'timestamp', 'ms', 'time_ms', 'seconds'],
  pressure: ['p', 'pressure', 'force', 'z'],
  touch: ['pen', 'pen_down', 'pendown', 'down', 'touch', 'button', 'status', 'pen_status'],
  lift: ['pen_up', 'penup', 'up', 'lift', 'end_of_stroke', 'eos'],
  stroke: ['stroke', 'stroke_id', 'segment'],
};
/** Without a row of names. */
const BY_PLACE: readonly Column[] = ['x', 'y', 'pressure', 'touch'];

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/**
 * Reads a .csv of pen coordinates over time: columns x and y, and if there are any of time, of pressure, and of the pen's touch (1 = on the paper) or
 * lift (1 = off), or the stroke's number; columns of other names are left out. Without a row of names: x, y, pressure, touch. Fields are parted by
 * commas, semicolons or tabs.
 */
export function parseStrokes(text: string): StrokesRead {
  const reader = new CsvReader(separatorOf(text));
  const rows = [...reader.push(text), ...reader.end().rows].map((fields, i) => ({ fields, line: i + 1 }));
  const filled = rows.filter(({ fields }) => fields.some(field => field.trim() !== ''));
  if (filled.length === 0) return { problem: note(messages.strokesEmpty) };
  const [first] = filled;
  const hasNames = !first.fields.some(isNumber);
  const columns = hasNames ? byName(first.fields) : byPlace(first.fields);
  if (!columns.has('x') || !columns.has('y')) return { problem: note(messages.strokesColumns, first.fields.join(', ')) };
  return fill(columns, hasNames ? filled.slice(1) : filled);
}

interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

function fill(columns: ReadonlyMap<Column, number>, rows: readonly Row[]): StrokesRead {
  const values = new Map([...columns.keys()].map(column => [column, new Float64Array(rows.length)]));
  for (const [i, { fields, line }] of rows.entries()) {
    for (const [column, at] of columns) {
      const field = fields.at(at)?.trim() ?? '';
      if (field === '') return { problem: note(messages.strokesGap, line, column) };
      if (!isNumber(field)) return { problem: note(messages.strokesText, line, field.slice(0, 40)) };
      values.get(column)![i] = Number(field);
    }
  }
  if (rows.length < FEWEST_POINTS) return { problem: note(messages.strokesFew, rows.length, FEWEST_POINTS) };
  const [x, y] = [values.get('x')!, values.get('y')!];
  if (x.every(value => value === x[0]) && y.every(value => value === y[0])) return { problem: note(messages.strokesStill) };
  const time = values.get('time') ?? Float64Array.from(rows, (_, i) => i);
  const backwards = time.findIndex((value, i) => i > 0 && value < time[i - 1]);
  if (backwards >= 0) return { problem: note(messages.strokesTime, rows[backwards].line) };
  const pressure = values.get('pressure');
  return { strokes: { x, y, time, touch: touchOf(values, rows.length), ...(pressure && { pressure }) } };
}

function touchOf(values: ReadonlyMap<Column, Float64Array>, count: number): Float64Array {
  const touch = values.get('touch');
  if (touch) return touch.map(value => Number(value > 0));
  const lift = values.get('lift');
  if (lift) return lift.map(value => Number(value <= 0));
  const stroke = values.get('stroke');
  if (stroke) return stroke.map((value, i) => Number(i > 0 && value === stroke[i - 1]));
  return new Float64Array(count).fill(1);
}

function byName(names: readonly string[]): ReadonlyMap<Column, number> {
  const lower = names.map(name => name.trim().toLowerCase());
  const found = new Map<Column, number>();
  for (const column of Object.keys(COLUMNS) as Column[]) {
    const at = lower.findIndex(name => COLUMNS[column].includes(name));
    if (at >= 0) found.set(column, at);
  }
  return found;
}

const byPlace = (fields: readonly string[]): ReadonlyMap<Column, number> =>
  new Map(BY_PLACE.slice(0, fields.length).map((column, i) => [column, i]));

/** The one that stands most often in the first line. */
function separatorOf(text: string): string {
  const line = text.slice(0, Math.max(0, text.search(/\S[^\S\n\r]*[\n\r]/) + 1) || 1000);
  const count = (separator: string): number => line.split(separator).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}
