import { CsvReader } from '../../core/dataset/csv';
import type { LabelColumns, LabelField } from '../../core/dataset/labelColumns';
import type { LabelRow } from '../../core/dataset/labelRows';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import { optionalColumn, requiredColumn } from './columns';
import type { RowNotes } from './rowNotes';

/** Rows of a table with a header, CSV or TSV, that comes in pieces. @throws {NoteError} where it has no such columns */
export async function readTable(
  file: string,
  pieces: AsyncIterable<string>,
  separator: string,
  columns: LabelColumns,
  notes: RowNotes,
): Promise<readonly LabelRow[]> {
  const table = new TableRows(file, columns, notes);
  const reader = new CsvReader(separator);
  for await (const piece of pieces) reader.push(piece).forEach(table.take);
  const { rows, isOpen } = reader.end();
  rows.forEach(table.take);
  return table.finish(isOpen);
}

class TableRows {
  private readonly rows: LabelRow[] = [];
  private row = 0;
  private places: Readonly<Record<LabelField, number>> | undefined;

  constructor(
    private readonly file: string,
    private readonly columns: LabelColumns,
    private readonly notes: RowNotes,
  ) {}

  readonly take = (fields: readonly string[]): void => {
    this.row++;
    if (!this.places) {
      const { file, columns } = this;
      const optional = (field: LabelField): number => {
        const name = optionalColumn(file, field, fields, columns);
        return name === undefined ? -1 : fields.indexOf(name);
      };
      this.places = {
        path: fields.indexOf(requiredColumn(file, 'path', fields, columns)),
        label: fields.indexOf(requiredColumn(file, 'label', fields, columns)),
        split: optional('split'),
        identity: optional('identity'),
      };
      return;
    }
    if (fields.every(field => field.trim() === '')) return;
    const ref = fields[this.places.path] ?? '';
    const label = (fields[this.places.label] ?? '').trim();
    if (ref.trim() === '' || label === '') return this.notes.tell(note(messages.csvFields, this.file, this.row));
    const [split, identity] = [this.places.split, this.places.identity].map(place => (fields[place] ?? '').trim());
    this.rows.push({ ref, label, row: this.row, ...(split !== '' && { split }), ...(identity !== '' && { identity }) });
  };

  finish(isOpen: boolean): readonly LabelRow[] {
    if (isOpen) this.notes.tell(note(messages.csvQuote, this.file, this.row + 1));
    if (!this.places) throw new NoteError(note(messages.labelFileEmpty, this.file));
    return this.rows;
  }
}
