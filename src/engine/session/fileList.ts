import path from 'node:path';
import type { Note } from '../../core/dataset/note';
import type { ScanRoot } from '../../protocol/engine';
import { walkImagesInBatches } from '../../workspace/walk';
import type { WalkEntry } from '../../workspace/walk';

/** A file to scan. */
export interface ListedFile extends WalkEntry {
  readonly root: number;
}

/** The images below one root, or below some of its folders, in path order. */
export async function listRoot(
  root: ScanRoot,
  index: number,
  only: readonly string[],
  signal: AbortSignal,
  onNote: (note: Note) => void,
  onFile: () => void,
): Promise<ListedFile[]> {
  const trash = root.settings.trashFolder;
  const files: ListedFile[] = [];
  const batches = walkImagesInBatches({
    root: root.path,
    only,
    exclude: root.settings.exclude,
    filesExclude: root.filesExclude,
    skip: trash === 'auto' || trash === '' ? [] : [path.resolve(root.path, trash)],
    signal,
    onNote,
  });
  for await (const entries of batches) {
    for (const entry of entries) {
      files.push({ ...entry, root: index });
      onFile();
    }
  }
  return files;
}

/**
 * For each file, the one that stands for it where several names (hard links, symlinks) lead to the same file on disk: itself, or an
 * earlier one. A plain name goes before a symlink.
 */
export const sameFileOf = (files: readonly ListedFile[]): Uint32Array => {
  const standIn = Uint32Array.from(files, (_, index) => index);
  const first = new Map<string, number>();
  files.forEach(({ identity }, index) => {
    // File systems without inode numbers give 0 to all files.
    if (identity === '' || identity.endsWith(':0')) return;
    const other = first.get(identity);
    if (other === undefined || (files[other].isLink && !files[index].isLink)) first.set(identity, index);
  });
  files.forEach(({ identity }, index) => {
    const leader = first.get(identity);
    if (leader !== undefined) standIn[index] = leader;
  });
  return standIn;
};
