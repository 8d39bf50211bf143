import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { workspaceMessages as messages } from '../core/dataset/messages';
import { note } from '../core/dataset/note';
import { JsonSyntaxError, parseJsonc } from '../core/settings/jsonc';
import { parseSettings } from '../core/settings/parseSettings';
import type { ParsedSettings } from '../core/settings/parseSettings';
import { errorCode, isGone } from './identity';

/** Below the root. */
export const configPath = '.twinlint/config.json';

/** The settings a team shares. Never rejects: a file that is missing gives none, a broken one none and a note that says where. */
export async function readConfig(root: string): Promise<ParsedSettings> {
  let text: string;
  try {
    text = await readFile(path.join(root, configPath), 'utf8');
  } catch (error) {
    if (isGone(error)) return { settings: {}, notes: [] };
    return { settings: {}, notes: [note(messages.configUnreadable, configPath, errorCode(error))] };
  }
  if (text.trim() === '') return { settings: {}, notes: [] };
  try {
    return parseSettings(parseJsonc(text), configPath);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { settings: {}, notes: [note(messages.configSyntax, configPath, error.line, error.column, error.reason)] };
  }
}
