/**
 * `npm test`: installs what it needs, checks the code, and runs every test: unit, web, and in a real VS Code.
 *
 *   npm test                          everything
 *   npm test -- --only unit,web       some steps (their names: --list)
 *
 * Ends with `N passed, N failed` over all steps; each check (lint, types, build …) counts as one. What could not run is
 * not counted as passed, is named with what to install for it, and fails the run.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './lib/runCommand.mjs';
import { installPackages, optionalPartsLine, root } from './lib/setUp.mjs';
import { missedFiles, reports, steps as allSteps } from './lib/testSteps.mjs';

const say = line => console.log(line);

const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
if (values.list) {
  for (const { name, what } of allSteps) say(`${name.padEnd(12)} ${what}`);
  process.exit(0);
}
const only = values.only?.split(',');
const unknown = only?.filter(name => !allSteps.some(step => step.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`Unknown step: ${unknown.join(', ')}. Steps: ${allSteps.map(step => step.name).join(', ')}`);
  process.exit(2);
}
const steps = allSteps.filter(({ name }) => only?.includes(name) ?? true);

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

/** VS Code takes minutes to install: begun now, and what it says is shown by the first step that needs it. */
let tools;
if (process.platform === 'linux' && steps.some(({ name }) => name === 'integration')) {
  tools = runCommand(process.execPath, [join(root, 'scripts/lib/installTestTools.mjs')], { quiet: true });
}

async function showTools() {
  const { output } = (await tools) ?? { output: '' };
  tools = undefined;
  for (const line of output.split('\n').filter(Boolean)) say(`   meanwhile: ${line}`);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
const failures = [];
const notRun = [];

/** @param {import('./lib/testSteps.mjs').Step} step */
async function runStep(step, sayOfStep) {
  const stepStarted = performance.now();
  /** @type {import('./lib/testSteps.mjs').StepResult} */
  let result;
  try {
    if (step.needsTools) await showTools();
    result = await step.run(sayOfStep);
  } catch (error) {
    // Something is missing on this machine: what to install for it is in the message, and the other steps still run.
    sayOfStep(`   ${error.message}`);
    result = { passed: 0, failed: 0, note: error.message };
    notRun.push(`${step.name}: ${error.message}`);
  }
  notRun.push(...missedFiles(step, result).map(file => `${file}: on disk, but no runner took it`));
  failures.push(...(result.failures ?? []));
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped ?? 0;
  const counts = `${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''}`;
  return `${step.name.padEnd(12)} ${counts}, ${seconds(stepStarted)}${result.note ? ` (${result.note})` : ''}`;
}

const heading = ({ name, what }) => `\n── ${name}: ${what}`;

// The checks run side by side; each one's output is shown whole, in the order of the steps.
const checks = steps.filter(step => step.isCheck);
const checked = checks.map(async step => {
  const output = [];
  const line = await runStep(step, text => output.push(text));
  return { step, line, output };
});
for (const check of checked) {
  const { step, line, output } = await check;
  say([heading(step), ...output].join('\n'));
  lines.push(line);
}
for (const step of steps.filter(({ isCheck }) => !isCheck)) {
  say(heading(step));
  lines.push(await runStep(step, say));
}

say(`\n── summary, ${seconds(started)}`);
for (const line of lines) say(line);
for (const line of failures) say(`FAILED  ${line}`);
for (const line of notRun) say(`DID NOT RUN  ${line}`);
say(
  total.failed === 0 && notRun.length === 0
    ? 'All tests that were asked for have passed.'
    : 'Not everything is right: see above.',
);
// Alone on the last line: what a reader or a CI looks for. A part that did not run is a failure, never a pass.
say(`${total.passed} passed, ${total.failed + notRun.length} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || notRun.length > 0 ? 1 : 0;
