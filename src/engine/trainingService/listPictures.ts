import type { LabelBox } from '../../core/dataset/boxes';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { ScanParams } from '../../protocol/engine';
import { SeededRandom } from '../samplers/random';
import { orAborted } from '../session/abort';
import { classify, readLabelTables } from '../session/classify';
import type { FileClass } from '../session/classify';
import { listRoot, sameFileOf } from '../session/fileList';
import type { ListedFile } from '../session/fileList';

/** A file on disk that may become a picture to learn from; other names of the same file are left out. */
export interface Candidate extends FileClass {
  readonly file: ListedFile;
  /** What is judged in place of the whole picture. */
  readonly box?: LabelBox;
}

/** The files of a scan, labelled and split as a scan does it. @throws NoteError as a scan would; the signal's reason when aborted. */
export async function listCandidates(
  params: ScanParams,
  signal: AbortSignal,
  onNote: (of: Note) => void,
  onCount: (files: number) => void,
): Promise<Candidate[]> {
  const tables = await orAborted(readLabelTables(params, true, signal, onNote), signal);
  const files: ListedFile[] = [];
  for (const [index, root] of params.roots.entries()) {
    const listing = listRoot(root, index, root.only, signal, onNote, () => onCount(files.length));
    for (const file of await orAborted(listing, signal)) files.push(file);
  }
  const classes = await orAborted(classify(params, tables, files, signal, onNote), signal);
  const standIn = sameFileOf(files);
  return files.flatMap((file, i) => (standIn[i] === i ? [{ file, ...classes[i] }] : []));
}

/**
 * Those that fit into memory: all, or so many drawn at random; those that verdicts speak of always. The same for a seed, in their old order.
 */
export function thinned(
  candidates: readonly Candidate[],
  most: number,
  seed: number,
  isNeeded: (of: Candidate) => boolean,
  onNote: (of: Note) => void,
): readonly Candidate[] {
  if (candidates.length <= most) return candidates;
  onNote(note(messages.tooMany, most, candidates.length));
  const order = new SeededRandom(seed).shuffle(Int32Array.from(candidates, (_, i) => i));
  const needed = order.filter(i => isNeeded(candidates[i]));
  const others = order.filter(i => !isNeeded(candidates[i]));
  const kept = Int32Array.from([...needed, ...others].slice(0, most)).sort();
  return Array.from(kept, i => candidates[i]);
}
