import { open, rename, stat } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Interruption } from './interruption';
import type { OptionName } from './optionTable';
import { UsageError } from './usageError';

const chunkLength = 64 * 1024;

/** Where the result goes. */
export interface Output {
  /** Writes all of it; a file appears, or is replaced, only then. */
  write(pieces: Iterable<string>): Promise<void>;
}

/** Joins pieces into larger ones: a system call for each line would be slow. */
function* chunksOf(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= chunkLength) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** Writes to a stream as fast as it takes; ends quietly where its reader has gone (`twinlint … | head`). */
export function streamOutput(stream: NodeJS.WritableStream): Output {
  let gone = false;
  let failure: Error | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE') failure = error;
  });
  return {
    async write(pieces) {
      for (const chunk of chunksOf(pieces)) {
        if (gone) break;
        await new Promise<void>(done => stream.write(chunk, () => done()));
      }
      if (failure) throw new UsageError(`the result cannot be written (${failure.message})`);
    },
  };
}

/**
 * Writes to a temporary file beside the one named, then renames it. Opens it at once, so that a place that cannot be written is told
 * before the work and not after it.
 */
export async function fileOutput(file: string, interruption: Interruption, option: OptionName = 'out'): Promise<Output> {
  const path = resolve(file);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new UsageError(`--${option} ${file} is a folder; name a file`);
  }
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const fail = (error: NodeJS.ErrnoException): never => {
    const reason = error.code === 'ENOENT' ? `there is no folder ${dirname(path)}` : (error.code ?? error.message);
    throw new UsageError(`--${option} ${file} cannot be written: ${reason}`);
  };
  const handle = await open(temporary, 'w').catch(fail);
  const forget = interruption.add(() => rmSync(temporary, { force: true }));
  return {
    async write(pieces) {
      try {
        for (const chunk of chunksOf(pieces)) await handle.writeFile(chunk);
        await handle.close();
        await rename(temporary, path);
        forget();
      } catch (error) {
        fail(error as NodeJS.ErrnoException);
      }
    },
  };
}
