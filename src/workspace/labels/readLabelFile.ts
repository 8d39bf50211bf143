import { createReadStream } from 'node:fs';
import path from 'node:path';
import { parseList } from '../../core/curation/listFile';
import type { LabelColumns } from '../../core/dataset/labelColumns';
import type { LabelRow, LabelTable } from '../../core/dataset/labelRows';
import { labelFileKind } from '../../core/dataset/labelSource';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { errorCode, toAbsolute } from '../identity';
import { readJson } from './readCoco';
import { readJsonLines } from './readObjects';
import { readTable } from './readTable';
import { RowNotes } from './rowNotes';
import { wholeText } from './wholeText';

export interface ReadLabels extends LabelTable {
  /** On rows that were left out, and others. */
  readonly notes: readonly Note[];
}

/**
 * The rows of a file with labels (docs/LABELS.md): a table or JSON lines, read in pieces; or JSON, read at once. Broken rows are told by
 * their number and left out. Rejects with a {@link NoteError} where the file can't be read or used, and with the signal's reason.
 *
 * @param file Below the root, with `/`, or absolute.
 */
export async function readLabelFile(
  root: string,
  file: string,
  columns: LabelColumns,
  signal?: AbortSignal,
): Promise<ReadLabels> {
  const kind = labelFileKind(file);
  if (kind === undefined) throw new NoteError(note(messages.labelFileKind, file));
  const absolute = path.isAbsolute(file) ? file : toAbsolute(root, file);
  const notes = new RowNotes(file);
  const pieces = (): AsyncIterable<string> => createReadStream(absolute, { encoding: 'utf8', signal });
  try {
    const rows =
      kind === 'csv' || kind === 'tsv'
        ? await readTable(file, pieces(), kind === 'csv' ? ',' : '\t', columns, notes)
        : kind === 'jsonl'
          ? await readJsonLines(file, pieces(), columns, notes)
          : kind === 'json'
            ? readJson(file, await wholeText(root, file, signal), columns, notes)
            : readPaths(file, await wholeText(root, file, signal));
    return { file, rows, notes: notes.all() };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NoteError) throw error;
    throw new NoteError(note(messages.labelFileUnreadable, file, errorCode(error)), { cause: error });
  }
}

/** ImageNet's lists: an image's path, a blank, and its class. */
function readPaths(file: string, text: string): readonly LabelRow[] {
  let line = 1;
  let at = 0;
  const rows = (parseList(file, text)?.rows ?? []).flatMap(({ ref, label, range }): LabelRow[] => {
    for (; at < range.start; at++) if (text[at] === '\n') line++;
    return label ? [{ ref, label: label.text, row: line }] : [];
  });
  if (rows.length === 0) throw new NoteError(note(messages.labelFileEmpty, file));
  return rows;
}
