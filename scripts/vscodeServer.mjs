/**
 * A real VS Code in the browser (code-server, with its own Node), for the tests and for `npm start` without a desktop.
 * Everything comes from the npm registry, once, into a git-ignored cache; the libraries it is compiled against and a Chromium
 * for the tests come from Debian packages.
 *
 *   node scripts/vscodeServer.mjs            installs it
 *   node scripts/vscodeServer.mjs FOLDER     opens a folder in it
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from './lib/cacheDir.mjs';

export const codeServerVersion = '4.139.1';
const nodeMajor = '24';

const buildPackages = [
  'build-essential',
  'pkg-config',
  'python3',
  'libkrb5-dev',
  'libsecret-1-dev',
  'libx11-dev',
  'libxkbfile-dev',
];

/** What is missing and what to type for it. */
export class MissingPackagesError extends Error {
  /** @param {string[]} packages */
  constructor(packages) {
    super(`Debian packages are missing. Please run: sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`);
  }
}

const isInstalled = name =>
  spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' }).stdout?.includes('install ok installed') ??
  false;

/**
 * Installs Debian packages that are missing, where this process may.
 * @param {string[]} names
 * @param {(line: string) => void} say
 * @throws MissingPackagesError where it may not, or apt is not there
 */
export function ensureDebianPackages(names, say) {
  const missing = names.filter(name => !isInstalled(name));
  if (missing.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || spawnSync('apt-get', ['--version']).error) throw new MissingPackagesError(missing);
  say(`Installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...missing);
  } catch (error) {
    throw new Error(`apt-get could not install ${missing.join(' ')}: ${String(error.stderr ?? error.message).trim()}`, {
      cause: error,
    });
  }
}

/** @returns {string | undefined} path of a Chromium or Chrome for the tests */
export function findChromium() {
  const candidates = [process.env.TWINLINT_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const name of candidates.filter(Boolean)) {
    for (const folder of name.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter)) {
      const path = folder ? join(folder, name) : name;
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}

/**
 * @param {(line: string) => void} say
 * @returns {string} path of a Chromium
 * @throws MissingPackagesError where there is none and it can't be installed
 */
export function ensureChromium(say) {
  const found = findChromium();
  if (found) return found;
  ensureDebianPackages(['chromium'], say);
  const installed = findChromium();
  if (!installed) throw new Error('The package chromium is installed, but there is no chromium on PATH');
  return installed;
}

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<{ node: string; entry: string }>} the Node to run, and code-server's entry point
 * @throws MissingPackagesError, or an Error that names the log, where it can't be installed
 */
export async function ensureVscodeServer(say = console.log) {
  if (process.platform !== 'linux') {
    throw new Error(
      'VS Code in the browser is set up on Linux only; here, use a desktop VS Code (npm run test:electron for the tests)',
    );
  }
  const nodePackage = `node-linux-${process.arch}`;
  const folder = join(cacheDir, 'vscode');
  const result = {
    node: join(folder, 'node_modules', nodePackage, 'bin/node'),
    entry: join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
  const stamp = `code-server ${codeServerVersion}, Node ${nodeMajor}`;
  const done = join(folder, 'complete');
  if (existsSync(done) && readFileSync(done, 'utf8') === stamp && existsSync(result.entry)) return result;

  ensureDebianPackages(buildPackages, say);
  say(`Installing VS Code for the browser (${stamp}): 600 MB, about 3 minutes, once`);
  // Beside the final place, so that an interrupted install is never taken for a whole one.
  const staging = `${folder}.${process.pid}`;
  const log = join(cacheDir, 'vscode-install.log');
  // What an interrupted install left lies under the id of its process.
  for (const name of existsSync(cacheDir) ? readdirSync(cacheDir) : []) {
    if (/^vscode\.\d+$/.test(name) && !existsSync(`/proc/${name.slice('vscode.'.length)}`)) {
      rmSync(join(cacheDir, name), { recursive: true, force: true });
    }
  }
  mkdirSync(staging, { recursive: true });
  writeFileSync(join(staging, 'package.json'), '{ "name": "vscode-server", "private": true }\n');
  const stagedNode = join(staging, 'node_modules', nodePackage);
  const install = (name, env) => npmInstall(name, staging, { ...environmentWithoutNpm(), ...env }, log);
  await install(`${nodePackage}@${nodeMajor}`, {});
  await install(`code-server@${codeServerVersion}`, {
    PATH: `${join(stagedNode, 'bin')}${delimiter}${process.env.PATH}`,
    npm_config_nodedir: stagedNode,
    // Its own modules are compiled by install scripts, which npm 12 blocks and this repository's .npmrc turns off.
    npm_config_ignore_scripts: 'false',
    npm_config_dangerously_allow_all_scripts: 'true',
  });
  writeFileSync(join(staging, 'complete'), stamp);
  rmSync(folder, { recursive: true, force: true });
  renameSync(staging, folder);
  return result;
}

/** Without what an outer `npm test` or `npm start` says of itself: code-server would take that Node for its own. */
function environmentWithoutNpm() {
  const ofOuterNpm = /^(NODE|INIT_CWD|npm_(execpath|node_execpath|lifecycle_.*|package_.*|config_(user_agent|local_prefix)))$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofOuterNpm.test(name)));
}

function npmInstall(name, cwd, env, logFile) {
  return new Promise((resolve, reject) => {
    const log = createWriteStream(logFile, { flags: 'a' });
    const child = spawn('npm', ['install', '--no-audit', '--no-fund', name], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve() : reject(new Error(`npm install ${name} failed (${code}); its log: ${logFile}`)),
    );
  });
}

/** Variables of a VS Code around us would make code-server a client of that one. */
const ownEnvironment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_')));

/**
 * @param {{ node: string; entry: string }} server
 * @param {{ userDataDir: string; extensionsDir: string }} dirs
 * @param {string} vsix
 */
export function installExtension(server, dirs, vsix) {
  const args = [
    server.entry,
    '--user-data-dir',
    dirs.userDataDir,
    '--extensions-dir',
    dirs.extensionsDir,
    '--install-extension',
    vsix,
  ];
  const { status, stdout, stderr } = spawnSync(server.node, args, { encoding: 'utf8', env: ownEnvironment() });
  if (status !== 0) throw new Error(`Installing ${vsix} failed: ${stderr || stdout}`);
}

/**
 * @param {{ node: string; entry: string }} server
 * @param {{ userDataDir: string; extensionsDir: string; port?: number; trust?: boolean; locale?: string; env?: Record<string, string>; log?: string }} options
 *   `trust`: workspace trust is on, as on a desktop; `port` 0 or absent = a free one; `log`: file for the server's output
 * @returns {Promise<{ url: string; stop: () => Promise<void> }>}
 */
export async function startVscodeServer(server, { userDataDir, extensionsDir, port = 0, trust = false, locale, env = {}, log }) {
  const args = [
    server.entry,
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
  ];
  args.push('--user-data-dir', userDataDir, '--extensions-dir', extensionsDir);
  if (!trust) args.push('--disable-workspace-trust');
  if (locale) args.push('--locale', locale);
  const child = spawn(server.node, args, {
    env: { ...ownEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const logStream = log ? createWriteStream(log) : undefined;
  if (logStream) child.stderr.pipe(logStream);
  const exited = new Promise(resolve => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    let output = '';
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`The VS Code server ended at once (${code}): ${output}`)));
    child.stdout.on('data', chunk => {
      logStream?.write(chunk);
      output += chunk;
      const match = /listening on (http:\/\/\S+?)\/?\s/.exec(output);
      if (match) resolve(match[1]);
    });
  });
  return {
    url,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        // Its own process group: the server, extension hosts and their children end together.
        process.kill(-child.pid, 'SIGTERM');
        const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 5000);
        await exited;
        clearTimeout(timer);
      }
      logStream?.end();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const server = await ensureVscodeServer();
    console.log(`VS Code for the browser: ${server.entry}`);
    const folder = process.argv[2];
    if (folder) {
      const dirs = { userDataDir: join(cacheDir, 'user-data'), extensionsDir: join(cacheDir, 'extensions') };
      const { url } = await startVscodeServer(server, dirs);
      console.log(`${url}/?folder=${encodeURIComponent(folder)}`);
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
