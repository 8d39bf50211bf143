/** The steps of `npm test`, in order. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureChromium, ensureVscodeServer } from '../vscodeServer.mjs';
import { runCommand } from './runCommand.mjs';
import { root } from './setUp.mjs';

/**
 * @typedef {{ passed: number; failed: number; skipped?: number; ranFiles?: string[]; failures?: string[]; note?: string }} StepResult
 *   `failures`: a line for each, for a summary that says all where only its end is kept
 * @typedef {object} Step
 * @property {string} name
 * @property {string} what
 * @property {string} [files] the folder whose test files it must all run
 * @property {boolean} [isCheck] may run beside the checks next to it
 * @property {boolean} [needsTools] waits for scripts/lib/installTestTools.mjs
 * @property {(say: (line: string) => void) => Promise<StepResult>} run a check says its output, the others print as they go
 */

export const reports = join(root, '.build/reports');
const tool = path => join(root, 'node_modules', path);

/** A program whose end says it all: one passed or failed. */
const program = async (args, options) => {
  const { code, output } = await runCommand(process.execPath, args, options);
  return { result: code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, output: output.trimEnd() };
};

/** @returns {Step} */
const check = (name, what, args) => ({
  name,
  what,
  isCheck: true,
  async run(say) {
    const { result, output } = await program(args, { quiet: true });
    if (output) say(output);
    return result;
  },
});

const fileIn = path => relative(root, path).split(sep).join('/');

/** What failed, with the first line of why. @param report Vitest's, as JSON */
const failuresOf = report =>
  report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter(test => test.status === 'failed');
    const line = (title, why) => `${fileIn(name)}${title && ` > ${title}`}: ${stripVTControlCharacters(why).split('\n', 1)[0]}`;
    if (failed.length === 0) return status === 'failed' ? [line('', message)] : [];
    return failed.map(test => line(test.fullName, test.failureMessages[0] ?? 'no message'));
  });

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
    ranFiles: report.testResults.map(file => fileIn(file.name)),
    failures: failuresOf(report),
  };
}

/** Test files on disk that no runner took. */
export const missedFiles = ({ files }, { ranFiles }) =>
  files && ranFiles && existsSync(join(root, files))
    ? readdirSync(join(root, files), { recursive: true, encoding: 'utf8' })
        .filter(file => /\.test\.(ts|mjs)$/.test(file))
        .map(file => `${files}/${file.split(sep).join('/')}`)
        .filter(file => !ranFiles.includes(file))
    : [];

/** @type {readonly Step[]} */
export const steps = [
  check('lint', 'ESLint', [tool('eslint/bin/eslint.js'), '.']),
  check('format', 'Prettier', [tool('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']),
  check('types', 'TypeScript, one project a room', [tool('typescript/bin/tsc'), '-b']),
  { name: 'build', what: 'bundles', run: async () => (await program([join(root, 'scripts/build.mjs')])).result },
  { name: 'unit', what: 'unit tests', files: 'test/unit', run: () => vitest('unit', 'vitest.config.mjs') },
  {
    name: 'web',
    what: "the panel's tests in Chromium",
    files: 'test/web',
    needsTools: true,
    run: say => vitest('web', 'test/web/vitest.config.mjs', { TWINLINT_CHROMIUM: ensureChromium(say) }),
  },
  {
    name: 'package',
    what: 'the VSIX and its size',
    run: async () => (await program([join(root, 'scripts/package.mjs')])).result,
  },
  {
    name: 'integration',
    what: 'the packaged VSIX in a real VS Code',
    files: 'test/integration',
    needsTools: true,
    async run(say) {
      const chromium = ensureChromium(say);
      await ensureVscodeServer(say);
      return vitest('integration', 'test/integration/vitest.config.mjs', { TWINLINT_CHROMIUM: chromium });
    },
  },
];
