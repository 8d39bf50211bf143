import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';

/** Where the scripts keep what they fetch once: git-ignored, always safe to delete, elsewhere by TWINLINT_CACHE_DIR. */
export const cacheDir = process.env.TWINLINT_CACHE_DIR
  ? resolve(process.env.TWINLINT_CACHE_DIR)
  : fileURLToPath(new URL('../../.cache', import.meta.url));
