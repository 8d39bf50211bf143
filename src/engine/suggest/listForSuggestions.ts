import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Note } from '../../core/dataset/note';
import { note, NoteError } from '../../core/dataset/note';
import { suggestMessages as messages } from '../../core/suggest/suggestMessages';
import type { ScanRoot } from '../../protocol/engine';
import { orAborted } from '../session/abort';
import { listRoot, sameFileOf } from '../session/fileList';
import type { Candidate } from '../trainingService/listPictures';

export interface Listed {
  /** Images to label, in path order. */
  readonly queries: readonly Candidate[];
  /** Of the classes, sorted; two or more. */
  readonly labels: readonly string[];
  /** In path order, with the number of their class. */
  readonly references: readonly { readonly file: Candidate['file']; readonly number: number }[];
  /** How many of the images below the root are references. */
  readonly skipped: number;
}

/** What is known of so many takes about a gigabyte. */
const MOST_IMAGES = 30_000;

/** The class of a reference: the folder directly below the folder of references. Undefined for an image that lies in that itself. */
const classOf = (filePath: string): string | undefined =>
  filePath.includes('/') ? filePath.slice(0, filePath.indexOf('/')) : undefined;

/** Whether a real path is a folder or lies below it. */
const liesIn = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

/**
 * Lists the images to label and the references. One folder may lie in the other: references get no suggestion, and the folder to label is no class.
 * @throws NoteError where there is nothing to compare; the signal's reason when aborted
 */
export async function listForSuggestions(
  root: ScanRoot,
  references: ScanRoot,
  shots: number | undefined,
  signal: AbortSignal,
  onNote: (of: Note) => void,
): Promise<Listed> {
  const [rootPath, referencesPath] = await Promise.all([realpath(root.path), realpath(references.path)]);
  if (rootPath === referencesPath) throw new NoteError(note(messages.sameFolder, root.path));
  const list = (of: ScanRoot): Promise<Candidate[]> => listed(of, signal, onNote);
  // What lies where: the one folder may be below the other.
  const own = (await list(references)).filter(
    ({ file }) => !liesIn(rootPath, referencesPath) || !liesIn(path.join(referencesPath, file.path), rootPath),
  );
  const named = own.flatMap(({ file }) => {
    const label = classOf(file.path);
    return label === undefined ? [] : [{ file, label }];
  });
  if (named.length < own.length) onNote(note(messages.loose, own.length - named.length, references.path));
  const labels = [...new Set(named.map(({ label }) => label))].sort();
  if (labels.length === 0) throw new NoteError(note(messages.noReferences, references.path));
  if (labels.length === 1) throw new NoteError(note(messages.oneClass, references.path, labels[0]));
  const taken = new Map<string, number>();
  const chosen = named.filter(({ label }) => {
    taken.set(label, (taken.get(label) ?? 0) + 1);
    return shots === undefined || taken.get(label)! <= shots;
  });
  const all = await list(root);
  const queries = all.filter(
    ({ file }) => !liesIn(referencesPath, rootPath) || !liesIn(path.join(rootPath, file.path), referencesPath),
  );
  if (queries.length === 0) throw new NoteError(note(messages.noImages, root.path));
  if (queries.length > MOST_IMAGES) {
    throw new NoteError(note(messages.tooMany, queries.length, root.path, MOST_IMAGES));
  }
  const numberOf = new Map(labels.map((label, i) => [label, i]));
  return {
    queries,
    labels,
    references: chosen.map(({ file, label }) => ({ file, number: numberOf.get(label)! })),
    skipped: all.length - queries.length,
  };
}

async function listed(root: ScanRoot, signal: AbortSignal, onNote: (of: Note) => void): Promise<Candidate[]> {
  const files = await orAborted(
    listRoot(root, 0, root.only, signal, onNote, () => undefined),
    signal,
  );
  const standIn = sameFileOf(files);
  return files.flatMap((file, i) => (standIn[i] === i ? [{ file }] : []));
}
