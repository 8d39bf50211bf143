// Bundles the engine's sources for the programs of this folder, which run on plain Node.
import { mkdir, rm } from 'node:fs/promises';
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
  'training/learner',
  'training/trainProgram',
];

/**
 * @param more modules of the engine besides the usual
 * @param others modules of other rooms, from `src`
 * @returns the exports of all modules in one object.
 */
export async function loadEngine(more = [], others = []) {
  // One file a process: several may measure at a time.
  const outfile = path.join(root, `.build/bench/engine-${process.pid}.mjs`);
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    stdin: {
      contents:
        [...[...MODULES, ...more].map(m => `engine/${m}`), ...others].map(m => `export * from './src/${m}';`).join('\n') +
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
  const exported = await import(pathToFileURL(outfile).href);
  await rm(outfile);
  return exported;
}
