import type { BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { ancestorsOf } from '../../core/dataset/paths';
import { errorCode, hashFile, isGone, isSameFile, toAbsolute, toRelative } from '../identity';

/** An image as the scan saw it. */
export interface ScannedFile {
  /** Below its root, with `/`. */
  readonly path: string;
  /** SHA-256; absent or empty = not known, so not compared. */
  readonly content?: string;
}

/** The file to keep, found to be there, readable and unchanged. */
export interface CheckedKeep {
  /** As scanned; empty where it is not known. */
  readonly content: string;
  readonly shown: string;
  readonly absolute: string;
  readonly target: BigIntStats;
  readonly isLink: boolean;
  /** Its folder's real path and its name: equal for two paths only if they name one folder entry. */
  readonly entry: string;
}

/** A file that may be moved. */
export interface CheckedFile {
  readonly path: string;
  readonly absolute: string;
  readonly content: string;
  /** Of the file or link itself. */
  readonly stats: BigIntStats;
  readonly link?: string;
}

/** Rejects with a {@link NoteError}: without a good file to keep nothing is moved. */
export async function checkKeep(root: string, keep: ScannedFile, signal?: AbortSignal): Promise<CheckedKeep> {
  const absolute = toAbsolute(root, keep.path);
  try {
    const target = await stat(absolute, { bigint: true });
    if (!target.isFile()) throw new NoteError(note(messages.trashKeepMissing, keep.path));
    if (keep.content) {
      const content = await hashFile(absolute, signal);
      if (content !== keep.content) throw new NoteError(note(messages.trashKeepChanged, keep.path));
    } else await readFirstByte(absolute);
    const isLink = (await lstat(absolute)).isSymbolicLink();
    return { content: keep.content ?? '', shown: keep.path, absolute, target, isLink, entry: await folderEntry(absolute) };
  } catch (error) {
    if (error instanceof NoteError) throw error;
    signal?.throwIfAborted();
    if (isGone(error)) throw new NoteError(note(messages.trashKeepMissing, keep.path), { cause: error });
    throw new NoteError(note(messages.trashKeepUnreadable, keep.path, errorCode(error)), { cause: error });
  }
}

/** The file, or why it must stay. */
export async function checkFile(
  root: string,
  file: ScannedFile,
  keep: CheckedKeep,
  signal?: AbortSignal,
): Promise<CheckedFile | Note> {
  const absolute = toAbsolute(root, file.path);
  if (!toRelative(root, absolute)) return note(messages.trashOutside, file.path, root);
  try {
    const stats = await lstat(absolute, { bigint: true });
    const isLink = stats.isSymbolicLink();
    if (!isLink && !stats.isFile()) return note(messages.trashNotFile, file.path);
    for (const folder of ancestorsOf(file.path)) {
      if ((await lstat(toAbsolute(root, folder))).isSymbolicLink()) return note(messages.trashBehindLink, file.path);
    }
    if ((await folderEntry(absolute)) === keep.entry) return note(messages.trashSameFile, file.path, keep.shown);
    if (!isLink && isSameFile(stats, keep.target)) {
      if (keep.isLink) return note(messages.trashKeepLinksTo, file.path, keep.shown);
      // One file with one name, so the two paths differ in spelling only (case, Unicode form).
      if (stats.nlink < 2n) return note(messages.trashSameFile, file.path, keep.shown);
    }
    const content = file.content || !isLink ? await hashFile(absolute, signal) : '';
    if (file.content && content !== file.content) return note(messages.trashChanged, file.path);
    return { path: file.path, absolute, content, stats, ...(isLink && { link: await readlink(absolute) }) };
  } catch (error) {
    signal?.throwIfAborted();
    return isGone(error) ? note(messages.trashMissing, file.path) : note(messages.trashUnreadable, file.path, errorCode(error));
  }
}

const folderEntry = async (absolute: string): Promise<string> =>
  path.join(await realpath(path.dirname(absolute)), path.basename(absolute));

async function readFirstByte(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.read(Buffer.alloc(1), 0, 1, 0);
  } finally {
    await handle.close();
  }
}
