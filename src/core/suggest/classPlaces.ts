import { freePlace } from '../curation/splitPlaces';
import { nameOf } from '../dataset/paths';

/** A file, and where it goes to be of a class. Paths are relative to one folder, with "/". */
export interface ClassMove {
  readonly path: string;
  readonly content: string;
  readonly to: string;
}

/**
 * Where images go to be of their classes: a folder a class below `home`. Images of one name from different folders get numbers; what is in
 * its class folder already stays.
 * @param isTaken what stands on disk, where that is to be gone around; without it such moves are refused later, when they are made
 */
export function classMoves(
  accepted: readonly { readonly path: string; readonly content: string; readonly label: string }[],
  home: string,
  isTaken: (path: string) => boolean = () => false,
): ClassMove[] {
  const targets = new Set<string>();
  return accepted.flatMap(({ path, content, label }) => {
    const wanted = [home, label, nameOf(path)].filter(part => part !== '').join('/');
    if (wanted === path) return [];
    const to = freePlace(wanted, place => targets.has(place) || isTaken(place));
    targets.add(to);
    return [{ path, content, to }];
  });
}
