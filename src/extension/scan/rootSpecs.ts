import { basename } from 'node:path';
import { pathBelow } from '../session/session';

/** A folder to scan, or parts of it; small enough to be remembered between windows. */
export interface RootSpec {
  /** Absolute path. */
  readonly path: string;
  readonly name: string;
  /** Folders below it, with `/`; empty = all of it. */
  readonly only: readonly string[];
}

/**
 * The roots that a choice of folders makes. Parts of one workspace folder share a root, so that labels, splits, verdicts and the trash
 * are the ones of that workspace folder. A folder outside of all is a root of its own.
 *
 * @param chosen Absolute paths.
 */
export function rootSpecs(
  chosen: readonly string[],
  folders: readonly { readonly path: string; readonly name: string }[],
): RootSpec[] {
  const roots = new Map<string, { name: string; only: Set<string> }>();
  for (const path of chosen) {
    const holder = folders
      .filter(folder => pathBelow(folder.path, path) !== undefined)
      .reduce<{ path: string; name: string } | undefined>(
        (best, folder) => (best && best.path.length >= folder.path.length ? best : folder),
        undefined,
      ) ?? { path, name: basename(path) || path };
    const root = roots.get(holder.path) ?? { name: holder.name, only: new Set<string>() };
    root.only.add(pathBelow(holder.path, path)!);
    roots.set(holder.path, root);
  }
  return [...roots].map(([path, { name, only }]) => ({ path, name, only: outermost([...only]) }));
}

/** Without folders that lie in others of the list; empty where the whole root is among them. */
function outermost(folders: readonly string[]): string[] {
  if (folders.includes('')) return [];
  return folders.filter(folder => !folders.some(other => other !== folder && folder.startsWith(`${other}/`)));
}

/** From what a window kept; anything else is left out. */
export function parseRootSpecs(value: unknown): RootSpec[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each): each is RootSpec =>
      typeof each === 'object' &&
      each !== null &&
      typeof (each as RootSpec).path === 'string' &&
      typeof (each as RootSpec).name === 'string' &&
      Array.isArray((each as RootSpec).only) &&
      (each as RootSpec).only.every(folder => typeof folder === 'string'),
  );
}
