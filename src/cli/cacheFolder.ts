import { isAbsolute, join } from 'node:path';

/** Where the user's caches are on this system, and Twinlint's folder in there. */
export function cacheFolder(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string {
  // The XDG base directory specification says to ignore relative paths.
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'twinlint');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'twinlint', 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'twinlint');
  return join(home, '.cache', 'twinlint');
}
