/**
 * `npm start`: from a clean checkout to Twinlint at work. Installs, builds, makes a sample workspace, scans it in the terminal, trains
 * a model on it, scans it with the model, and opens it in VS Code.
 *
 *   npm start                   desktop VS Code if `code` is found, else VS Code in the browser; without a terminal, neither
 *   npm start -- --editor       VS Code in the browser
 *   npm start -- --headless     no editor
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDir } from './lib/cacheDir.mjs';
import { runCommand } from './lib/runCommand.mjs';
import { installPackages, optionalPartsLine, root } from './lib/setUp.mjs';

const { values } = parseArgs({ options: { headless: { type: 'boolean' }, editor: { type: 'boolean' } } });

const started = performance.now();
const say = line => console.log(line);
const step = line => say(`\n── ${line} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
const trainingSeconds = 10;
const isOnWindows = process.platform === 'win32';

/** @returns {Promise<string>} what it wrote to the terminal */
async function twinlint(...args) {
  const { code, output } = await runCommand(process.execPath, [join(root, 'dist/cli.js'), ...args], { quiet: true });
  if (code !== 0) throw new Error(`twinlint ${args[0]} ended with code ${code}:\n${output}`);
  return output;
}

/** With its progress line and result shown. */
async function twinlintLive(...args) {
  const { code } = await runCommand(process.execPath, [join(root, 'dist/cli.js'), ...args]);
  if (code !== 0) throw new Error(`twinlint ${args[0]} ended with code ${code}.`);
}

async function buildAndScan() {
  step('Installing npm packages');
  say((await installPackages()) ? 'Installed.' : 'Up to date.');
  const optional = optionalPartsLine();
  if (optional) say(optional);

  step('Building');
  const { build } = await import('./build.mjs');
  const { built } = await build();
  say(`Built ${built.join(', ')}`);

  step('Making the sample workspace');
  const { makeSample } = await import('./sample/makeSample.mjs');
  const sampleFolder = join(cacheDir, 'sample', 'workspace');
  const { folder, planted } = await makeSample(sampleFolder, { say });
  say(`${planted.images} images in ${folder}; what was planted among them: ${join(cacheDir, 'sample', 'planted.json')}`);

  step('Scanning it: twinlint scan');
  const reportFile = join(cacheDir, 'sample', 'report.html');
  const jsonFile = join(cacheDir, 'sample', 'scan.json');
  const before = await twinlint('scan', folder, '--model', 'none', '--format', 'json', '--out', jsonFile);
  if (before.trim()) say(before.trim());
  const { readable, findings } = JSON.parse(readFileSync(jsonFile, 'utf8')).summary;
  say(`${findings} findings among ${readable} readable pictures, without any training.`);

  step(`Training a model on its class folders: twinlint train, ${trainingSeconds} s`);
  const model = join(folder, '.twinlint', 'models', 'classes.twinlint');
  const how = ['--learn', 'labels', '--alterations', 'turn,crop,blur,noise,brightness', '--seconds', String(trainingSeconds)];
  await twinlintLive('train', folder, ...how, '--seed', '1', '--force', '--out', model);

  step('Scanning again, with the model: twinlint scan --model');
  for (const [format, file] of [
    ['json', jsonFile],
    ['html', reportFile],
  ]) {
    await twinlint('scan', folder, '--model', model, '--format', format, '--out', file);
  }
  const { compareWithPlanted, formatComparison } = await import('./sample/compareWithPlanted.mjs');
  say(formatComparison(compareWithPlanted(JSON.parse(readFileSync(jsonFile, 'utf8')), planted, { training: true })));
  say(`\nModel: ${model}\nReport: ${reportFile}`);
  return folder;
}

/** @returns {string | undefined} the command of a desktop VS Code */
function findDesktopCode() {
  const { status } = spawnSync('code', ['--version'], { shell: isOnWindows, stdio: 'ignore' });
  return status === 0 ? 'code' : undefined;
}

async function packageForHere() {
  step('Packaging the extension');
  const { hostTarget, packageVsix } = await import('./package.mjs');
  const { file, sizeBytes } = await packageVsix(hostTarget());
  say(`${file} (${(sizeBytes / 1024 / 1024).toFixed(1)} MB)`);
  return file;
}

/** @returns {Promise<boolean>} whether it opened */
async function openDesktop(code, folder) {
  const vsix = await packageForHere();
  step('Opening VS Code');
  const run = args => spawnSync(code, args, { shell: isOnWindows, encoding: 'utf8' });
  for (const args of [
    ['--install-extension', vsix, '--force'],
    ['--new-window', folder],
  ]) {
    const { status, stderr } = run(args);
    if (status !== 0) {
      say(`"code ${args.join(' ')}" failed: ${stderr.trim()}`);
      return false;
    }
  }
  return true;
}

async function openInBrowser(folder) {
  const vsix = await packageForHere();
  const { ensureVscodeServer, installExtension, startVscodeServer } = await import('./vscodeServer.mjs');
  step('Starting VS Code for the browser');
  const server = await ensureVscodeServer(say);
  const dirs = { userDataDir: join(cacheDir, 'editor', 'user'), extensionsDir: join(cacheDir, 'editor', 'extensions') };
  mkdirSync(join(dirs.userDataDir, 'User'), { recursive: true });
  const settings = { 'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off', 'chat.disableAIFeatures': true };
  writeFileSync(join(dirs.userDataDir, 'User/settings.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
  installExtension(server, dirs, vsix);
  const { url, stop } = await startVscodeServer(server, { ...dirs, log: join(cacheDir, 'editor', 'server.log') });
  const address = `${url}/?folder=${encodeURIComponent(folder)}`;
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
    spawn('xdg-open', [address], { stdio: 'ignore', detached: true }).on('error', () => {});
  }
  say(`\nVS Code with Twinlint: ${address}`);
  sayWhatToTry();
  say('Ctrl+C ends it.');
  await new Promise(resolve => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await stop();
}

const sayWhatToTry = () =>
  say('Right-click the folder "icons" in the Explorer and choose "Twinlint: Find Similar Images"; its twins are in Problems.');

async function main() {
  const folder = await buildAndScan();
  if (values.headless || (!process.stdout.isTTY && !values.editor)) {
    step('Done');
    say('Twinlint works. To see it in VS Code: npm start -- --editor');
    return;
  }
  const code = values.editor ? undefined : findDesktopCode();
  if (code && (await openDesktop(code, folder))) {
    step('Done');
    say('VS Code is open with Twinlint installed.');
    sayWhatToTry();
    return;
  }
  await openInBrowser(folder);
}

try {
  await main();
} catch (error) {
  console.error(`\nnpm start did not get through: ${error.message}`);
  process.exitCode = 1;
}
