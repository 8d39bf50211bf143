import { analyseFolders } from '../../core/dataset/labels';
import { matchLabels, type LabelTable, type MatchedLabels } from '../../core/dataset/labelRows';
import { columnsOf, groupingOf, identityOf } from '../../core/dataset/identity';
import { isLabelWord } from '../../core/dataset/labelSource';
import { workspaceMessages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { ScanNote, ScanParams, ScanRoot } from '../../protocol/engine';
import { readLabelFile } from '../../workspace/labels/readLabelFile';
import { readSidecars, rowsOfSidecars } from '../../workspace/labels/readSidecars';
import type { ListedFile } from './fileList';

/** One a root: what its label file says, where it has one. */
export type LabelTables = readonly (LabelTable | undefined)[];

/**
 * Reads the label files that the roots' settings name.
 * @param isRequired whether one that can't be read fails the scan with a {@link NoteError} (asked for by the user just now), or is
 * told by a note (it broke since)
 */
export const readLabelTables = async (
  params: ScanParams,
  isRequired: boolean,
  signal: AbortSignal,
  onNote: (note: ScanNote) => void,
): Promise<LabelTables> => {
  const tables: (LabelTable | undefined)[] = [];
  for (const { path, settings } of params.roots) {
    tables.push(undefined);
    // Of boxes, which one would an image's label be?
    if (isLabelWord(settings.labels) || settings.labelUnit === 'boxes') continue;
    try {
      const { notes, ...table } = await readLabelFile(path, settings.labels, columnsOf(settings), signal);
      tables[tables.length - 1] = table;
      notes.forEach(onNote);
    } catch (error) {
      if (isRequired || !(error instanceof NoteError)) throw error;
      tables[tables.length - 1] = { file: settings.labels, rows: [] };
      onNote(error.note);
    }
  }
  return tables;
};

/** What the rules of a file's root say of it. */
export interface FileClass {
  readonly label?: string;
  readonly split?: string;
  readonly identity?: string;
}

/** Label, split and identity of each file, by the rules of its root; sidecars are read. Rejects with the signal's reason. */
export const classify = async (
  params: ScanParams,
  tables: LabelTables,
  files: readonly ListedFile[],
  signal: AbortSignal,
  onNote: (note: ScanNote) => void,
): Promise<FileClass[]> => {
  const classes = new Array<FileClass>(files.length);
  for (const [index, root] of params.roots.entries()) {
    const hasBoxes = root.settings.labelUnit === 'boxes';
    const paths = files.filter(file => file.root === index).map(file => file.path);
    const given = hasBoxes ? undefined : await givenLabels(root, tables[index], paths, signal);
    given?.notes.forEach(onNote);
    const settings = hasBoxes ? { ...root.settings, labels: 'none' } : root.settings;
    const analysis = analyseFolders(paths, settings, given?.labels);
    const isBySetting = Object.keys(settings.splits).length > 0;
    const { pattern, column } = groupingOf(settings.groupBy);
    if (column !== undefined && !tables[index]) onNote(note(workspaceMessages.noIdentityColumn, settings.groupBy));
    files.forEach(({ root: at, path }, i) => {
      if (at !== index) return;
      const label = analysis.labelOf(path);
      const split = (isBySetting ? undefined : given?.splits.get(path)) ?? analysis.splitOf(path);
      const identity = given?.identities.get(path) ?? identityOf(pattern, path);
      classes[i] = {
        ...(label !== undefined && { label }),
        ...(split !== undefined && { split }),
        ...(identity !== undefined && { identity }),
      };
    });
  }
  return classes;
};

async function givenLabels(
  { path, only, settings }: ScanRoot,
  table: LabelTable | undefined,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<MatchedLabels | undefined> {
  if (table) return matchLabels(table, path, paths, only.length === 0);
  if (settings.labels !== 'sidecars') return undefined;
  const { found, notes } = await readSidecars(path, paths, columnsOf(settings), signal);
  const matched = matchLabels({ file: '', rows: rowsOfSidecars(found) }, path, paths, true);
  return { ...matched, notes };
}
