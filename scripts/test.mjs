/**
 * `npm test`: installs what it needs, checks the code, and runs every test: unit, web, and in a real VS Code.
 *
 *   npm test                          everything
 *   npm test -- --only unit,web       some steps (their names: --list)
 *
 * Ends with `N passed, N failed` over all steps; each check (lint, types, build …) counts as one. What could not run is
 * not counted as passed, is named with what to install for it, and fails the run.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './lib/runCommand.mjs';
import { installPackages, optionalPartsLine, root } from './lib/setUp.mjs';

/** @typedef {{ passed: number; failed: number; skipped?: number; ranFiles?: string[]; note?: string }} StepResult */

const tool = path => join(root, 'node_modules', path);
const reports = join(root, '.build/reports');
const say = line => console.log(line);

/** A check: one passed or failed. */
const check = async (command, args, options) => {
  const { code } = await runCommand(command, args, options);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

/** Runs one vitest config and counts from its JSON report. */
async function vitest(name, config, env = {}) {
  const outputFile = join(reports, `${name}.json`);
  rmSync(outputFile, { force: true });
  const args = [tool('vitest/vitest.mjs'), 'run', '--config', config];
  const retries = `--reporter=${join(root, 'scripts/lib/retriesReporter.mjs')}`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`, retries];
  const { code } = await runCommand(process.execPath, [...args, ...reporters], { env });
  if (!existsSync(outputFile)) return { passed: 0, failed: 1, note: 'the test runner left no report' };
  const report = JSON.parse(readFileSync(outputFile, 'utf8'));
  // A file that fails to load has no tests, and counts as one failure; so does any other reason for a bad exit.
  const brokenFiles = report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    ranFiles: report.testResults.map(file => relative(root, file.name).split(sep).join('/')),
  };
}

const testFilesBelow = folder =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(file => /\.test\.(ts|mjs)$/.test(file))
        .map(file => `${folder}/${file.split(sep).join('/')}`)
    : [];

const configIn = folder => ['mjs', 'ts'].map(ext => `${folder}/vitest.config.${ext}`).find(file => existsSync(join(root, file)));

/** @type {readonly { name: string; what: string; files?: string; run: () => Promise<StepResult> }[]} */
const steps = [
  { name: 'lint', what: 'ESLint', run: () => check(process.execPath, [tool('eslint/bin/eslint.js'), '.']) },
  {
    name: 'format',
    what: 'Prettier',
    run: () => check(process.execPath, [tool('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']),
  },
  {
    name: 'types',
    what: 'TypeScript, one project a room',
    run: () => check(process.execPath, [tool('typescript/bin/tsc'), '-b']),
  },
  { name: 'build', what: 'bundles', run: () => check(process.execPath, [join(root, 'scripts/build.mjs')]) },
  { name: 'unit', what: 'unit tests', files: 'test/unit', run: () => vitest('unit', 'vitest.config.mjs') },
  {
    name: 'web',
    what: "the panel's tests in Chromium",
    files: 'test/web',
    async run() {
      const { ensureChromium } = await import('./vscodeServer.mjs');
      return vitest('web', configIn('test/web') ?? 'test/web/vitest.config.mjs', { TWINLINT_CHROMIUM: ensureChromium(say) });
    },
  },
  { name: 'package', what: 'the VSIX and its size', run: () => check(process.execPath, [join(root, 'scripts/package.mjs')]) },
  {
    name: 'integration',
    what: 'the packaged VSIX in a real VS Code',
    files: 'test/integration',
    async run() {
      const { ensureChromium, ensureVscodeServer } = await import('./vscodeServer.mjs');
      const chromium = ensureChromium(say);
      await ensureVscodeServer(say);
      return vitest('integration', 'test/integration/vitest.config.mjs', { TWINLINT_CHROMIUM: chromium });
    },
  },
];

const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
if (values.list) {
  for (const { name, what } of steps) say(`${name.padEnd(12)} ${what}`);
  process.exit(0);
}
const only = values.only?.split(',');
const unknown = only?.filter(name => !steps.some(step => step.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`Unknown step: ${unknown.join(', ')}. Steps: ${steps.map(step => step.name).join(', ')}`);
  process.exit(2);
}

const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const started = performance.now();
mkdirSync(reports, { recursive: true });
try {
  say('── install: npm packages');
  say((await installPackages()) ? `   done in ${seconds(started)}` : '   up to date');
  const optional = optionalPartsLine();
  if (optional) say(`   ${optional}`);
} catch (error) {
  console.error(error.message);
  say('0 passed, 1 failed');
  process.exit(1);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
const notRun = [];
for (const step of steps.filter(({ name }) => only?.includes(name) ?? true)) {
  const stepStarted = performance.now();
  say(`\n── ${step.name}: ${step.what}`);
  /** @type {StepResult} */
  let result;
  try {
    result = await step.run();
  } catch (error) {
    // Something is missing on this machine: what to install for it is in the message, and the other steps still run.
    say(`   ${error.message}`);
    result = { passed: 0, failed: 0, note: error.message };
    notRun.push(`${step.name}: ${error.message}`);
  }
  const missed = step.files && result.ranFiles ? testFilesBelow(step.files).filter(file => !result.ranFiles.includes(file)) : [];
  notRun.push(...missed.map(file => `${file}: on disk, but no runner took it`));
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped ?? 0;
  const counts = `${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''}`;
  lines.push(`${step.name.padEnd(12)} ${counts}, ${seconds(stepStarted)}${result.note ? ` (${result.note})` : ''}`);
}

say(`\n── summary, ${seconds(started)}`);
for (const line of lines) say(line);
for (const line of notRun) say(`DID NOT RUN  ${line}`);
say(
  total.failed === 0 && notRun.length === 0
    ? 'All tests that were asked for have passed.'
    : 'Not everything is right: see above.',
);
// Alone on the last line: what a reader or a CI looks for. A part that did not run is a failure, never a pass.
say(`${total.passed} passed, ${total.failed + notRun.length} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || notRun.length > 0 ? 1 : 0;
