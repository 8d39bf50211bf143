import { randomBytes } from 'node:crypto';
import { lstat, mkdir, rename, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { extensionOf } from '../../core/dataset/imageFiles';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { errorCode, isGone } from '../identity';
import { checkFile, checkKeep, isUnchanged } from './checks';
import type { CheckedFile, CheckedKeep, ScannedFile } from './checks';
import { removeEmptyEntry, storedSuffix, writeManifest } from './manifest';
import type { Manifest, ManifestFile } from './manifest';
import { makeTrashFolder } from './trashFolder';
import type { TrashSettings } from './trashFolder';

export interface TrashRequest {
  /** Of the files to move; absolute. */
  readonly root: string;
  readonly settings: TrashSettings;
  /** Its root may be another one. */
  readonly keep: ScannedFile & { readonly root: string };
  readonly files: readonly ScannedFile[];
  readonly signal?: AbortSignal;
}

/** One move, as the journal shows it. */
export interface TrashEntry {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly root: string;
  /** The entry's own folder in the trash; absolute. */
  readonly folder: string;
  readonly kept: { readonly path: string; readonly content: string };
  /** Those that are in the trash. */
  readonly files: readonly ManifestFile[];
}

export interface TrashOutcome {
  /** Absent where nothing was moved. */
  readonly entry?: TrashEntry;
  readonly refused: readonly { readonly path: string; readonly note: Note }[];
  /** What else the user should know. */
  readonly notes: readonly Note[];
}

/**
 * Moves files into the trash (docs/TRASH.md). Nothing is deleted, nothing in the trash is overwritten, and each file moves by one
 * rename, after the manifest that leads it back is on disk. Rejects with a {@link NoteError}, having moved nothing, where the file to
 * keep is not there, not readable or not the scanned one, or where there is no trash folder. Single files are refused with a reason.
 */
export async function moveToTrash(request: TrashRequest): Promise<TrashOutcome> {
  const { signal } = request;
  const root = path.resolve(request.root);
  if (request.files.length === 0) throw new NoteError(note(messages.trashNothing));
  const keep = await checkKeep(path.resolve(request.keep.root), request.keep, signal);
  const refused: { path: string; note: Note }[] = [];
  const movable: CheckedFile[] = [];
  for (const file of uniqueByPath(request.files)) {
    signal?.throwIfAborted();
    const checked = await checkFile(root, file, keep, signal);
    if ('message' in checked) refused.push({ path: file.path, note: checked });
    else movable.push(checked);
  }
  if (movable.length === 0) return { refused, notes: [] };

  const { folder, said } = await makeTrashFolder(root, request.settings);
  const { dev } = await stat(folder, { bigint: true });
  const here = movable.filter(file => file.stats.dev === dev);
  for (const file of movable) {
    if (file.stats.dev !== dev) refused.push({ path: file.path, note: note(messages.trashOtherDisk, file.path, folder) });
  }
  if (here.length === 0) return { refused, notes: said };

  const { entryFolder, manifest } = await startEntry(
    root,
    folder,
    { path: request.keep.path, content: request.keep.content ?? '' },
    here,
  );
  const moved: ManifestFile[] = [];
  for (const [i, file] of here.entries()) {
    const failure = signal?.aborted ? undefined : await moveOne(file, path.join(entryFolder, manifest.files[i].stored), folder);
    if (failure) refused.push({ path: file.path, note: failure });
    else if (!signal?.aborted) moved.push(manifest.files[i]);
  }
  await assertKept(keep, entryFolder, moved, root);
  if (moved.length === 0) {
    await removeEmptyEntry(entryFolder);
    signal?.throwIfAborted();
    return { refused, notes: said };
  }
  await writeManifest(entryFolder, { ...manifest, files: moved, complete: true });
  const hardLinks = moved.filter(file => file.hardLinks).map(file => note(messages.trashHardLinks, file.path, file.hardLinks!));
  const { id, time, kept } = manifest;
  return { entry: { id, time, root, folder: entryFolder, kept, files: moved }, refused, notes: [...said, ...hardLinks] };
}

const uniqueByPath = (files: readonly ScannedFile[]): ScannedFile[] => [
  ...new Map(files.map(file => [file.path, file])).values(),
];

/** An entry's folder is made exclusively, so no two moves, of any process, ever share one. */
async function startEntry(
  root: string,
  trash: string,
  kept: Manifest['kept'],
  files: readonly CheckedFile[],
): Promise<{ entryFolder: string; manifest: Manifest }> {
  const now = Date.now();
  const id = `${now.toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
  const entryFolder = path.join(trash, id);
  const manifest: Manifest = {
    version: 1,
    id,
    time: new Date(now).toISOString(),
    root,
    kept,
    files: files.map((file, i) => ({
      path: file.path,
      stored: storedName(file.path, i),
      content: file.content,
      sizeBytes: Number(file.stats.size),
      modifiedMs: Number(file.stats.mtimeMs),
      ...(file.link !== undefined && { link: file.link }),
      ...(file.link === undefined && file.stats.nlink > 1n && { hardLinks: Number(file.stats.nlink) - 1 }),
    })),
    complete: false,
    host: hostname(),
    pid: process.pid,
  };
  try {
    await mkdir(entryFolder);
    await writeManifest(entryFolder, manifest);
  } catch (error) {
    await removeEmptyEntry(entryFolder);
    throw new NoteError(note(messages.trashNoFolder, trash, errorCode(error)), { cause: error });
  }
  return { entryFolder, manifest };
}

/** Most file systems end at 255 bytes a name. */
const maxNameBytes = 200;

function storedName(file: string, index: number): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const number = String(index + 1).padStart(4, '0');
  if (Buffer.byteLength(name) <= maxNameBytes && !name.includes('\\')) return `${number}-${name}${storedSuffix}`;
  return `${number}.${extensionOf(file).replace(/[^a-z0-9]/g, '')}${storedSuffix}`;
}

/** Why the file stayed, or undefined. */
async function moveOne(file: CheckedFile, target: string, trash: string): Promise<Note | undefined> {
  try {
    if (!(await isUnchanged(file))) return note(messages.trashChanged, file.path);
    await rename(file.absolute, target);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EXDEV') return note(messages.trashOtherDisk, file.path, trash);
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
      return note(messages.trashReadOnly, file.path, path.dirname(file.absolute), code);
    }
    return isGone(error) ? note(messages.trashMissing, file.path) : note(messages.trashFailed, file.path, code);
  }
}

/** The kept file may have been reached through a link that was moved: then everything goes back. */
async function assertKept(keep: CheckedKeep, entryFolder: string, moved: readonly ManifestFile[], root: string): Promise<void> {
  const isKept = await stat(keep.absolute).then(
    found => found.isFile(),
    () => false,
  );
  if (isKept || moved.length === 0) return;
  for (const file of moved) {
    const original = path.join(root, ...file.path.split('/'));
    const isFree = await lstat(original).then(() => false, isGone);
    if (isFree) await rename(path.join(entryFolder, file.stored), original);
  }
  await removeEmptyEntry(entryFolder);
  throw new NoteError(note(messages.trashKeepLost, keep.shown, moved.map(file => file.path).join(', ')));
}
