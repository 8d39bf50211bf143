import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { natives, nodeBundle } from '../../scripts/lib/nodeBundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles the command line, the engine and its worker once for all test files, as the build does, into a folder below .build/ (there
 * the native packages are found).
 * @param {import('vitest/node').TestProject} project
 */
export async function setup(project) {
  await mkdir(join(root, '.build'), { recursive: true });
  const folder = await mkdtemp(join(root, '.build/test-programs-'));
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
  const bundling = await context({
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli/main.ts', engine: 'src/engine/main.ts', rescoreWorker: 'src/engine/rescore/rescoreWorker.ts' },
    outdir: join(folder, 'dist'),
    ...nodeBundle,
    external: natives,
    logLevel: 'warning',
  });
  await bundling.rebuild();
  project.onTestsRerun(() => bundling.rebuild());
  project.provide('programs', folder);
  return async () => {
    await bundling.dispose();
    await rm(folder, { recursive: true, force: true });
  };
}
