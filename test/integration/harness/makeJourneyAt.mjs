import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

/**
 * The workspace of journey.ts, for programs that are not run by vitest.
 * @param {string} folder must not exist
 * @returns {Promise<string>} the folder
 */
export async function makeJourneyAt(folder) {
  // Beside this file, so that the bundle finds sharp.
  const bundle = join(import.meta.dirname, `journey.${process.pid}.bundle.mjs`);
  await esbuild.build({
    entryPoints: [join(import.meta.dirname, 'journey.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['sharp'],
    logLevel: 'warning',
  });
  try {
    const { makeJourney } = await import(pathToFileURL(bundle).href);
    await makeJourney(folder);
    return folder;
  } finally {
    rmSync(bundle);
  }
}
