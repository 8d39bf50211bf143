import { scalarText, type LabelColumns } from '../../core/dataset/labelColumns';
import type { LabelRow } from '../../core/dataset/labelRows';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import { optionalColumn, requiredColumn } from './columns';
import type { RowNotes } from './rowNotes';

/** What each object of a list says: of JSON lines, or of an array. Its keys are found in the first object. */
export class ObjectRows {
  readonly rows: LabelRow[] = [];
  private keys:
    | { readonly path: string; readonly label: string; readonly split: string | undefined; readonly identity: string | undefined }
    | undefined;

  constructor(
    private readonly file: string,
    private readonly columns: LabelColumns,
    private readonly notes: RowNotes,
  ) {}

  /** @throws {NoteError} where the first object has no such keys */
  take(value: unknown, row: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.notes.tell(note(messages.labelNoObject, this.file, row));
    }
    const object = value as Readonly<Record<string, unknown>>;
    this.keys ??= this.keysOf(Object.keys(object));
    const ref = object[this.keys.path];
    const label = scalarText(object[this.keys.label]);
    if (typeof ref !== 'string' || ref.trim() === '' || label === undefined) {
      return this.notes.tell(note(messages.labelFieldsLine, this.file, row, this.keys.path, this.keys.label));
    }
    const textOf = (key: string | undefined): string | undefined => (key === undefined ? undefined : scalarText(object[key]));
    const [split, identity] = [textOf(this.keys.split), textOf(this.keys.identity)];
    this.rows.push({ ref, label, row, ...(split !== undefined && { split }), ...(identity !== undefined && { identity }) });
  }

  private keysOf(names: readonly string[]): NonNullable<ObjectRows['keys']> {
    const { file, columns } = this;
    return {
      path: requiredColumn(file, 'path', names, columns),
      label: requiredColumn(file, 'label', names, columns),
      split: optionalColumn(file, 'split', names, columns),
      identity: optionalColumn(file, 'identity', names, columns),
    };
  }
}

/** JSON lines that come in pieces. A line that is no JSON is told by its number and left out. */
export async function readJsonLines(
  file: string,
  pieces: AsyncIterable<string>,
  columns: LabelColumns,
  notes: RowNotes,
): Promise<readonly LabelRow[]> {
  const objects = new ObjectRows(file, columns, notes);
  let line = 0;
  const take = (text: string): void => {
    line++;
    const trimmed = (line === 1 ? text.replace(/^\uFEFF/, '') : text).trim();
    if (trimmed === '') return;
    let value: unknown;
    try {
      value = JSON.parse(trimmed);
    } catch {
      notes.tell(note(messages.labelNoObject, file, line));
      return;
    }
    objects.take(value, line);
  };
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  }
  take(rest);
  if (objects.rows.length === 0) throw new NoteError(note(messages.labelFileEmpty, file));
  return objects.rows;
}
