import { build } from 'esbuild';
import { mkdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Modules of `src/` as one, compiled from the sources.
 * @param {readonly string[]} modules below src, without extension
 */
export async function loadSources(modules) {
  const folder = join(root, '.cache/starter');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `sources-${process.pid}.mjs`);
  await build({
    stdin: {
      contents: [...modules.map(m => `export * from './${m}';`), "export * as tf from '@tensorflow/tfjs-core';"].join('\n'),
      resolveDir: join(root, 'src'),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    // Libraries in the older module format ask for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    external: ['onnxruntime-node', 'onnxruntime-web', 'sharp', '@tensorflow/tfjs-node'],
    logLevel: 'warning',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    unlinkSync(outfile);
  }
}
