import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './identity';

/** Below the root: settings and verdicts, which belong into Git, and the trash and what is this clone's own, which don't. */
export const twinlintFolder = (root: string): string => path.join(root, '.twinlint');

const gitignore = `# Written by Twinlint. Verdicts, models and config.json belong into Git; these do not.
/.local/
/cache/
/trash/
`;

/** Each clone writes a file of its own; should two ever share one, Git keeps the lines of both. */
const gitattributes = `verdicts/*.jsonl text eol=lf merge=union
`;

/**
 * Makes the folder with its lists for Git, leaving those that are there as they are. Rejects where it is read-only, or the root itself is
 * gone: what a person has removed or unplugged is not made anew.
 */
export async function ensureTwinlintFolder(root: string): Promise<string> {
  const folder = twinlintFolder(root);
  try {
    await mkdir(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  await writeNew(path.join(folder, '.gitignore'), gitignore);
  await writeNew(path.join(folder, '.gitattributes'), gitattributes);
  return folder;
}

/** Writes a file unless there is one. */
export async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
