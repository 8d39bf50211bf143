/**
 * Orders strings as the bytes of their UTF-8 form would be ordered: the same on every system and in every locale. (Plain `<`
 * compares UTF-16 units, which puts U+E000…U+FFFF after the surrogates of U+10000 and beyond.)
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points beyond all others. */
const byteRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** `a/b/c.png` → `['a', 'a/b']`: the folders above a path, outermost first. */
export function ancestorsOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) folders.push(path.slice(0, slash));
  return folders;
}

/** The folder that directly holds a path; `''` is the root itself. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The last segment of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether `path` is `folder` or lies below it; every path lies below `''`. */
export const isBelow = (path: string, folder: string): boolean =>
  folder === '' || path === folder || (path.startsWith(folder) && path[folder.length] === '/');
