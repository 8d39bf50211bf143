import { createRequire } from 'node:module';
import type { Sharp } from './pictureDecoder';

export interface LoadedSharp {
  readonly sharp: Sharp;
  readonly kind: 'native' | 'wasm';
  readonly version: string;
}

/**
 * Loads sharp, set up for scanning: nothing cached (every file is decoded once) and one thread a picture (many pictures at once
 * use the cores better). sharp itself falls back to its WebAssembly build (`@img/sharp-wasm32`) where its native part is missing
 * or does not load.
 * @throws Error in plain words where neither loads
 */
export const loadSharp = async (): Promise<LoadedSharp> => {
  let sharp: Sharp;
  try {
    // Its build for `import` takes Node a tenth of a second more to load: a fifth of what an engine's start takes.
    sharp = createRequire(__filename)('sharp') as Sharp;
  } catch (error) {
    throw new Error(`The image decoder (sharp) does not load here: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  sharp.cache(false);
  sharp.concurrency(1);
  const versions: Readonly<Record<string, string | undefined>> = { ...sharp.versions };
  return {
    sharp,
    kind: versions.emscripten === undefined ? 'native' : 'wasm',
    version: `sharp ${versions.sharp ?? ''}, libvips ${versions.vips ?? ''}`,
  };
};
