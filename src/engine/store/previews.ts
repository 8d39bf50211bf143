import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Raise when previews are made differently. */
const previewVersion = 1;
/** Cleaning up lists the whole folder, so it is done once in so many new previews. */
const writesBetweenCleanups = 200;

/**
 * Small pictures on disk, keyed by content and size. The least recently used go first when there are too many bytes.
 */
export class PreviewStore {
  readonly #folder: string;
  readonly #limitBytes: number;
  #writes = 0;

  constructor(cacheDir: string, limitBytes: number) {
    this.#folder = path.join(cacheDir, `previews-${previewVersion}`);
    this.#limitBytes = limitBytes;
  }

  #fileOf(content: string, side: number): string {
    return path.join(this.#folder, content.slice(0, 2), `${content.slice(2)}-${side}.webp`);
  }

  /** The preview's file where there is a sound one. */
  async find(content: string, side: number): Promise<string | undefined> {
    const file = this.#fileOf(content, side);
    try {
      if (!isSound(await readFile(file))) return undefined;
      const now = new Date();
      await utimes(file, now, now).catch(() => undefined);
      return file;
    } catch {
      return undefined;
    }
  }

  /** @param webp a whole WebP file */
  async add(content: string, side: number, webp: Buffer): Promise<string> {
    const file = this.#fileOf(content, side);
    await mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, withChecksum(webp));
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    if (this.#writes++ % writesBetweenCleanups === 0) await this.cleanUp();
    return file;
  }

  /** Removes the least recently used files until 80 % of the limit is left, and what crashed writers left behind. */
  async cleanUp(): Promise<void> {
    await cleanUpFolder(this.#folder, this.#limitBytes);
  }
}

/** Readers of WebP pass over chunks they don't know, so the checksum travels in the picture's own file. */
const checksumChunk = 'TWLC';
const checksumBytes = 8 + 32;

const withChecksum = (webp: Buffer): Buffer => {
  const whole = Buffer.concat([webp, Buffer.alloc(checksumBytes)]);
  const at = webp.length;
  whole.writeUInt32LE(whole.length - 8, 4);
  whole.write(checksumChunk, at, 'latin1');
  whole.writeUInt32LE(32, at + 4);
  createHash('sha256')
    .update(whole.subarray(0, at))
    .digest()
    .copy(whole, at + 8);
  return whole;
};

const isSound = (file: Buffer): boolean => {
  const at = file.length - checksumBytes;
  if (at < 12 || file.toString('latin1', at, at + 4) !== checksumChunk) return false;
  return createHash('sha256')
    .update(file.subarray(0, at))
    .digest()
    .equals(file.subarray(at + 8));
};

const staleTemporaryMs = 60 * 60 * 1000;

/** Removes the files of a folder (and the folders in it) that were used longest ago until they take less than the limit. */
export const cleanUpFolder = async (folder: string, limitBytes: number): Promise<void> => {
  const files: { readonly file: string; readonly sizeBytes: number; readonly usedMs: number }[] = [];
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const file = path.join(folder, name);
    const stats = await stat(file).catch(() => undefined);
    if (!stats?.isFile()) continue;
    if (name.endsWith('.tmp')) {
      if (Date.now() - stats.mtimeMs > staleTemporaryMs) await rm(file, { force: true }).catch(() => undefined);
      continue;
    }
    files.push({ file, sizeBytes: stats.size, usedMs: stats.mtimeMs });
  }
  let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (total <= limitBytes) return;
  files.sort((a, b) => a.usedMs - b.usedMs);
  for (const { file, sizeBytes } of files) {
    if (total <= limitBytes * 0.8) return;
    await rm(file, { force: true }).catch(() => undefined);
    total -= sizeBytes;
  }
};
