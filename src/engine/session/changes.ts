import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { compareBytes, isBelow } from '../../core/dataset/paths';
import type { ScanNote } from '../../protocol/engine';
import { toRelative } from '../../workspace/identity';
import { ignoreFileName } from '../../workspace/ignoreLists';
import { orAborted } from './abort';
import { listRoot } from './fileList';
import type { ListedFile } from './fileList';
import type { ProgressReporter } from './progress';
import type { Scanner } from './scanner';
import type { ScanData } from './scanResult';

/** Beyond this many changed paths a whole walk is cheaper and simpler. */
const looksUpOneByOne = 500;

/** The files of a scan after some changed, and which of them must be read whatever their time says. */
export interface ChangedFiles {
  readonly files: readonly ListedFile[];
  readonly walkNotes: readonly ScanNote[];
  readonly mustRead: (file: ListedFile) => boolean;
}

/**
 * Looks only at what changed where that surely gives the same list as a whole walk; walks everything where links or ignore lists
 * are in play.
 * @param changed absolute paths of files and folders
 */
export const changedFiles = async (
  data: ScanData,
  changed: readonly string[],
  scanner: Scanner,
  progress: ProgressReporter,
  signal: AbortSignal,
): Promise<ChangedFiles> => {
  const changedPaths = new Set(changed.map(each => path.resolve(each)));
  const mustRead = (file: ListedFile): boolean => changedPaths.has(file.absolute);
  const { params } = data;
  const perRoot = params.roots.map(root =>
    outermost([...changedPaths].map(each => toRelative(root.path, each)).filter(each => each !== undefined)),
  );
  const isSimple =
    changedPaths.size <= looksUpOneByOne &&
    !data.files.some(file => file.isLink) &&
    (await orAborted(Promise.all([...changedPaths].map(isPlain)), signal)).every(Boolean);
  if (!isSimple) {
    const notes: ScanNote[] = [];
    return { files: await scanner.list(params, progress, signal, note => notes.push(note)), walkNotes: notes, mustRead };
  }
  const files: ListedFile[] = [];
  for (const [index, root] of params.roots.entries()) {
    const below = perRoot[index].filter(each => root.only.length === 0 || root.only.some(folder => isBelow(each, folder)));
    for (const file of data.files) {
      if (file.root === index && !below.some(folder => isBelow(file.path, folder))) files.push(file);
    }
    if (below.length === 0) continue;
    // What is gone now gives a note, which is no news here.
    const listing = listRoot(
      root,
      index,
      below,
      signal,
      () => undefined,
      () => undefined,
    );
    for (const file of await orAborted(listing, signal)) files.push(file);
  }
  files.sort((a, b) => a.root - b.root || compareBytes(a.path, b.path));
  return { files, walkNotes: data.walkNotes, mustRead };
};

/** Whether a path leads to its place without links, and changes nothing but itself. */
const isPlain = async (absolute: string): Promise<boolean> => {
  const name = path.basename(absolute);
  if (name === ignoreFileName || name.endsWith('.dvc')) return false;
  try {
    if ((await lstat(absolute)).isSymbolicLink()) return false;
    const parent = path.dirname(absolute);
    return (await realpath(parent)) === parent;
  } catch {
    // Gone: whatever was there is dropped.
    return true;
  }
};

const outermost = (paths: readonly string[]): string[] => {
  const unique = [...new Set(paths)];
  return unique.filter(each => !unique.some(other => other !== each && isBelow(each, other)));
};
