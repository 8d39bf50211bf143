/** Bundles the pages as the build does, and the fake hosts, and says where Chromium is. */
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
  for (const page of bundles.filter(bundle => bundle.web)) {
    await esbuild.build({ ...optionsOf(page, true, join(folder, 'dist')), metafile: false });
  }
  await esbuild.build({
    entryPoints: ['fakeHost.ts', 'fakeLabelingHost.ts'].map(file => fileURLToPath(new URL(file, import.meta.url))),
    outdir: folder,
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
