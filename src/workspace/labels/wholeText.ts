import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import { errorCode, toAbsolute } from '../identity';

/** A label file's whole text. Rejects with a {@link NoteError} where it can't be read or is too long, and with the signal's reason. */
export async function wholeText(root: string, file: string, signal?: AbortSignal): Promise<string> {
  const absolute = path.isAbsolute(file) ? file : toAbsolute(root, file);
  try {
    const { size } = await stat(absolute);
    if (size > constants.MAX_STRING_LENGTH) throw new NoteError(note(messages.labelFileLong, file));
    return await readFile(absolute, { encoding: 'utf8', signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NoteError) throw error;
    throw new NoteError(note(messages.labelFileUnreadable, file, errorCode(error)), { cause: error });
  }
}
