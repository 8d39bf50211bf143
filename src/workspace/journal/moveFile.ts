import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { copyFile, link, lstat, mkdir, open, readlink, rename, rm, symlink, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, hashBytes, hashFile, isGone, isSameFile } from '../identity';
import { syncFolder } from './durable';
import type { Probe } from './probe';

/** What a file is expected to be. */
export interface Expected {
  /** SHA-256; of a symlink, of its target's path. */
  readonly content: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly link?: string;
}

/** `gone`: nothing stands at `from`. `changed`: something else does. `taken`: something stands at `to`. `copy`: it came out different. */
export type MoveProblem = 'gone' | 'changed' | 'taken' | 'copy';
export class MoveError extends Error {
  constructor(readonly problem: MoveProblem) {
    super(problem);
    this.name = 'MoveError';
  }
}

export interface MoveOptions {
  /** `to` lies in a folder that only we know, so one rename does; elsewhere a name that was taken meanwhile is never overwritten. */
  readonly exclusive: boolean;
  /** For the copy that a move to another disk makes beside `to`. */
  readonly temporaryName: string;
  /** After a crash: a complete copy of the file on another disk is taken for ours. Compares bytes. */
  readonly recovering: boolean;
  /** As the file was when it was looked into; else its content is read again where size or time differ. */
  readonly seen?: BigIntStats;
  readonly probe: Probe;
}

/**
 * Moves one file or symlink, keeping its times. At no moment is it in neither place, and nothing is overwritten. On one file system it is never copied; to
 * another, it is copied, flushed, compared and named before the first is taken away. Rejects with a {@link MoveError}, or the file
 * system's error, having moved nothing. May be called again after a crash.
 */
export async function moveFile(from: string, to: string, expected: Expected, options: MoveOptions): Promise<void> {
  const { probe } = options;
  const temporary = path.join(path.dirname(to), options.temporaryName);
  if (options.recovering) await rm(temporary, { force: true });
  const source = await statOf(from);
  const target = await statOf(to);
  if (!source) throw new MoveError('gone');
  if (target) {
    if (await isSameMove(from, source, to, target, expected, options)) {
      await unlink(from);
      probe('unlinked');
      return;
    }
    throw new MoveError('taken');
  }
  if (!(await isExpected(from, source, expected, options.seen))) throw new MoveError('changed');
  await mkdir(path.dirname(to), { recursive: true });
  probe('folder made');
  try {
    if (options.exclusive || source.isSymbolicLink()) await rename(from, to);
    else await linkOver(from, to, probe);
    probe('moved');
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw new MoveError('taken');
    if (errorCode(error) !== 'EXDEV') throw error;
    await copyOver(from, source, to, temporary, expected, probe);
  }
}

export async function statOf(file: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(file, { bigint: true });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether a file still is what it is expected to be; reads it only where its size or time say nothing. */
export async function isExpected(file: string, stats: BigIntStats, expected: Expected, seen?: BigIntStats): Promise<boolean> {
  if (expected.link !== undefined) return stats.isSymbolicLink() && (await readlink(file)) === expected.link;
  if (!stats.isFile()) return false;
  if (seen) return isSameFile(seen, stats) && seen.size === stats.size && seen.mtimeNs === stats.mtimeNs;
  if (Number(stats.size) !== expected.sizeBytes) return false;
  return Number(stats.mtimeMs) === expected.modifiedMs || (await hashFile(file)) === expected.content;
}

/** A link's content, as the journal names it. */
export const linkContent = (target: string): string => hashBytes(Buffer.from(target));

/** A crash between naming the new place and forgetting the old one left the file in both. */
async function isSameMove(
  from: string,
  source: BigIntStats,
  to: string,
  target: BigIntStats,
  expected: Expected,
  { recovering }: MoveOptions,
): Promise<boolean> {
  if (!recovering) return false;
  if (source.isSymbolicLink() || target.isSymbolicLink()) {
    if (!source.isSymbolicLink() || !target.isSymbolicLink() || source.dev === target.dev) return false;
    return (await readlink(from)) === expected.link && (await readlink(to)) === expected.link;
  }
  if (isSameFile(source, target)) return true;
  if (source.dev === target.dev || !source.isFile() || !target.isFile()) return false;
  return (await hashFile(to)) === expected.content && (await hashFile(from)) === expected.content;
}

const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'];

/** A second name and then one less: unlike a rename this fails where the name is taken. */
async function linkOver(from: string, to: string, probe: Probe): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!noLinks.includes(errorCode(error))) throw error;
    // No hard links on this file system.
    if (await statOf(to)) throw new MoveError('taken');
    await rename(from, to);
    return;
  }
  probe('linked');
  try {
    await unlink(from);
  } catch (error) {
    await unlink(to);
    throw error;
  }
}

async function copyOver(
  from: string,
  source: BigIntStats,
  to: string,
  temporary: string,
  expected: Expected,
  probe: Probe,
): Promise<void> {
  if (source.isSymbolicLink()) {
    await symlink(await readlink(from), to);
    probe('link copied');
    await unlink(from);
    return;
  }
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    probe('copied');
    const handle = await open(temporary, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await utimes(temporary, expected.modifiedMs / 1000, expected.modifiedMs / 1000);
    probe('copy synced');
    if ((await hashFile(temporary)) !== expected.content) throw new MoveError('copy');
    const now = await lstat(from, { bigint: true });
    if (!isSameFile(now, source) || now.size !== source.size || now.mtimeNs !== source.mtimeNs) throw new MoveError('changed');
    await linkOver(temporary, to, probe);
    await syncFolder(path.dirname(to));
    probe('copy named');
  } catch (error) {
    await rm(temporary, { force: true });
    if (errorCode(error) === 'EEXIST') throw new MoveError('taken');
    throw error;
  }
  try {
    await unlink(from);
    probe('source unlinked');
  } catch (error) {
    await unlink(to);
    throw error;
  }
}
