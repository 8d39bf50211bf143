// Bundles the engine's sources for the programs of this folder, which run on plain Node.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Modules that the bench programs use. */
const MODULES = [
  'compile/compileProgram',
  'distances/distances',
  'losses/contrastive',
  'losses/losses',
  'losses/regularization',
  'miners/miners',
  'model/initialize',
  'model/networks',
  'optimizers/adam',
  'optimizers/optimizers',
  'optimizers/rmsprop',
  'optimizers/schedule',
  'runtime/eagerRuntime',
  'runtime/nodeRuntime',
  'samplers/random',
  'training/encoderProgram',
  'training/trainProgram',
];

/** @returns the exports of all modules in one object. */
export async function loadEngine(more = []) {
  const outfile = path.join(root, '.build/bench/engine.mjs');
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    stdin: {
      contents:
        [...MODULES, ...more].map(m => `export * from './src/engine/${m}';`).join('\n') +
        "\nexport * as tensorflow from '@tensorflow/tfjs-core';",
      resolveDir: root,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'onnxruntime-web', '@tensorflow/tfjs-node'],
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
