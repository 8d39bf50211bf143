// Bundles parts of the engine for a benchmark, with the natives left outside, as the build does.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { natives, nodeBundle } from '../../scripts/lib/nodeBundle.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const outDir = path.join(root, '.build', 'bench');
const options = {
  absWorkingDir: root,
  ...nodeBundle,
  external: natives,
  logLevel: 'warning',
};

/** The built engine and its worker, in a folder of the bench's own. */
export async function buildEngine() {
  await esbuild.build({ ...options, entryPoints: ['src/engine/main.ts'], outfile: path.join(outDir, 'engine.js') });
  await esbuild.build({
    ...options,
    entryPoints: ['src/engine/rescore/rescoreWorker.ts'],
    outfile: path.join(outDir, 'rescoreWorker.js'),
  });
  return path.join(outDir, 'engine.js');
}

/** Loads what some source files export: `load('parts', { decoder: 'src/engine/…' })` → `{ decoder: module }`. */
export async function load(name, files) {
  const contents = Object.entries(files).map(([key, file]) => `export * as ${key} from './${file}';`);
  const outfile = path.join(outDir, `${name}.cjs`);
  await esbuild.build({ ...options, stdin: { contents: contents.join('\n'), resolveDir: root, loader: 'ts' }, outfile });
  return createRequire(outfile)(outfile);
}
