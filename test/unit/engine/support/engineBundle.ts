import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

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
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['sharp', '@img/*', 'onnxruntime-node', 'onnxruntime-common'],
    logLevel: 'warning',
  });
  return path.join(outdir, 'engine.js');
}
