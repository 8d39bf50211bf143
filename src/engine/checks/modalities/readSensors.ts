import { modalityMessages as messages } from '../../../core/checks/modalityMessages';
import { CsvReader } from '../../../core/dataset/csv';
import { note, NoteError } from '../../../core/dataset/note';
import { decodeText } from '../decodeText';

/** One column of numbers over time, without gaps. */
export interface SensorColumn {
  /** As in the header; undefined where there is none. */
  readonly name: string | undefined;
  readonly values: Float64Array;
}

export interface SensorRecord {
  readonly columns: readonly SensorColumn[];
  /** Names (or numbers, from 1) of columns that were left out since they hold text. */
  readonly textColumns: readonly string[];
}

const separators = ['\t', ';', ','] as const;
const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Ways to say that there is no value. */
const gapText = /^(?:|nan|-?inf(?:inity)?|n\/?a|null|none|-|\?)$/i;
/** A column may lack this share of its values, which are then taken from the straight line between its neighbours. */
const MOST_GAPS = 0.5;

/**
 * Reads a course of sensor values: a CSV file with a column a sensor and a row a moment, with or without a header. Commas, semicolons or
 * tabs separate; beside the latter two, numbers may have a decimal comma. Lines that begin with # are comments.
 * @throws NoteError that says what is wrong, with its line or column
 */
export function readSensors(bytes: Uint8Array): SensorRecord {
  const text = decodeText(bytes);
  if (text === undefined) throw new NoteError(note(messages.csvNotText));
  const { rows, lines, hasDecimalComma } = rowsOf(text);
  if (rows.length === 0) throw new NoteError(note(messages.csvEmpty));
  const numberOf = (field: string): number => {
    const plain = hasDecimalComma ? field.replace(',', '.') : field;
    return numberText.test(plain) ? Number(plain) : NaN;
  };
  const hasHeader = isHeader(rows, numberOf);
  const names = hasHeader ? rows[0] : undefined;
  const body = hasHeader ? rows.slice(1) : rows;
  const width = rows[0].length;
  const odd = rows.findIndex(row => row.length !== width);
  if (odd >= 0) throw new NoteError(note(messages.csvRow, lines[odd], rows[odd].length, width));
  if (body.length === 0) throw new NoteError(note(messages.csvEmpty));
  if (body.length < 2) throw new NoteError(note(messages.csvFewRows, body.length));
  const columns: SensorColumn[] = [];
  const textColumns: string[] = [];
  for (let column = 0; column < width; column++) {
    const name = names?.[column];
    const shown = name || String(column + 1);
    const fields = body.map(row => row[column]);
    const values = Float64Array.from(fields, numberOf);
    const numbers = values.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
    const gaps = fields.filter(field => gapText.test(field)).length;
    // A separator at the end of each line makes a column of nothing.
    if (gaps === fields.length && !name) continue;
    if (fields.length - gaps > 2 * numbers) textColumns.push(shown);
    else if (numbers < (1 - MOST_GAPS) * fields.length) throw new NoteError(note(messages.csvGaps, shown));
    else columns.push({ name: names && shown, values: withoutGaps(values) });
  }
  if (columns.length === 0) throw new NoteError(note(messages.csvNoNumbers));
  return { columns, textColumns };
}

interface Rows {
  readonly rows: readonly (readonly string[])[];
  /** Of each row, from 1. */
  readonly lines: readonly number[];
  readonly hasDecimalComma: boolean;
}

/** All rows but blank ones and comments, their fields trimmed. */
function rowsOf(text: string): Rows {
  const first = text.split(/[\r\n]+/).find(line => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const separator = separators.find(each => first.includes(each)) ?? ',';
  const reader = new CsvReader(separator);
  const all = reader.push(text);
  const { rows: last, isOpen } = reader.end();
  if (isOpen) throw new NoteError(note(messages.csvQuote));
  const numbered = [...all, ...last].map((row, i) => ({ row: row.map(field => field.trim()), line: i + 1 }));
  const kept = numbered.filter(({ row }) => row.some(field => field !== '') && !row[0].startsWith('#'));
  return { rows: kept.map(({ row }) => row), lines: kept.map(({ line }) => line), hasDecimalComma: separator !== ',' };
}

/** Whether the first row names the columns: none of it is a number, or something of it is text over a column of numbers. */
function isHeader([first, ...others]: Rows['rows'], numberOf: (field: string) => number): boolean {
  const isText = (field: string): boolean => !gapText.test(field) && Number.isNaN(numberOf(field));
  if (!first.some(isText)) return false;
  if (first.every(field => Number.isNaN(numberOf(field)))) return true;
  return first.some((field, column) => {
    const below = others.map(row => row[column] ?? '').filter(each => !gapText.test(each));
    return isText(field) && below.length > 0 && !below.some(isText);
  });
}

/** Gaps filled along the straight line between the values around them; before the first and behind the last, with those. */
function withoutGaps(values: Float64Array): Float64Array {
  const known = [...values.keys()].filter(i => !Number.isNaN(values[i]));
  let next = 0;
  return values.map((value, i) => {
    while (next < known.length && known[next] < i) next++;
    if (!Number.isNaN(value)) return value;
    const [before, after] = [known[next - 1] as number | undefined, known[next] as number | undefined];
    if (before === undefined) return values[after!];
    if (after === undefined) return values[before];
    return values[before] + ((values[after] - values[before]) * (i - before)) / (after - before);
  });
}
