import { opendir } from 'node:fs/promises';
import type { Dirent } from 'node:fs';

/** How many names are read from a folder at once. */
const namesAhead = 1024;

/**
 * What stands in a folder, many at a time. Names as bytes: decoding would turn what is not UTF-8 into names that do not exist.
 */
export async function* entriesOf(folder: string): AsyncGenerator<readonly Dirent[], void, undefined> {
  const names = await opendir(folder, { encoding: 'buffer' as BufferEncoding, bufferSize: namesAhead });
  try {
    for (;;) {
      const first = await names.read();
      if (!first) return;
      const entries = [first];
      // These have been read along with the first.
      while (entries.length < namesAhead) {
        const next = names.readSync();
        if (!next) break;
        entries.push(next);
      }
      yield entries;
    }
  } finally {
    await names.close();
  }
}
