import { spawn } from 'node:child_process';
import type { SpawnOptionsWithoutStdio } from 'node:child_process';

/** Starts the command line as a process of its own, and gathers what it writes. */
export function spawnCli(cli: string, args: readonly string[], options: SpawnOptionsWithoutStdio) {
  const child = spawn(process.execPath, [cli, ...args], options);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve =>
    child.on('close', code => resolve({ code, stdout, stderr })),
  );
  return { child, ended, stderrSoFar: () => stderr };
}
