// Bundles the engine's modules about labels, and the program that its threads run.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const MODULES = [
  'engine/labels/foldThreads',
  'engine/labels/neighbourVotes',
  'engine/labels/outOfFold',
  'engine/labels/plan',
  'engine/labels/settings',
  'engine/samplers/random',
  'engine/samplers/epochs',
  'core/labels/judge',
  'core/labels/probabilities',
  'core/labels/scores',
  'core/labels/transitions',
  'core/calibration/reliability',
];

/** @param more modules from `src`. The exports of all modules in one object, and `workerPath`. */
export async function loadLabels(more = []) {
  const parent = path.join(root, '.build');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'labels-'));
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'onnxruntime-web', '@tensorflow/tfjs-node', 'sharp'],
    logLevel: 'warning',
  };
  const workerPath = path.join(folder, 'worker.cjs');
  await build({
    ...common,
    stdin: {
      contents: "import { serveFolds } from './src/engine/labels/foldThreads'; serveFolds();",
      resolveDir: root,
      loader: 'ts',
    },
    outfile: workerPath,
    format: 'cjs',
  });
  const outfile = path.join(folder, 'labels.mjs');
  await build({
    ...common,
    stdin: { contents: [...MODULES, ...more].map(m => `export * from './src/${m}';`).join('\n'), resolveDir: root, loader: 'ts' },
    outfile,
    format: 'esm',
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  });
  const exported = await import(pathToFileURL(outfile).href);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return { ...exported, workerPath };
}
