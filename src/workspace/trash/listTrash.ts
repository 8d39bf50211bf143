import { readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { compareBytes } from '../../core/dataset/paths';
import type { ScanSettings } from '../../core/settings/scanSettings';
import { errorCode, toAbsolute, toRelative } from '../identity';
import { isEntryName, presentFiles, readManifest, removeEmptyEntry, standsAt, storedSuffix, writeManifest } from './manifest';
import type { Manifest } from './manifest';
import type { TrashEntry } from './moveToTrash';
import { finishIfSame } from './restore';
import { trashFoldersOf } from './trashFolder';

/** All moves of a root with files in the trash, newest first, wherever the setting has sent them. */
export async function listTrash(root: string, settings: Pick<ScanSettings, 'trashFolder'>): Promise<TrashEntry[]> {
  const entries: TrashEntry[] = [];
  for (const folder of await entryFolders(root, settings)) {
    const manifest = await readManifest(folder);
    if (manifest === undefined || manifest === 'damaged') continue;
    const files = await presentFiles(folder, manifest);
    const { id, time, kept } = manifest;
    if (files.length > 0) entries.push({ id, time, root: path.resolve(root), folder, kept, files });
  }
  return entries.sort((a, b) => compareBytes(b.id, a.id));
}

/** Longer than any move takes; for owners on another machine, or whose process number was given again. */
const abandonedMs = 24 * 60 * 60 * 1000;

/**
 * Brings entries in order that a crash left behind: a move that had begun keeps what was moved, one that had moved nothing goes away,
 * and a file half restored is restored. Touches no entry that another process is working on. Call it once at the start.
 */
export async function recoverTrash(root: string, settings: Pick<ScanSettings, 'trashFolder'>): Promise<Note[]> {
  const notes: Note[] = [];
  for (const folder of await entryFolders(root, settings)) {
    const manifest = await readManifest(folder);
    try {
      if (manifest === undefined || manifest === 'damaged') {
        const lost = (await readdir(folder)).filter(name => name.endsWith(storedSuffix)).length;
        if (lost > 0) notes.push(note(messages.trashDamaged, folder, lost));
        else if (manifest === undefined && Date.now() - (await stat(folder)).mtimeMs > abandonedMs) {
          await removeEmptyEntry(folder);
        }
        continue;
      }
      if (manifest.complete) await finishRestore(root, folder, manifest);
      else if (isAbandoned(manifest)) {
        const files = await presentFiles(folder, manifest);
        if (files.length > 0) {
          await writeManifest(folder, { ...manifest, files, complete: true });
          notes.push(note(messages.trashRecovered, files.length, manifest.files.length));
        } else await removeEmptyEntry(folder);
      }
    } catch (error) {
      notes.push(note(messages.trashFailed, folder, errorCode(error)));
    }
  }
  return notes;
}

async function finishRestore(root: string, folder: string, manifest: Manifest): Promise<void> {
  for (const { path: relative, stored } of await presentFiles(folder, manifest)) {
    const original = toAbsolute(path.resolve(root), relative);
    if (await standsAt(original)) await finishIfSame(path.join(folder, stored), original);
  }
  if ((await presentFiles(folder, manifest)).length === 0) await removeEmptyEntry(folder);
}

function isAbandoned({ host, pid, time }: Manifest): boolean {
  if (Date.now() - Date.parse(time) > abandonedMs) return true;
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0); // asks, sends nothing
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/** Folders of entries that belong to a root. A trash outside of it may be shared; there the manifest tells. */
async function entryFolders(root: string, settings: Pick<ScanSettings, 'trashFolder'>): Promise<string[]> {
  const top = path.resolve(root);
  const own = new Set(trashFoldersOf(top, { trashFolder: 'auto' }));
  const folders: string[] = [];
  for (const trash of trashFoldersOf(top, settings)) {
    const names = await readdir(trash).catch(() => []);
    const isOwn = own.has(trash) || toRelative(top, trash) !== undefined;
    for (const name of names.filter(isEntryName)) {
      const folder = path.join(trash, name);
      const manifest = isOwn ? undefined : await readManifest(folder);
      if (isOwn || (manifest !== undefined && manifest !== 'damaged' && manifest.root === top)) folders.push(folder);
    }
  }
  return folders;
}
