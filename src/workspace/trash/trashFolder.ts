import { mkdir, opendir } from 'node:fs/promises';
import path from 'node:path';
import { imageKindOf } from '../../core/dataset/imageFiles';
import { analyseFolders } from '../../core/dataset/labels';
import type { LabelSettings } from '../../core/dataset/labels';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import type { ScanSettings } from '../../core/settings/scanSettings';
import { errorCode, toRelative } from '../identity';
import { ensureTwinlintFolder, twinlintFolder, writeNew } from '../twinlintFolder';
import { isSkippedFolder } from '../walk';

export type TrashSettings = Pick<ScanSettings, 'trashFolder'> & LabelSettings;

const insideFolder = (root: string): string => path.join(twinlintFolder(root), 'trash');
export const siblingFolder = (root: string): string => `${root}.twinlint-trash`;

/** Every folder where trashed files of a root may lie, absolute; the walker leaves them out. */
export function trashFoldersOf(root: string, settings: Pick<ScanSettings, 'trashFolder'>): string[] {
  const top = path.resolve(root);
  const folders = [insideFolder(top), siblingFolder(top)];
  return settings.trashFolder === 'auto' ? folders : [...new Set([path.resolve(top, settings.trashFolder), ...folders])];
}

/**
 * Makes the folder that the next files go to. Rejects with a {@link NoteError} where it can't be made, or where it is the root or a
 * folder above it.
 *
 * @returns `said`: what the user should be told once.
 */
export async function makeTrashFolder(root: string, settings: TrashSettings): Promise<{ folder: string; said: readonly Note[] }> {
  const isAuto = settings.trashFolder === 'auto';
  const isSibling = isAuto && (await isClassRoot(root, settings));
  const folder = isSibling ? siblingFolder(root) : isAuto ? insideFolder(root) : path.resolve(root, settings.trashFolder);
  if (toRelative(folder, root) !== undefined) throw new NoteError(note(messages.trashBadFolder, folder));
  try {
    if (folder === insideFolder(root)) await ensureTwinlintFolder(root);
    const made = await mkdir(folder, { recursive: true });
    // Only in a folder of our own: in one of the user's it would hide other files from Git.
    if (made !== undefined) await writeNew(path.join(folder, '.gitignore'), '*\n');
    return { folder, said: isSibling && made !== undefined ? [note(messages.trashSibling, folder)] : [] };
  } catch (error) {
    throw new NoteError(note(messages.trashNoFolder, folder, errorCode(error)), { cause: error });
  }
}

/** Enough to see the classes of any data set without reading all of it. */
const maxFolders = 2000;
const maxEntries = 5000;

/** Whether folders of the root itself are classes, judged by the labels rule on one image a folder. */
export async function isClassRoot(root: string, settings: LabelSettings): Promise<boolean> {
  const sample: string[] = [];
  const queue = [''];
  for (let i = 0; i < queue.length && i < maxFolders; i++) {
    const below = (name: string): string => (queue[i] === '' ? name : `${queue[i]}/${name}`);
    let hasImage = false;
    let entries = 0;
    try {
      for await (const entry of await opendir(path.join(root, queue[i]))) {
        if (entry.isDirectory() && !isSkippedFolder(entry.name)) queue.push(below(entry.name));
        else if (!hasImage && entry.isFile() && imageKindOf(entry.name)) {
          hasImage = true;
          sample.push(below(entry.name));
        }
        if (++entries > maxEntries) break;
      }
    } catch {
      // A folder that can't be read has no say.
    }
  }
  return analyseFolders(sample, settings).isClassRoot;
}
