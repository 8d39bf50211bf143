import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workspaceMessages as messages } from '../core/dataset/messages';
import { note, NoteError } from '../core/dataset/note';
import { JsonSyntaxError } from '../core/settings/jsonc';
import { setJsoncKey } from '../core/settings/editJsonc';
import { configPath } from './config';
import { errorCode, isGone } from './identity';
import { ensureTwinlintFolder } from './twinlintFolder';

/**
 * Sets one key of a root's `.twinlint/config.json`, leaving everything else in it, comments too, as it is; undefined takes it away.
 * Rejects with a {@link NoteError}, having changed nothing, where the file is no JSON or can't be written.
 */
export async function setConfigKey(root: string, key: string, value: string | undefined): Promise<void> {
  const file = path.join(root, configPath);
  try {
    const old = await readFile(file, 'utf8').catch((error: unknown) => (isGone(error) ? '' : Promise.reject(error)));
    const text = setJsoncKey(old, key, value);
    if (text === old) return;
    await ensureTwinlintFolder(root);
    const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, text, { flag: 'wx' });
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      throw new NoteError(note(messages.configSyntax, configPath, error.line, error.column, error.reason), { cause: error });
    }
    if (error instanceof TypeError) throw new NoteError(note(messages.configNotObject, configPath), { cause: error });
    throw new NoteError(note(messages.configNotWritten, file, errorCode(error)), { cause: error });
  }
}
