import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { ImageProblem } from '../../core/dataset/image';

/** Files above this are hashed in pieces and decoded from disk, never held whole. */
export const heldBytes = 64 * 1024 * 1024;
const pieceBytes = 1024 * 1024;
/** Hashing more than this in one go would be felt by whoever waits for an answer meanwhile. */
const hashedAtOnceBytes = 512 * 1024;

/** A file as it was read, in one go. */
export interface ImageFile {
  /** SHA-256 of all bytes, lower-case hex. */
  readonly content: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** All bytes, or the first of a file too big to hold. */
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** What a look at the folder said of a file. */
export interface SeenFile {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/**
 * Reads and hashes a file. One that changes meanwhile is read once more; what is then there is taken.
 * @param seen as it was before: where it is the same after reading, nothing changed in between, and one look is spared
 * @returns a problem where it can't be read; never throws for anything on disk
 */
export const readImageFile = async (path: string, seen?: SeenFile): Promise<ImageFile | { readonly problem: ImageProblem }> => {
  try {
    const first = await readOnce(path, seen);
    return first.changed ? (await readOnce(path)).file : first.file;
  } catch (error) {
    return { problem: problemOf(error) };
  }
};

const readOnce = async (path: string, seen?: SeenFile): Promise<{ file: ImageFile; changed: boolean }> => {
  // A pipe without a writer would block for ever if opened plainly.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const before = seen ?? (await look(handle));
    const isWhole = before.sizeBytes <= heldBytes;
    const { bytes, content } = isWhole ? await readWhole(handle, before.sizeBytes) : await readInPieces(handle);
    const after = await look(handle);
    const changed = before.sizeBytes !== after.sizeBytes || before.modifiedMs !== after.modifiedMs;
    const { modifiedMs } = after;
    return { file: { content, sizeBytes: isWhole ? bytes.length : after.sizeBytes, modifiedMs, bytes, isWhole }, changed };
  } finally {
    // Nobody needs to wait for it.
    handle.close().catch(() => undefined);
  }
};

const look = async (handle: FileHandle): Promise<SeenFile> => {
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) throw new NotAFile();
  return { sizeBytes: Number(stats.size), modifiedMs: Number(stats.mtimeNs / 1000n) / 1000 };
};

const readWhole = async (handle: FileHandle, sizeBytes: number): Promise<{ bytes: Uint8Array; content: string }> => {
  // Not from Buffer's pool: a small picture would keep its 8 kB alive, and natives want memory of their own.
  const buffer = Buffer.allocUnsafeSlow(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const { bytesRead } = await handle.read(buffer, filled, sizeBytes - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  const bytes = filled === sizeBytes ? buffer : buffer.subarray(0, filled);
  return { bytes, content: await hash(bytes) };
};

const hash = async (bytes: Buffer): Promise<string> => {
  if (bytes.length <= hashedAtOnceBytes) return createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');
};

const readInPieces = async (handle: FileHandle): Promise<{ bytes: Uint8Array; content: string }> => {
  const digest = createHash('sha256');
  let start: Buffer | undefined;
  for (let at = 0; ;) {
    const piece = Buffer.allocUnsafe(pieceBytes);
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
    if (bytesRead === 0) break;
    digest.update(piece.subarray(0, bytesRead));
    start ??= piece.subarray(0, bytesRead);
    at += bytesRead;
  }
  return { bytes: start ?? new Uint8Array(0), content: digest.digest('hex') };
};

class NotAFile extends Error {}

const problemOf = (error: unknown): ImageProblem => {
  const problem = (reason: ImageProblem['reason'], detail: string): ImageProblem => ({
    kind: 'unreadable-image',
    reason,
    detail,
  });
  if (error instanceof NotAFile) return problem('not-an-image', 'not a regular file');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return problem('gone', '');
  if (code === 'EACCES' || code === 'EPERM') return problem('no-permission', code);
  return problem('damaged', code || String(error));
};
