import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { twinlintFolder } from './twinlintFolder';

/** Of a file with the stored references of identities. */
export const referenceExtension = '.twinlint-references';

/** Where a root's stored references lie: the user's data, not a cache. */
export const referencesFolder = (root: string): string => path.join(twinlintFolder(root), 'references');

export const referenceFile = (root: string, name: string): string => path.join(referencesFolder(root), name + referenceExtension);

/** Names of the references that are stored below a root, in order; none where there is no such folder. */
export async function storedReferences(root: string): Promise<string[]> {
  const files = await readdir(referencesFolder(root)).catch(() => []);
  return files
    .filter(file => file.endsWith(referenceExtension))
    .map(file => file.slice(0, -referenceExtension.length))
    .sort();
}
