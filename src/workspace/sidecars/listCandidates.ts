import { readdir, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { listExtensions } from '../../core/curation/listFile';
import { imageKindOf } from '../../core/dataset/imageFiles';
import { ancestorsOf, compareBytes } from '../../core/dataset/paths';
import { toAbsolute } from '../identity';
import { isSkippedFolder } from '../walk';

/** Folders beside images in which lists are kept. */
const listFolders = /^(?:annotations?|labels?|lists?|splits?|meta|metadata|imagesets|captions)$/i;
/** More text files of one kind in a folder are one for each image, and no lists. */
const mostLists = 100;

export interface ListCandidate {
  /** Below the root, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Text files that may list images: in the folders above these paths and in folders named like `annotations` right below those. A text
 * file named like an image beside it is that image's own.
 */
export async function listCandidates(root: string, paths: Iterable<string>): Promise<ListCandidate[]> {
  const folders = new Set(['']);
  for (const each of paths) for (const folder of ancestorsOf(each)) folders.add(folder);
  const found = new Map<string, ListCandidate>();
  const looked = new Set<string>();
  const look = async (folder: string, deeper: boolean): Promise<void> => {
    if (looked.has(folder)) return;
    looked.add(folder);
    const entries = await readdir(toAbsolute(root, folder), { withFileTypes: true }).catch(() => []);
    const stems = new Set(entries.filter(entry => imageKindOf(entry.name)).map(entry => stemOf(entry.name)));
    const byKind = new Map<string, string[]>();
    for (const { name } of entries) {
      const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
      if (!listExtensions.includes(extension) || name.startsWith('.') || stems.has(stemOf(name)) || imageKindOf(stemOf(name))) {
        continue;
      }
      const list = byKind.get(extension);
      if (list) list.push(name);
      else byKind.set(extension, [name]);
    }
    for (const names of byKind.values()) {
      if (names.length > mostLists) continue;
      for (const name of names) {
        const path = folder === '' ? name : `${folder}/${name}`;
        const stats = await stat(toAbsolute(root, path)).catch(() => undefined);
        if (stats?.isFile()) found.set(path, { path, sizeBytes: stats.size });
      }
    }
    for (const entry of deeper ? entries : []) {
      if (!entry.isDirectory() || isSkippedFolder(entry.name) || !listFolders.test(entry.name)) continue;
      await look(folder === '' ? entry.name : `${folder}/${entry.name}`, false);
    }
  };
  for (const folder of folders) await look(folder, true);
  return [...found.values()].sort((a, b) => compareBytes(a.path, b.path));
}

const stemOf = (name: string): string => (name.lastIndexOf('.') > 0 ? name.slice(0, name.lastIndexOf('.')) : name);

/** Which of some names occur in a file of any size. */
export async function namesIn(file: string, names: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  const longest = Math.max(0, ...[...names].map(name => name.length));
  let rest = '';
  for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 22 })) {
    const text = rest + (piece as string);
    for (const name of names) if (!found.has(name) && text.includes(name)) found.add(name);
    rest = text.slice(-longest);
  }
  return found;
}
