import { chmod, link, lstat, readFile, rename, rm, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { rebaseSplices, spliced, type AnchoredSplice } from '../../core/curation/splices';
import { errorCode, hashBytes } from '../identity';
import { syncFolder, writeSynced } from './durable';
import type { Probe } from './probe';

/** Larger text files are not edited: JavaScript holds no longer strings. */
export const maxTextBytes = 400 * 1024 * 1024;

/** A text file's content; undefined where it is not UTF-8, so that writing it back would change it. */
export async function readText(file: string): Promise<string | undefined> {
  const bytes = await readFile(file);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

export const hashText = (text: string): string => hashBytes(Buffer.from(text));

export interface TextEdit {
  readonly splices: readonly AnchoredSplice[];
  /** SHA-256 before and after. */
  readonly from: string;
  readonly to: string;
  /** The file's time after the edit, where it is to be an earlier one. */
  readonly modifiedMs?: number;
}

export type EditOutcome = 'done' | 'already' | 'changed';

/**
 * Edits a text file by writing another beside it, which then takes its name: at no moment is it cut off. A file that was changed since is
 * edited all the same where the lines in question are found, once each, with what stood before them; else nothing is done.
 */
export async function editText(file: string, edit: TextEdit, temporaryName: string, probe: Probe): Promise<EditOutcome> {
  const temporary = path.join(path.dirname(file), temporaryName);
  await rm(temporary, { force: true });
  const stats = await lstat(file, { bigint: true });
  // A link's target may lie anywhere, and a rename would put a file in the link's place.
  if (!stats.isFile()) return 'changed';
  const text = await readText(file);
  if (text === undefined) return 'changed';
  const content = hashText(text);
  if (content === edit.to) return 'already';
  const splices = content === edit.from ? edit.splices : rebaseSplices(text, edit.splices);
  const result = splices && spliced(text, splices);
  if (result === undefined || (content === edit.from && hashText(result) !== edit.to)) return 'changed';
  await writeSynced(temporary, result, 'wx', probe);
  await chmod(temporary, Number(stats.mode) & 0o777);
  if (edit.modifiedMs !== undefined && content === edit.from) {
    await utimes(temporary, edit.modifiedMs / 1000, edit.modifiedMs / 1000);
  }
  probe('edit written');
  const now = await lstat(file, { bigint: true });
  if (now.ino !== stats.ino || now.size !== stats.size || now.mtimeNs !== stats.mtimeNs) {
    await rm(temporary, { force: true });
    return 'changed';
  }
  await rename(temporary, file);
  probe('edit renamed');
  await syncFolder(path.dirname(file));
  return 'done';
}

/** Writes a new file that is whole from the moment it has its name. False where another one stands there. */
export async function createText(file: string, text: string, temporaryName: string, probe: Probe): Promise<boolean> {
  const temporary = path.join(path.dirname(file), temporaryName);
  await rm(temporary, { force: true });
  await writeSynced(temporary, text, 'wx', probe);
  try {
    await link(temporary, file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      await unlink(temporary);
      return false;
    }
    if (await lstat(file).catch(() => undefined)) {
      await unlink(temporary);
      return false;
    }
    await rename(temporary, file);
    return true;
  }
  probe('created');
  await unlink(temporary);
  await syncFolder(path.dirname(file));
  return true;
}
