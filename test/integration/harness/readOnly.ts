import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** Permissions of a folder and all folders in it. */
function chmodFolders(path: string, mode: number): void {
  chmodSync(path, mode);
  const folders = readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory());
  for (const { name } of folders) chmodFolders(join(path, name), mode);
}

/**
 * Makes a folder truly read-only, and hands out what ends that. Permissions do for ordinary users; they mean nothing to root, for whom the
 * folder is mounted on itself, read-only.
 *
 * @throws where neither is possible, with what to do
 */
export function makeReadOnly(path: string): () => void {
  if (process.getuid?.() !== 0) {
    chmodFolders(path, 0o555);
    return () => chmodFolders(path, 0o755);
  }
  if (!run('mount', '--bind', path, path)) {
    throw new Error('Root can mount nothing here, so no folder can be made read-only. Please run the tests as an ordinary user.');
  }
  execFileSync('mount', ['-o', 'remount,bind,ro', path]);
  return () => execFileSync('umount', ['--lazy', path]);
}
