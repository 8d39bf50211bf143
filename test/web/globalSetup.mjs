/** Bundles the page as the build does, and the fake host, and says where Chromium is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundles, optionsOf } from '../../scripts/build.mjs';
import { findChromium } from '../../scripts/vscodeServer.mjs';

/** @param {import('vitest/node').TestProject} project */
export async function setup(project) {
  const folder = mkdtempSync(join(tmpdir(), 'twinlint-web-'));
  const webview = bundles.find(bundle => bundle.web);
  await esbuild.build({ ...optionsOf(webview, true, join(folder, 'dist')), metafile: false });
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL('fakeHost.ts', import.meta.url))],
    outfile: join(folder, 'fakeHost.js'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    logLevel: 'warning',
  });
  const chromium = process.env.TWINLINT_CHROMIUM ?? findChromium();
  if (!chromium) throw new Error('No Chromium on PATH: install Debian’s package chromium, or set TWINLINT_CHROMIUM to its path');
  project.provide('web', { folder, chromium });
  return () => rmSync(folder, { recursive: true, force: true });
}
