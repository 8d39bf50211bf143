import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTarget, packageVsix } from '../../../scripts/package.mjs';
import { ensureChromium, ensureVscodeServer, installExtension } from '../../../scripts/vscodeServer.mjs';
import { packageTestExtension } from './testExtensions.mjs';

/**
 * Installs the packaged VSIX (TWINLINT_VSIX, or a new one) and the test-only extensions into a fresh extensions folder.
 * @param {import('vitest/node').TestProject} project
 */
export async function setup(project) {
  const say = line => console.log(line);
  const chromium = ensureChromium(say);
  const server = await ensureVscodeServer(say);
  const folder = mkdtempSync(join(tmpdir(), 'twinlint-vscode-'));
  const dirs = { userDataDir: join(folder, 'user'), extensionsDir: join(folder, 'extensions') };
  const vsix = process.env.TWINLINT_VSIX ?? (await packageVsix(hostTarget(), {})).file;
  installExtension(server, dirs, vsix);
  for (const name of ['hostTests', 'virtualFiles']) {
    installExtension(server, dirs, await packageTestExtension(name, join(folder, name)));
  }
  project.provide('vscode', { server, chromium, extensionsDir: dirs.extensionsDir, vsix });
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
