import type { LabelColumns } from '../../core/dataset/labelColumns';
import type { LabelRow } from '../../core/dataset/labelRows';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import { cocoOf, parseJson, type Coco } from './coco';
import { ObjectRows } from './readObjects';
import type { RowNotes } from './rowNotes';

/**
 * Labels of a JSON text: COCO or an array of objects. An image whose annotations name several categories gets no label: which of them would
 * be meant is not for us to guess. @throws {NoteError}
 */
export function readJson(file: string, text: string, columns: LabelColumns, notes: RowNotes): readonly LabelRow[] {
  const whole = parseJson(file, text);
  if (!Array.isArray(whole)) return cocoRows(file, cocoOf(file, whole), notes);
  const objects = new ObjectRows(file, columns, notes);
  whole.forEach((value, i) => objects.take(value, i + 1));
  if (objects.rows.length === 0) throw new NoteError(note(messages.labelFileEmpty, file));
  return objects.rows;
}

function cocoRows(file: string, { images, annotations, categories }: Coco, notes: RowNotes): readonly LabelRow[] {
  const found = new Map<unknown, { readonly label: string; readonly row: number; isSeveral: boolean }>();
  const bad = { category: [] as unknown[], image: [] as unknown[] };
  annotations.forEach((each, index) => {
    const label = categories.get(each.category_id);
    if (!images.has(each.image_id)) return void bad.image.push(each.id ?? index + 1);
    if (label === undefined) return void bad.category.push(each.category_id ?? null);
    const before = found.get(each.image_id);
    if (!before) found.set(each.image_id, { label, row: index + 1, isSeveral: false });
    else if (before.label !== label) before.isSeveral = true;
  });
  const rows: LabelRow[] = [];
  const several: string[] = [];
  for (const [id, { label, row, isSeveral }] of found) {
    const ref = images.get(id)?.file_name;
    if (typeof ref !== 'string' || ref === '') bad.image.push(id);
    else if (isSeveral) several.push(ref);
    else rows.push({ ref, label, row });
  }
  const tell = (message: string, of: readonly unknown[]): void => {
    if (of.length > 0) notes.tell(note(message, file, of.length, typeof of[0] === 'string' ? of[0] : JSON.stringify(of[0])));
  };
  tell(messages.cocoCategory, bad.category);
  tell(messages.cocoImage, bad.image);
  tell(messages.cocoSeveral, several);
  return rows;
}
