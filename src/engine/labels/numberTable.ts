import { createReadStream } from 'node:fs';
import { note, NoteError } from '../../core/dataset/note';
import { CsvReader } from '../../core/dataset/csv';
import { labelMessages as messages } from '../../core/labels/messages';
import { breathe } from '../../workspace/breathe';

/** A CSV file of a path and numbers in each row. */
export interface NumberTable {
  readonly file: string;
  /** Names of the columns with numbers, in their order. */
  readonly columns: readonly string[];
  readonly paths: readonly string[];
  /** paths × columns */
  readonly values: Float32Array;
  /** Of each row, for messages. */
  readonly lines: readonly number[];
}

/**
 * Reads a file whose first line names its columns, one of them `path`; every other one holds numbers.
 * @throws NoteError with the line that is wrong; the signal's reason when aborted
 */
export async function readNumberTable(file: string, signal: AbortSignal): Promise<NumberTable> {
  const reader = new CsvReader();
  const paths: string[] = [];
  const lines: number[] = [];
  let columns: string[] | undefined;
  let pathAt = -1;
  let values = new Float32Array(1024);
  let line = 0;
  const take = (row: readonly string[]): void => {
    line++;
    if (row.length === 1 && row[0].trim() === '') return;
    if (!columns) {
      pathAt = row.findIndex(name => name.trim() === 'path');
      if (pathAt < 0) throw new NoteError(note(messages.noPathColumn, file));
      columns = row.filter((_, i) => i !== pathAt).map(name => name.trim());
      return;
    }
    if (row.length !== columns.length + 1) {
      throw new NoteError(note(messages.wrongLength, file, line, row.length, columns.length + 1));
    }
    const start = paths.length * columns.length;
    if (start + columns.length > values.length) {
      const more = new Float32Array(Math.max(values.length * 2, start + columns.length));
      more.set(values);
      values = more;
    }
    paths.push(row[pathAt].trim().replaceAll('\\', '/'));
    lines.push(line);
    for (let i = 0, at = start; i < row.length; i++) {
      if (i === pathAt) continue;
      const value = Number(row[i]);
      if (row[i].trim() === '' || !Number.isFinite(value)) {
        throw new NoteError(note(messages.notNumbers, file, line, row[i] || '“”'));
      }
      values[at++] = value;
    }
  };
  try {
    for await (const piece of createReadStream(file, { encoding: 'utf8', signal })) {
      reader.push(piece as string).forEach(take);
      await breathe();
    }
    reader.end().rows.forEach(take);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoteError) throw error;
    throw new NoteError(note(messages.fileUnreadable, file, (error as NodeJS.ErrnoException).code ?? String(error)), {
      cause: error,
    });
  }
  if (!columns) throw new NoteError(note(messages.noPathColumn, file));
  return { file, columns, paths, lines, values: values.subarray(0, paths.length * columns.length) };
}
