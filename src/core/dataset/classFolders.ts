import picomatch from 'picomatch';

export interface ClassFolderOverrides {
  /** True: a class; false: none; undefined: the setting says nothing. */
  readonly says: (folder: string) => boolean | undefined;
  /** There is a glob without `!`, so the rule is off. */
  readonly replacesRule: boolean;
}

/** `settings.classFolders`, the last matching glob deciding. Undefined where it is empty. */
export function classFoldersBySetting(globs: readonly string[]): ClassFolderOverrides | undefined {
  const tests = globs
    .filter(glob => glob.replace(/^!/, '') !== '')
    .map(glob => ({
      isClass: !glob.startsWith('!'),
      matches: picomatch(glob.replace(/^!/, '').replace(/^\.?\/+|\/+$/g, ''), { dot: true, nonegate: true, noextglob: true }),
    }));
  if (tests.length === 0) return undefined;
  return {
    says: folder => tests.findLast(({ matches }) => matches(folder))?.isClass,
    replacesRule: tests.some(({ isClass }) => isClass),
  };
}
