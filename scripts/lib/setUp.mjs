import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './runCommand.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Whether node_modules holds what package-lock.json says; parts for other platforms may be absent. */
export function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const packagesOf = file => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, { version, optional, peer }]) => path === '' || optional || peer || installed[path]?.version === version,
  );
}

/**
 * `npm ci`, where node_modules is missing or older than package-lock.json.
 * @returns {Promise<boolean>} whether anything was to do
 */
export async function installPackages() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 9)) throw new Error(`Node 20.9 or newer is needed; this is ${process.version}`);
  if (isInstalled()) return false;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runCommand('npm', args, { quiet: true });
  if (code !== 0) throw new Error(`npm ci failed (${code}):\n${output}`);
  return true;
}

/** The one native part that may be absent, in a line for people. */
export function optionalPartsLine() {
  const binding = join(root, 'node_modules/@tensorflow/tfjs-node/lib');
  const has = existsSync(binding) && ['napi-v8', 'napi-v9'].some(name => existsSync(join(binding, name, 'tfjs_binding.node')));
  return has
    ? undefined
    : 'Skipped: the optional TensorFlow binding (not needed; npm rebuild @tensorflow/tfjs-node --ignore-scripts=false)';
}
