/**
 * Bundles the five programs into dist/.
 *
 *   node scripts/build.mjs [--watch] [--production] [--partial]
 *
 * --production  minified, without source maps: what goes into the VSIX.
 * --partial     entry points that do not exist are named and left out, instead of failing the build.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { natives, nodeBundle } from './lib/nodeBundle.mjs';
import { packageFolderOf } from './lib/thirdPartyNotices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {esbuild.BuildOptions} */
const webBundle = {
  bundle: true,
  platform: 'browser',
  format: 'iife',
  // Of VS Code 1.100, the oldest that `engines.vscode` takes.
  target: 'chrome132',
  mainFields: ['browser', 'module', 'main'],
};

/** @type {readonly { name: string; entry: string; out: string; external: string[]; web?: boolean; executable?: boolean }[]} */
export const bundles = [
  { name: 'extension', entry: 'src/extension/extension.ts', out: 'extension.js', external: ['vscode'] },
  { name: 'engine', entry: 'src/engine/main.ts', out: 'engine.js', external: natives },
  { name: 're-score worker', entry: 'src/engine/rescore/rescoreWorker.ts', out: 'rescoreWorker.js', external: natives },
  { name: 'webview', entry: 'src/webview/main.ts', out: 'webview/main.js', external: [], web: true },
  { name: 'labeling page', entry: 'src/webview/labeling/main.ts', out: 'webview/labeling.js', external: [], web: true },
  { name: 'command line', entry: 'src/cli/main.ts', out: 'cli.js', external: [], executable: true },
];

/**
 * @param {(typeof bundles)[number]} bundle
 * @param {boolean} production
 * @param {string} outDir
 * @returns {esbuild.BuildOptions}
 */
export function optionsOf(bundle, production, outDir) {
  const hasShebang = readFileSync(join(root, bundle.entry), 'utf8').startsWith('#!');
  return {
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: join(outDir, bundle.out),
    ...(bundle.web ? webBundle : nodeBundle),
    external: bundle.external,
    minify: production,
    sourcemap: production ? false : 'linked',
    loader: { '.ttf': 'file', '.woff2': 'file', '.svg': 'dataurl' },
    assetNames: '[name]',
    banner: bundle.executable && !hasShebang ? { js: '#!/usr/bin/env node' } : {},
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
    logLevel: 'warning',
    metafile: true,
  };
}

/**
 * @param {{ production?: boolean; partial?: boolean; outDir?: string }} options `outDir` is emptied first
 * @returns {Promise<{ built: string[]; missing: string[]; packages: string[] }>} output files, the entry points that do not exist, and
 * the folders of the packages of which something was bundled
 */
export async function build({ production = false, partial = false, outDir = join(root, 'dist') } = {}) {
  const missing = bundles.filter(bundle => !existsSync(join(root, bundle.entry)));
  if (missing.length > 0 && !partial) {
    throw new Error(`Entry points that do not exist: ${missing.map(bundle => bundle.entry).join(', ')}`);
  }
  const present = bundles.filter(bundle => !missing.includes(bundle));
  await rm(outDir, { recursive: true, force: true });
  const packages = new Set();
  const built = await Promise.all(
    present.map(async bundle => {
      const { metafile } = await esbuild.build(optionsOf(bundle, production, outDir));
      if (bundle.executable) {
        await chmod(join(outDir, bundle.out), 0o755);
      }
      const outputs = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith('.map'));
      for (const [, { inputs }] of outputs) {
        for (const folder of Object.keys(inputs).map(packageFolderOf)) if (folder) packages.add(join(root, folder));
      }
      return outputs.map(([file, { bytes }]) => `${file} (${(bytes / 1024).toFixed(0)} KiB)`);
    }),
  );
  return { built: built.flat(), missing: missing.map(bundle => bundle.entry), packages: [...packages] };
}

async function watch() {
  for (const bundle of bundles) {
    if (!existsSync(join(root, bundle.entry))) {
      console.log(`Not there yet: ${bundle.entry}`);
      continue;
    }
    const context = await esbuild.context({ ...optionsOf(bundle, false, join(root, 'dist')), logLevel: 'info' });
    await context.watch();
  }
  console.log('Watching. Ctrl+C ends it.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flags = new Set(process.argv.slice(2));
  try {
    if (flags.has('--watch')) {
      await watch();
    } else {
      const started = performance.now();
      const { built, missing } = await build({ production: flags.has('--production'), partial: flags.has('--partial') });
      for (const entry of missing) {
        console.log(`Not there yet: ${entry}`);
      }
      console.log(`Built ${built.join(', ') || 'nothing'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
  } catch (error) {
    // esbuild has printed its own errors already.
    console.error(error.errors ? 'Build failed.' : `Build failed: ${error.message}`);
    process.exitCode = 1;
  }
}
