import { realpathSync, statSync } from 'node:fs';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Note } from '../core/dataset/note';
import { mergeSettings } from '../core/settings/parseSettings';
import type { ScanSettings } from '../core/settings/scanSettings';
import type { ScanParams, ScanRoot } from '../protocol/engine';
import { readConfig } from '../workspace/config';
import { VerdictStore } from '../workspace/verdicts/verdictStore';
import { UsageError } from './usageError';

/** A folder named on the command line, as an absolute path. @throws {UsageError} where it is none. */
export function folderOf(name: string, what: string): string {
  const path = resolve(name);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no folder ${name}`);
  if (!stats.isDirectory()) throw new UsageError(`${name} is a file; ${what} must be a folder`);
  return path;
}

/** Marks what means something in a glob as itself. */
const literalGlob = (path: string): string => path.replace(/[\\*?[\]{}()!+@|^$]/g, '\\$&');

/** `inner`'s path below `outer` with `/`; undefined where it does not lie there. */
function below(outer: string, inner: string): string | undefined {
  const path = relative(realpathSync(outer), realpathSync(inner));
  return path.startsWith('..') || isAbsolute(path) ? undefined : path.split(sep).join('/');
}

/** Leaves a folder out where it lies below a root that is scanned for itself: its images would be their own twins. */
function without(root: ScanRoot, folder: string): ScanRoot {
  const path = below(root.path, folder);
  if (path === undefined) return root;
  const { settings } = root;
  return { ...root, settings: { ...settings, exclude: [...settings.exclude, literalGlob(path), `${literalGlob(path)}/**`] } };
}

/** A scan as the editor would ask for it: options, `.twinlint/config.json` and verdicts of DIR, and the reference of --against. */
export async function scanParams(
  root: string,
  against: string | undefined,
  options: Partial<ScanSettings>,
): Promise<{ readonly params: ScanParams; readonly notes: readonly Note[] }> {
  const notes: Note[] = [];
  const rootOf = async (path: string): Promise<ScanRoot> => {
    const config = await readConfig(path);
    notes.push(...config.notes);
    return { path, name: basename(path) || path, settings: mergeSettings(options, config.settings), only: [], filesExclude: [] };
  };
  const own = await rootOf(root);
  const store = new VerdictStore(root);
  const { verdicts, notes: verdictNotes } = await store.read();
  notes.push(...verdictNotes);
  const params = { roots: [own], verdicts, keep: false, trusted: true };
  if (against === undefined) return { params, notes };
  if (below(root, against) === '') throw new UsageError('--against names DIR itself; name the folder to compare it with');
  const reference = { ...(await rootOf(against)), reference: true };
  return { params: { ...params, roots: [without(own, against), without(reference, root)] }, notes };
}
