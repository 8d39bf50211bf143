import path from 'node:path';
import { toAbsolute, toRelative } from '../identity';
import { isEntryName, storedSuffix } from '../trash/manifest';

/**
 * The absolute path of a place in the journal, or undefined where no action of ours may touch it: a journal is a file like any other, and
 * what it says must lead neither out of the root (but into the trash) nor into Git's own folder.
 */
export function placeOf(root: string, place: string): string | undefined {
  if (path.isAbsolute(place)) {
    const isTrash = place.endsWith(storedSuffix) && isEntryName(path.basename(path.dirname(place)));
    return isTrash && path.normalize(place) === place ? place : undefined;
  }
  const absolute = toAbsolute(root, place);
  const relative = toRelative(root, absolute);
  if (!relative || relative.split('/').some(name => name.toLowerCase() === '.git')) return undefined;
  return absolute;
}

/** As {@link placeOf} takes it. */
export const shownPlace = (root: string, absolute: string): string => toRelative(root, absolute) ?? absolute;
