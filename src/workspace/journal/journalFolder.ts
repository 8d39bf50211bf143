import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { journalMessages as messages } from '../../core/curation/messages';
import { note, NoteError } from '../../core/dataset/note';
import { errorCode } from '../identity';
import { isClassRoot, siblingFolder, type TrashSettings } from '../trash/trashFolder';
import { ensureTwinlintFolder, twinlintFolder, writeNew } from '../twinlintFolder';

const insideFolder = (root: string): string => path.join(twinlintFolder(root), 'journal');
const besideFolder = (root: string): string => path.join(siblingFolder(root), 'journal');

/** Where entries of a root may lie: below it, or, where its own folders are classes, beside it with the trash. */
export const journalFoldersOf = (root: string): string[] => [insideFolder(root), besideFolder(root)];

const entryFile = /^([0-9a-z]{9}-[0-9a-f]{12})\.jsonl$/;

/** Entries' files, newest first. */
export async function entryFilesOf(root: string): Promise<{ readonly id: string; readonly file: string }[]> {
  const found: { id: string; file: string }[] = [];
  for (const folder of journalFoldersOf(root)) {
    for (const name of await readdir(folder).catch(() => [])) {
      const id = entryFile.exec(name)?.[1];
      if (id !== undefined) found.push({ id, file: path.join(folder, name) });
    }
  }
  return found.sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}

/** Makes the folder that new entries go to. Rejects with a {@link NoteError} where it can't be written. */
export async function makeJournalFolder(root: string, settings: TrashSettings): Promise<string> {
  const isBeside = await isClassRoot(root, settings);
  const folder = isBeside ? besideFolder(root) : insideFolder(root);
  try {
    if (!isBeside) await ensureTwinlintFolder(root);
    const made = await mkdir(folder, { recursive: true });
    if (made !== undefined) {
      await writeNew(path.join(folder, '.gitignore'), '*\n');
      if (isBeside) await writeNew(path.join(siblingFolder(root), '.gitignore'), '*\n');
    }
    return folder;
  } catch (error) {
    throw new NoteError(note(messages.noFolder, folder, errorCode(error)), { cause: error });
  }
}
