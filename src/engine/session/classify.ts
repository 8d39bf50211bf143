import { analyseFolders } from '../../core/dataset/labels';
import { NoteError } from '../../core/dataset/note';
import type { ScanNote, ScanParams } from '../../protocol/engine';
import { readLabelCsv, unmatchedLabels } from '../../workspace/labelCsv';
import type { ListedFile } from './fileList';

/** One a root: its labels by path, where they come from a CSV. */
export type LabelTables = readonly (ReadonlyMap<string, string> | undefined)[];

/**
 * Reads the CSVs that the roots' settings name.
 * @param isRequired whether one that can't be read fails the scan with a {@link NoteError} (asked for by the user just now), or is
 * told by a note (it broke since)
 */
export const readLabelTables = async (
  params: ScanParams,
  isRequired: boolean,
  signal: AbortSignal,
  onNote: (note: ScanNote) => void,
): Promise<LabelTables> => {
  const tables: (ReadonlyMap<string, string> | undefined)[] = [];
  for (const { path, settings } of params.roots) {
    tables.push(undefined);
    if (settings.labels === 'folders' || settings.labels === 'none') continue;
    try {
      const { labels, notes } = await readLabelCsv(path, settings.labels, signal);
      tables[tables.length - 1] = labels;
      notes.forEach(onNote);
    } catch (error) {
      if (isRequired || !(error instanceof NoteError)) throw error;
      tables[tables.length - 1] = new Map();
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

/** Label and split of each file, by the rules of its root. */
export const classify = (
  params: ScanParams,
  tables: LabelTables,
  files: readonly ListedFile[],
  onNote: (note: ScanNote) => void,
): Classes => {
  const labels = new Array<string | undefined>(files.length);
  const splits = new Array<string | undefined>(files.length);
  for (const [index, { settings, only }] of params.roots.entries()) {
    const paths = files.filter(file => file.root === index).map(file => file.path);
    const analysis = analyseFolders(paths, settings, tables[index]);
    files.forEach((file, i) => {
      if (file.root !== index) return;
      labels[i] = analysis.labelOf(file.path);
      splits[i] = analysis.splitOf(file.path);
    });
    // A scan of some folders rightly leaves rows without an image.
    const unmatched = tables[index] && only.length === 0 ? unmatchedLabels(settings.labels, tables[index], paths) : undefined;
    if (unmatched) onNote(unmatched);
  }
  return { labels, splits };
};
