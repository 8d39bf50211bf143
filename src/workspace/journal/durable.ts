import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Probe } from './probe';

/** So that a new name outlives a power cut. Windows opens no folders, and some file systems flush none. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // As durable as this system can make it.
  }
}

/** Writes a new file, on disk whole when it resolves: until then nothing stands at its path. */
export async function writeDurably(file: string, content: string, probe: Probe): Promise<void> {
  const temporary = `${file}.tmp`;
  await writeSynced(temporary, content, 'w', probe);
  await rename(temporary, file);
  probe('journal renamed');
  await syncFolder(path.dirname(file));
}

/** One write, then flushed. @param flags `w` or `wx` for a whole file. */
export async function writeSynced(
  file: string,
  content: string | Uint8Array,
  flags: 'w' | 'wx',
  probe: Probe,
  mode?: number,
): Promise<void> {
  const handle = await open(file, flags, mode);
  try {
    probe('opened');
    await handle.writeFile(content);
    probe('written');
    await handle.sync();
  } finally {
    await handle.close();
  }
  probe('synced');
}

/** Appends a line. One that a crash cut off before is ended first, and so stays apart. */
export async function appendLine(file: string, line: string, probe: Probe): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const bytes = Buffer.from(`${size > 0 && last[0] !== 0x0a ? '\n' : ''}${line}\n`);
    await handle.write(bytes, 0, bytes.length, size);
    probe('appended');
    await handle.sync();
  } finally {
    await handle.close();
  }
  probe('append synced');
}
