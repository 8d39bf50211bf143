import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { STARTER_FILE } from '../../../../src/engine/starter/loadStarter';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Puts the engine and its worker, bundled as the build does, into a folder that belongs to one test file.
 * @returns the path of `engine.js`
 */
export async function bundleEngine(name: string): Promise<string> {
  const outdir = path.join(root, '.build', 'test-engine', name);
  await mkdir(outdir, { recursive: true });
  for (const file of ['engine.js', 'rescoreWorker.js']) {
    await copyFile(path.join(inject('programs'), 'dist', file), path.join(outdir, file));
  }
  return path.join(outdir, 'engine.js');
}

/** As {@link bundleEngine}, with the encoder that ships where the engine looks for it. */
export async function bundleEngineWithStarter(name: string): Promise<string> {
  const engine = await bundleEngine(path.join(name, 'dist'));
  const media = path.join(path.dirname(engine), '..', 'media');
  await mkdir(media, { recursive: true });
  await copyFile(path.join(root, 'media', STARTER_FILE), path.join(media, STARTER_FILE));
  return engine;
}
