import { createReadStream } from 'node:fs';
import path from 'node:path';
import { CsvReader } from '../core/dataset/csv';
import { workspaceMessages as messages } from '../core/dataset/messages';
import { note, NoteError } from '../core/dataset/note';
import type { Note } from '../core/dataset/note';
import { errorCode, toAbsolute, toRelative } from './identity';

export interface CsvLabels {
  /** Path below the root, with `/` → label. */
  readonly labels: ReadonlyMap<string, string>;
  /** One a broken row, up to {@link maxRowNotes}, then one for the rest. */
  readonly notes: readonly Note[];
}

const maxRowNotes = 20;
const pathNames = ['path', 'file', 'filename', 'file_name', 'filepath', 'image', 'image_path'];
const labelNames = ['label', 'class', 'category', 'class_name'];

/**
 * Labels from a CSV with a header row (docs/LABELS.md), read in pieces. Broken rows are told by their number (the header is row 1) and
 * left out. Rejects with a {@link NoteError} where the file can't be read or has no such columns.
 *
 * @param file Below the root, with `/`, or absolute.
 */
export async function readLabelCsv(root: string, file: string, signal?: AbortSignal): Promise<CsvLabels> {
  const reader = new LabelReader(root, file);
  const absolute = path.isAbsolute(file) ? file : toAbsolute(root, file);
  const csv = new CsvReader();
  try {
    for await (const piece of createReadStream(absolute, { encoding: 'utf8', signal })) {
      csv.push(piece as string).forEach(reader.take);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NoteError) throw error;
    throw new NoteError(note(messages.csvUnreadable, file, errorCode(error)), { cause: error });
  }
  const { rows, isOpen } = csv.end();
  rows.forEach(reader.take);
  return reader.finish(isOpen);
}

/** A note where a CSV names files that are not among the images; often a sign that its paths start elsewhere. */
export function unmatchedLabels(
  file: string,
  labels: ReadonlyMap<string, string>,
  imagePaths: Iterable<string>,
): Note | undefined {
  const missing = new Set(labels.keys());
  for (const imagePath of imagePaths) missing.delete(imagePath);
  const [example] = missing;
  return example === undefined ? undefined : note(messages.csvUnmatched, file, missing.size, example);
}

class LabelReader {
  private readonly labels = new Map<string, string>();
  private readonly notes: Note[] = [];
  private untold = 0;
  private row = 0;
  private columns: { readonly path: number; readonly label: number } | undefined;

  constructor(
    private readonly root: string,
    private readonly file: string,
  ) {}

  readonly take = (fields: readonly string[]): void => {
    this.row++;
    if (!this.columns) {
      const names = fields.map(field => field.trim().toLowerCase());
      const find = (known: readonly string[]): number => known.map(name => names.indexOf(name)).find(index => index >= 0) ?? -1;
      this.columns = { path: find(pathNames), label: find(labelNames) };
      if (this.columns.path < 0 || this.columns.label < 0) throw new NoteError(note(messages.csvHeader, this.file));
      return;
    }
    if (fields.every(field => field.trim() === '')) return;
    const named = fields[this.columns.path] ?? '';
    const label = (fields[this.columns.label] ?? '').trim();
    if (named.trim() === '' || label === '') return this.tell(note(messages.csvFields, this.file, this.row));
    const relative = this.below(named);
    if (relative === undefined) return this.tell(note(messages.csvOutside, this.file, this.row, named));
    if (this.labels.has(relative) && this.labels.get(relative) !== label) {
      this.tell(note(messages.csvAgain, this.file, this.row, relative));
    }
    this.labels.set(relative, label);
  };

  finish(isOpen: boolean): CsvLabels {
    if (isOpen) this.tell(note(messages.csvQuote, this.file, this.row + 1));
    if (!this.columns) throw new NoteError(note(messages.csvHeader, this.file));
    if (this.untold > 0) this.notes.push(note(messages.csvMore, this.file, this.untold));
    return { labels: this.labels, notes: this.notes };
  }

  /** As images name it; tables made on Windows hold backslashes. */
  private below(named: string): string | undefined {
    const slashed = named.includes('/') ? named : named.replaceAll('\\', '/');
    const relative = toRelative(this.root, path.resolve(this.root, ...(path.isAbsolute(named) ? [named] : slashed.split('/'))));
    return relative === '' ? undefined : relative;
  }

  private tell(of: Note): void {
    if (this.notes.length < maxRowNotes) this.notes.push(of);
    else this.untold++;
  }
}
