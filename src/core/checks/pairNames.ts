import { nameOf } from '../dataset/paths';

/** Files of several folders that carry one name: one path a folder, undefined where a folder lacks it. Paths are below their folder. */
export interface NamedGroup {
  readonly name: string;
  readonly files: readonly (string | undefined)[];
}

export interface NamedGroups {
  readonly groups: readonly NamedGroup[];
  /** Files left out because another of their folder has the same name. */
  readonly ambiguous: readonly string[];
}

const withoutExtension = (path: string): string => {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
};

/** What all names of a folder begin and end with: letters and separators only, so that `photo_0012` and `mask_0012` meet in `0012`. */
function affixesOf(names: readonly string[]): readonly [prefix: string, suffix: string] {
  if (names.length < 2) return ['', ''];
  let [prefix, suffix] = [names[0], names[0]];
  for (const name of names) {
    while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
    while (!name.endsWith(suffix)) suffix = suffix.slice(1);
  }
  // Only whole words: `cat1 cat2` beside `cat1_m cat2_m` must not become `1 2`.
  const [head] = /^(?:.*[_\-. ])?/.exec(prefix)!;
  const [tail] = /(?:[_\-. ].*)?$/.exec(suffix)!;
  return [head, tail];
}

/**
 * Files of several folders by name: the path below the folder without its ending, in any case of letters. Where few names meet so, what all
 * names of a folder begin or end with (`_mask`) is taken off.
 * @param folders the paths below each folder, with "/"
 */
export function groupByName(folders: readonly (readonly string[])[]): NamedGroups {
  const plain = folders.map(paths => paths.map(path => withoutExtension(path).toLowerCase()));
  const stripped = plain.map(names => {
    const [prefix, suffix] = affixesOf(names.map(nameOf));
    return names.map(name => {
      const base = nameOf(name);
      const short = base.slice(prefix.length, base.length - suffix.length);
      return short === '' || prefix.length + suffix.length > base.length
        ? name
        : name.slice(0, name.length - base.length) + short;
    });
  });
  const keys = met(stripped) > met(plain) ? stripped : plain;
  const groups = new Map<string, (string | undefined)[]>();
  const ambiguous: string[] = [];
  folders.forEach((paths, folder) =>
    paths.forEach((path, i) => {
      const key = keys[folder][i];
      const files = groups.get(key) ?? new Array<string | undefined>(folders.length).fill(undefined);
      if (files[folder] === undefined) files[folder] = path;
      else ambiguous.push(path);
      groups.set(key, files);
    }),
  );
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return { groups: sorted.map(([name, files]) => ({ name, files })), ambiguous };
}

/** How many names of the first folder are in all others. */
function met([first, ...others]: readonly (readonly string[])[]): number {
  const sets = others.map(names => new Set(names));
  return new Set(first.filter(name => sets.every(names => names.has(name)))).size;
}
