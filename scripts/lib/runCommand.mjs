import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a program in the repository's root to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean; env?: Record<string, string>; timeoutMs?: number }} [options] `quiet`: the output is kept, not shown
 * @returns {Promise<{ code: number; output: string }>} `output` is empty unless quiet
 */
export function runCommand(command, args, { quiet = false, env = {}, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32' && command === 'npm',
      timeout: timeoutMs,
    });
    let output = '';
    child.stdout?.on('data', chunk => (output += chunk));
    child.stderr?.on('data', chunk => (output += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal) output += `\nended by ${signal}${timeoutMs ? ` (limit ${timeoutMs / 1000} s)` : ''}`;
      resolve({ code: code ?? 1, output });
    });
  });
}
