/**
 * `npm run test:electron`: the in-host tests in a desktop VS Code that @vscode/test-electron downloads.
 *
 *   npm run test:electron                    the newest stable version
 *   npm run test:electron -- --version 1.100.0
 *
 * Exit codes: 0 passed, 1 a test failed, 3 the download is not reachable from here (nothing ran), 4 no display (Linux).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode, runTests, runVSCodeCommand } from '@vscode/test-electron';
import { buildTestExtension } from '../test/integration/harness/testExtensions.mjs';
import { cacheDir } from './lib/cacheDir.mjs';
import { hostTarget, packageVsix } from './package.mjs';

const { values } = parseArgs({ options: { version: { type: 'string', default: 'stable' } } });

if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  console.error('A desktop VS Code needs a display. Please run: xvfb-run -a npm run test:electron');
  process.exit(4);
}

const cachePath = join(cacheDir, 'vscode-test');
let executable;
try {
  executable = await downloadAndUnzipVSCode({ version: values.version, cachePath });
} catch (error) {
  console.error(`VS Code ${values.version} cannot be downloaded from here, so nothing was tested: ${error.message}`);
  console.error('The same tests run without that download, in VS Code for the browser: npm test -- --only integration');
  process.exit(3);
}

const folder = mkdtempSync(join(tmpdir(), 'twinlint-electron-'));
try {
  const { file } = await packageVsix(hostTarget());
  const dirs = [`--user-data-dir=${join(folder, 'user')}`, `--extensions-dir=${join(folder, 'extensions')}`];
  await runVSCodeCommand(['--install-extension', file, ...dirs], { version: values.version, cachePath });
  const { makeJourneyAt } = await import('../test/integration/harness/makeJourneyAt.mjs');
  const workspace = await makeJourneyAt(join(folder, 'workspace'));
  const hostTests = join(folder, 'hostTests');
  await buildTestExtension('hostTests', hostTests);
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: hostTests,
    extensionTestsPath: join(hostTests, 'main.js'),
    launchArgs: [workspace, ...dirs, '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
  });
  console.log('The in-host tests have passed in a desktop VS Code.');
} catch (error) {
  console.error(`Failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
