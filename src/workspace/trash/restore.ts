import type { BigIntStats } from 'node:fs';
import { link, lstat, mkdir, readlink, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { errorCode, hashFile, isSameFile, toAbsolute, toRelative } from '../identity';
import { linkContent, MoveError, moveFile } from '../journal/moveFile';
import { noProbe } from '../journal/probe';
import { readManifest, removeEmptyEntry, standsAt } from './manifest';
import type { ManifestFile } from './manifest';
import type { TrashEntry } from './moveToTrash';

export interface Restored {
  /** Where files are back: below the root, with `/`. */
  readonly restored: readonly { readonly path: string; readonly from: string }[];
  /** Files whose place is taken; they stay in the trash. */
  readonly conflicts: readonly string[];
  /** One a conflict or failure. */
  readonly notes: readonly Note[];
}

/**
 * Moves an entry's files back to where they were, with their times. Never overwrites: where something stands at a place by now, the file
 * stays in the trash (`report`), or comes back beside it under a new name (`rename`). May be called again.
 */
export async function restoreFromTrash(
  entry: Pick<TrashEntry, 'root' | 'folder'>,
  onConflict: 'report' | 'rename' = 'report',
): Promise<Restored> {
  const manifest = await readManifest(entry.folder);
  if (manifest === undefined || manifest === 'damaged') throw new NoteError(note(messages.undoGone));
  const restored: { path: string; from: string }[] = [];
  const conflicts: string[] = [];
  const notes: Note[] = [];
  for (const file of manifest.files) {
    const stored = path.join(entry.folder, file.stored);
    try {
      // A manifest is a file like any other: what it says must not lead out of its root.
      if (!toRelative(entry.root, toAbsolute(entry.root, file.path))) {
        throw new NoteError(note(messages.undoFailed, file.path, 'EINVAL'));
      }
      let place = file.path;
      let isBack = await putBack(entry.root, stored, place);
      for (let i = 1; !isBack && onConflict === 'rename' && i < 1000; i++) {
        place = besideName(file.path, i);
        isBack = await putBack(entry.root, stored, place);
      }
      if (isBack) restored.push({ path: place, from: file.path });
      else {
        conflicts.push(file.path);
        notes.push(note(messages.undoConflict, file.path));
      }
    } catch (error) {
      notes.push(await failure(error, stored, file));
    }
  }
  await removeEmptyEntry(entry.folder);
  return { restored, conflicts, notes };
}

/** `a/b.png` → `a/b (restored).png`, `a/b (restored 2).png` … */
function besideName(file: string, attempt: number): string {
  const slash = file.lastIndexOf('/');
  const dot = file.lastIndexOf('.');
  const end = dot > slash + 1 ? dot : file.length;
  return `${file.slice(0, end)} (restored${attempt > 1 ? ` ${attempt}` : ''})${file.slice(end)}`;
}

/** False where something stands in its place. A link fails then, where a rename would overwrite. */
async function putBack(root: string, stored: string, relative: string): Promise<boolean> {
  const original = toAbsolute(root, relative);
  const stats = await lstat(stored, { bigint: true });
  await mkdir(path.dirname(original), { recursive: true });
  if (!stats.isSymbolicLink()) {
    try {
      await link(stored, original);
      await unlink(stored);
      return true;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EEXIST') return finishIfSame(stored, original);
      if (code === 'EXDEV') return putBackAcross(stored, original, stats);
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes(code)) throw error;
      // No hard links on this file system.
    }
  }
  if (await standsAt(original)) return false;
  try {
    await rename(stored, original);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    return putBackAcross(stored, original, stats);
  }
  return true;
}

/** From a trash on another disk. */
async function putBackAcross(stored: string, original: string, stats: BigIntStats): Promise<boolean> {
  const link = stats.isSymbolicLink() ? await readlink(stored) : undefined;
  const content = link === undefined ? await hashFile(stored) : linkContent(link);
  const times = { sizeBytes: Number(stats.size), modifiedMs: Number(stats.mtimeMs) };
  const expected = { content, ...times, ...(link !== undefined && { link }) };
  const temporaryName = `.twinlint-${path.basename(path.dirname(stored))}-${path.basename(stored).slice(0, 4)}.part`;
  try {
    await moveFile(stored, original, expected, { exclusive: false, temporaryName, recovering: true, probe: noProbe });
    return true;
  } catch (error) {
    if (error instanceof MoveError && error.problem === 'taken') return false;
    throw error;
  }
}

/** A crash between link and unlink left the file under both names. */
export async function finishIfSame(stored: string, original: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(stored, { bigint: true }), lstat(original, { bigint: true })]);
  if (a.isSymbolicLink() || !isSameFile(a, b)) return false;
  await unlink(stored);
  return true;
}

async function failure(error: unknown, stored: string, { path: relative }: ManifestFile): Promise<Note> {
  if (error instanceof NoteError) return error.note;
  const isStored = await standsAt(stored).catch(() => true);
  return isStored ? note(messages.undoFailed, relative, errorCode(error)) : note(messages.undoMissing, relative);
}
