import { build } from 'esbuild';
import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { natives, nodeBundle } from '../../../scripts/lib/nodeBundle.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Puts the command line with the engine it starts, bundled as scripts/build.mjs does, into a folder of its own below .build/ (there the
 * native packages are found), so that the tests drive the program that users run.
 * @param engine Another program to start as the engine.
 * @returns the program's path
 */
export async function buildCli(engine?: string): Promise<string> {
  const folder = mkdtempSync(join(root, '.build', 'cli-test-'));
  cpSync(inject('programs'), folder, { recursive: true });
  if (engine !== undefined) {
    await build({
      absWorkingDir: root,
      entryPoints: { engine },
      outdir: join(folder, 'dist'),
      ...nodeBundle,
      external: natives,
      logLevel: 'error',
    });
  }
  return join(folder, 'dist', 'cli.js');
}
