import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';

/** Names one file on disk whatever path led to it: links to the same file share it. Empty on file systems without inode numbers. */
export const identityOf = (stats: BigIntStats): string => (stats.ino === 0n ? '' : `${stats.dev}:${stats.ino}`);

/** False also where that can't be told. */
export const isSameFile = (a: BigIntStats, b: BigIntStats): boolean => identityOf(a) !== '' && identityOf(a) === identityOf(b);

/** The native path as a relative one with `/`, or undefined where it is not below `root`. `''` is the root itself. */
export function toRelative(root: string, file: string): string | undefined {
  const relative = path.relative(root, file);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return undefined;
  return path.sep === '/' ? relative : relative.split(path.sep).join('/');
}

/** A relative path with `/` as a native absolute one. */
export const toAbsolute = (root: string, relative: string): string =>
  relative === '' ? root : path.join(root, ...relative.split('/'));

/** SHA-256 of a file's bytes, lower-case hex, read in pieces. Follows symlinks. Rejects with the file system's error. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** SHA-256 of bytes already in memory, lower-case hex: the `content` of an image. */
export const hashBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The system's short name of an error, e.g. `ENOENT`; empty for other errors. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether the error says that the file is no longer there. */
export const isGone = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error));

/** Whether a file or folder is there and can be asked about. */
export const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
