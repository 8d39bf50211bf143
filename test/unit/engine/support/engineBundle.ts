import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { STARTER_FILE } from '../../../../src/engine/starter/loadStarter';
import { natives, nodeBundle } from '../../../../scripts/lib/nodeBundle.mjs';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Bundles the engine and its worker as the build does, into a folder that belongs to one test file.
 * @returns the path of `engine.js`
 */
export async function bundleEngine(name: string): Promise<string> {
  const outdir = path.join(root, '.build', 'test-engine', name);
  await mkdir(outdir, { recursive: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { engine: 'src/engine/main.ts', rescoreWorker: 'src/engine/rescore/rescoreWorker.ts' },
    outdir,
    ...nodeBundle,
    external: natives,
    logLevel: 'warning',
  });
  return path.join(outdir, 'engine.js');
}

/** As {@link bundleEngine}, with the encoder that ships where the engine looks for it. */
export async function bundleEngineWithStarter(name: string): Promise<string> {
  const engine = await bundleEngine(path.join(name, 'dist'));
  const media = path.join(path.dirname(engine), '..', 'media');
  await mkdir(media, { recursive: true });
  await cp(path.join(root, 'media', STARTER_FILE), path.join(media, STARTER_FILE));
  return engine;
}
