import { analyseFolders } from '../../core/dataset/labels';
import { matchLabels, type LabelTable, type MatchedLabels } from '../../core/dataset/labelRows';
import { isLabelWord } from '../../core/dataset/labelSource';
import { NoteError } from '../../core/dataset/note';
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
    if (isLabelWord(settings.labels)) continue;
    try {
      const { notes, ...table } = await readLabelFile(path, settings.labels, settings.labelColumns, signal);
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

export interface Classes {
  /** One a file. */
  readonly labels: readonly (string | undefined)[];
  readonly splits: readonly (string | undefined)[];
}

/** Label and split of each file, by the rules of its root; sidecars are read. Rejects with the signal's reason. */
export const classify = async (
  params: ScanParams,
  tables: LabelTables,
  files: readonly ListedFile[],
  signal: AbortSignal,
  onNote: (note: ScanNote) => void,
): Promise<Classes> => {
  const labels = new Array<string | undefined>(files.length);
  const splits = new Array<string | undefined>(files.length);
  for (const [index, root] of params.roots.entries()) {
    const paths = files.filter(file => file.root === index).map(file => file.path);
    const given = await givenLabels(root, tables[index], paths, signal);
    given?.notes.forEach(onNote);
    const analysis = analyseFolders(paths, root.settings, given?.labels);
    const isBySetting = Object.keys(root.settings.splits).length > 0;
    files.forEach((file, i) => {
      if (file.root !== index) return;
      labels[i] = analysis.labelOf(file.path);
      splits[i] = (isBySetting ? undefined : given?.splits.get(file.path)) ?? analysis.splitOf(file.path);
    });
  }
  return { labels, splits };
};

async function givenLabels(
  { path, only, settings }: ScanRoot,
  table: LabelTable | undefined,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<MatchedLabels | undefined> {
  if (table) return matchLabels(table, path, paths, only.length === 0);
  if (settings.labels !== 'sidecars') return undefined;
  const { found, notes } = await readSidecars(path, paths, settings.labelColumns, signal);
  const matched = matchLabels({ file: '', rows: rowsOfSidecars(found) }, path, paths, true);
  return { ...matched, notes };
}
