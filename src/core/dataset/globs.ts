import picomatch from 'picomatch';

export type PathTest = (path: string) => boolean;

/** `*` matches hidden names too, as in VS Code; `!` and extended globs have no meaning in either list. */
const options = { dot: true, nonegate: true, noextglob: true } as const;

/**
 * A test of paths below a root (with `/`). As in VS Code's `files.exclude`, a pattern is held against the whole relative path, so
 * that `*.tmp` means the root's own files. A folder that matches takes all below it along: the walker does not enter it.
 */
export function filesExcludeTest(patterns: readonly string[]): PathTest {
  const tests = patterns.filter(pattern => pattern !== '').map(pattern => picomatch(trimSlashes(pattern), options));
  return path => tests.some(test => test(path));
}

/** Like {@link filesExcludeTest}, but a pattern without `/` is held against names in every folder: `thumbs`, `*_mask.png`. */
export const excludeTest = (patterns: readonly string[]): PathTest =>
  filesExcludeTest(patterns.map(pattern => (trimSlashes(pattern).includes('/') ? pattern : `**/${trimSlashes(pattern)}`)));

const trimSlashes = (pattern: string): string => pattern.replace(/^\.?\/+/, '').replace(/\/+$/, '');
