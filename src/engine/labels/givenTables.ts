import type { Note } from '../../core/dataset/note';
import { note, NoteError } from '../../core/dataset/note';
import { labelMessages as messages } from '../../core/labels/messages';
import type { Probabilities } from '../../core/labels/probabilities';
import type { Material } from './material';
import type { NumberTable } from './numberTable';

/** How far the probabilities of an image may be from adding up to 1: files are rounded. */
const ROUNDING = 0.02;

/**
 * A person's own probabilities. Classes that are no label here (a model that knows more) are left out, and the rest made to add up to 1.
 * @throws NoteError where a class is missing, or the numbers are no probabilities
 */
export function probabilitiesOf(table: NumberTable, material: Material, onNote: (of: Note) => void): Probabilities {
  const { classes, contents } = material;
  const { columns, values, lines, file } = table;
  const columnOf = classes.map(name => columns.indexOf(name));
  const missing = columnOf.indexOf(-1);
  if (missing >= 0) throw new NoteError(note(messages.columnMissing, file, classes[missing]));
  const rowOf = rowsOfPictures(table, material, onNote);
  const p = new Float32Array(contents.length * classes.length);
  contents.forEach((_, picture) => {
    const row = rowOf[picture];
    if (row < 0) return;
    const own = values.subarray(row * columns.length, (row + 1) * columns.length);
    const total = own.reduce((sum, value) => sum + value, 0);
    if (Math.abs(total - 1) > ROUNDING || own.some(value => value < 0 || value > 1 + ROUNDING)) {
      throw new NoteError(note(messages.notProbabilities, file, lines[row]));
    }
    const ofClasses = columnOf.map(column => own[column]);
    const sum = ofClasses.reduce((all, value) => all + value, 0);
    ofClasses.forEach((value, c) => (p[picture * classes.length + c] = sum > 0 ? value / sum : 1 / classes.length));
  });
  return { images: contents.length, classes: classes.length, values: p };
}

/** A person's own embeddings. `missing`: pictures that the file says nothing of; their rows are zeros. */
export function embeddingsOf(
  table: NumberTable,
  material: Material,
  onNote: (of: Note) => void,
): { readonly values: Float32Array; readonly size: number; readonly missing: readonly boolean[] } {
  const size = table.columns.length;
  const rowOf = rowsOfPictures(table, material, onNote);
  const values = new Float32Array(rowOf.length * size);
  rowOf.forEach((row, picture) => {
    if (row >= 0) values.set(table.values.subarray(row * size, (row + 1) * size), picture * size);
  });
  return { values, size, missing: Array.from(rowOf, row => row < 0) };
}

/** The line of each picture, −1 for none; paths of the folder scanned, or the name that they have below it. */
function rowsOfPictures({ paths, file }: NumberTable, material: Material, onNote: (of: Note) => void): Int32Array {
  const rowOfPath = new Map(paths.map((path, row) => [path.replace(/^\.\//, ''), row]));
  const rowOf = new Int32Array(material.contents.length).fill(-1);
  const used = new Set<number>();
  material.candidates.forEach(({ file: { path } }, i) => {
    const row = rowOfPath.get(path);
    if (row === undefined) return;
    used.add(row);
    const picture = material.pictureOf[i];
    if (picture >= 0) rowOf[picture] = row;
  });
  if (used.size === 0) throw new NoteError(note(messages.nothingMatches, file));
  const without = rowOf.indexOf(-1);
  const count = rowOf.reduce((sum, row) => sum + Number(row < 0), 0);
  if (count > 0) {
    const { candidates, firstOf } = material;
    onNote(note(messages.pathsMissing, file, count, rowOf.length, candidates[firstOf[without]].file.path));
  }
  const unknown = paths.findIndex((_, row) => !used.has(row));
  if (unknown >= 0) onNote(note(messages.pathsUnknown, file, paths.length - used.size, paths[unknown]));
  return rowOf;
}
