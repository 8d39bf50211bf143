import { randomBytes } from 'node:crypto';
import { access, constants, link, lstat, mkdir, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { workspaceMessages as messages } from '../core/dataset/messages';
import { note, NoteError } from '../core/dataset/note';
import { errorCode, hashFile, toRelative } from './identity';
import { removeEmptyEntry, standsAt, storedSuffix, writeManifest } from './trash/manifest';
import type { Manifest } from './trash/manifest';
import type { TrashEntry } from './trash/moveToTrash';
import { makeTrashFolder } from './trash/trashFolder';
import type { TrashSettings } from './trash/trashFolder';
import { ensureTwinlintFolder, twinlintFolder } from './twinlintFolder';

/** Of a model file. */
export const modelExtension = '.twinlint';

/** Where a root's models lie: the user's data, not a cache. */
export const modelsFolder = (root: string): string => path.join(twinlintFolder(root), 'models');

/** Makes the folder. Rejects with a {@link NoteError} where nothing can be written there. */
export async function ensureModelsFolder(root: string): Promise<string> {
  const folder = modelsFolder(root);
  try {
    await ensureTwinlintFolder(root);
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw new NoteError(note(messages.modelsNotWritable, folder, errorCode(error)), { cause: error });
  }
}

const datePrefix = /^\d{4}-\d{2}-\d{2}-\d{4}-/;

/** `2026-11-24-1405-classes.twinlint`: local time, so that names sort by it and people know it. */
export function modelFileName(name: string, at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}-${name}${modelExtension}`;
}

/** A path in the folder that nothing has yet. */
export async function freeModelPath(folder: string, fileName: string): Promise<string> {
  const stem = fileName.slice(0, -modelExtension.length);
  for (let i = 1; ; i++) {
    const file = path.join(folder, `${stem}${i > 1 ? `-${i}` : ''}${modelExtension}`);
    if (!(await standsAt(file))) return file;
  }
}

/** A model's name as people see it: its file's, without date and extension. */
export const modelNameOf = (file: string): string => {
  const base = path.basename(file);
  const stem = base.endsWith(modelExtension) ? base.slice(0, -modelExtension.length) : base;
  return stem.replace(datePrefix, '') || stem;
};

/** Whether a name can be part of a file's name on every system. */
export const isModelName = (name: string): boolean =>
  // eslint-disable-next-line no-control-regex -- file systems forbid them
  name.trim() !== '' && Buffer.byteLength(name) <= 100 && !/[\u0000-\u001f<>:"/\\|?*]/.test(name) && !/[. ]$/.test(name);

/** Gives a model's file another name, keeping its date; never over another file. Rejects with a {@link NoteError}. @returns its new path */
export async function renameModel(file: string, name: string): Promise<string> {
  const date = datePrefix.exec(path.basename(file))?.[0] ?? '';
  const target = path.join(path.dirname(file), `${date}${name}${modelExtension}`);
  if (target === file) return file;
  try {
    await moveWithoutOverwriting(file, target);
    return target;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw new NoteError(note(messages.modelNameTaken, name), { cause: error });
    throw new NoteError(note(messages.modelNotMoved, modelNameOf(file), errorCode(error)), { cause: error });
  }
}

async function moveWithoutOverwriting(file: string, target: string): Promise<void> {
  try {
    await link(file, target);
    await unlink(file);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes(errorCode(error))) throw error;
    // No hard links on this file system.
    if (await standsAt(target)) throw Object.assign(new Error('taken'), { code: 'EEXIST' });
    await rename(file, target);
  }
}

/**
 * Moves a model file into the trash (docs/TRASH.md), from where `restoreFromTrash` brings it back. Rejects with a {@link NoteError},
 * having moved nothing.
 *
 * @param root The one it belongs to; absolute.
 */
export async function trashModel(root: string, settings: TrashSettings, file: string): Promise<TrashEntry> {
  const relative = toRelative(root, file);
  if (!relative) throw new NoteError(note(messages.modelNotMoved, modelNameOf(file), 'EINVAL'));
  const { folder: trash } = await makeTrashFolder(root, settings);
  const now = Date.now();
  const id = `${now.toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
  const folder = path.join(trash, id);
  try {
    const { size, mtimeMs } = await stat(file);
    if ((await lstat(file)).dev !== (await stat(trash)).dev) throw Object.assign(new Error('other disk'), { code: 'EXDEV' });
    const stored = `0001-${path.basename(file)}${storedSuffix}`;
    const content = await hashFile(file);
    const manifest: Manifest = {
      version: 1,
      id,
      time: new Date(now).toISOString(),
      root,
      kept: { path: '', content: '' },
      files: [{ path: relative, stored, content, sizeBytes: size, modifiedMs: mtimeMs }],
      complete: false,
      host: hostname(),
      pid: process.pid,
    };
    await mkdir(folder);
    await writeManifest(folder, manifest);
    await rename(file, path.join(folder, stored));
    await writeManifest(folder, { ...manifest, complete: true });
    return { id, time: manifest.time, root, folder, kept: manifest.kept, files: manifest.files };
  } catch (error) {
    await removeEmptyEntry(folder);
    throw new NoteError(note(messages.modelNotMoved, modelNameOf(file), errorCode(error)), { cause: error });
  }
}
