import { columnFor, usualColumns, type LabelColumns, type LabelField } from '../../core/dataset/labelColumns';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';

const mostNames = 30;

/** A column that must be there. @throws {NoteError} which says what names there are */
export function requiredColumn(file: string, field: LabelField, names: readonly string[], columns: LabelColumns): string {
  const found = columnFor(field, names, columns);
  if (found !== undefined) return found;
  const there = names.slice(0, mostNames).map(name => `"${name.trim()}"`);
  const list = there.join(', ') + (names.length > mostNames ? ' …' : '');
  const own = columns[field];
  if (own !== undefined) throw new NoteError(note(messages.labelColumn, file, own, list));
  throw new NoteError(note(messages.labelColumnUsual, file, field, usualColumns[field].join(', '), list));
}

/** A column that may be missing, but not where a person named it. @throws {NoteError} */
export function optionalColumn(
  file: string,
  field: LabelField,
  names: readonly string[],
  columns: LabelColumns,
): string | undefined {
  return columns[field] === undefined ? columnFor(field, names, columns) : requiredColumn(file, field, names, columns);
}
