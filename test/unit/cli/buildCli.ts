import { build } from 'esbuild';
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { natives, nodeBundle } from '../../../scripts/lib/nodeBundle.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Bundles the command line with the engine it starts, as scripts/build.mjs does, into a folder of its own below .build/ (there the
 * native packages are found), so that the tests drive the program that users run.
 * @param engine Another program to start as the engine.
 * @returns the program's path
 */
export async function buildCli(engine = 'src/engine/main.ts'): Promise<string> {
  mkdirSync(join(root, '.build'), { recursive: true });
  const folder = mkdtempSync(join(root, '.build', 'cli-test-'));
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  const entries = { cli: 'src/cli/main.ts', engine, rescoreWorker: 'src/engine/rescore/rescoreWorker.ts' };
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, entry]) => ({ in: entry, out })),
    outdir: join(folder, 'dist'),
    ...nodeBundle,
    external: natives,
    logLevel: 'error',
  });
  return join(folder, 'dist', 'cli.js');
}
