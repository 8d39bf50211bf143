import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ensureTwinlintFolder } from '../workspace/twinlintFolder';
import type { OptionName } from './optionTable';
import { UsageError } from './usageError';

/** Below a data set's folder. */
export const modelsFolder = (root: string): string => join(root, '.twinlint', 'models');

const statsOf = (path: string) => statSync(path, { throwIfNoEntry: false });

/** A file that must be there, as an absolute path. @throws {UsageError} */
export function existingFile(name: string, what: string): string {
  const path = resolve(name);
  const stats = statsOf(path);
  if (stats === undefined) throw new UsageError(`${what}: there is no file ${name}`);
  if (!stats.isFile()) throw new UsageError(`${what}: ${name} is no file`);
  return path;
}

/**
 * The absolute path of a file that a command will write, checked before the work and not after it.
 *
 * @param replace Whether one that is there may be replaced.
 * @throws {UsageError}
 */
export function newFile(name: string, option: OptionName, replace: boolean): string {
  const path = resolve(name);
  const stats = statsOf(path);
  if (stats?.isDirectory()) throw new UsageError(`--${option} ${name} is a folder; name a file`);
  if (stats && !replace) throw new UsageError(`--${option} ${name} is there already; --force replaces it`);
  const folder = dirname(path);
  if (!statsOf(folder)?.isDirectory()) {
    throw new UsageError(`--${option} ${name} cannot be written: there is no folder ${folder}`);
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UsageError(`--${option} ${name} cannot be written: ${folder} is read-only`);
  }
  return path;
}

/** Makes `DIR/.twinlint/models` where a model is to be written there: people are told of the place, and should not have to make it. */
export async function prepareModelsFolder(file: string, root: string): Promise<void> {
  if (relative(modelsFolder(root), dirname(resolve(file))) !== '') return;
  try {
    await ensureTwinlintFolder(root);
    mkdirSync(modelsFolder(root), { recursive: true });
  } catch (error) {
    throw new UsageError(`${modelsFolder(root)} cannot be made: ${error instanceof Error ? error.message : String(error)}`);
  }
}
