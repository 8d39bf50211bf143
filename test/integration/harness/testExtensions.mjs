import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Bundles a test-only extension, what it imports included.
 * @param {'hostTests' | 'virtualFiles'} name its folder below test/integration
 * @param {string} folder where to put it; it is then an extension folder
 */
export async function buildTestExtension(name, folder) {
  const source = join(root, 'test/integration', name);
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'emptyLanguagePack.json']) {
    if (existsSync(join(source, file))) cpSync(join(source, file), join(folder, file));
  }
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [join(source, 'main.ts')],
    outfile: join(folder, 'main.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    sourcemap: 'inline',
    // Mocha's parallel mode, which is not used, resolves files that a bundle does not have.
    logOverride: { 'require-resolve-not-external': 'silent' },
    logLevel: 'warning',
  });
}

/**
 * @param {'hostTests' | 'virtualFiles'} name
 * @param {string} folder where to make it
 * @returns {Promise<string>} path of the VSIX
 */
export async function packageTestExtension(name, folder) {
  await buildTestExtension(name, folder);
  const file = `${folder}.vsix`;
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', file];
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/@vscode/vsce/vsce'), ...args], { cwd: folder });
  return file;
}
