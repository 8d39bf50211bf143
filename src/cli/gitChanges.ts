import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { quote } from './commandLine';
import { UsageError } from './usageError';

const run = promisify(execFile);

/** Names of a hundred thousand files fit. */
const outputLimitBytes = 256 * 1024 * 1024;

async function git(folder: string, args: readonly string[]): Promise<string> {
  // Whatever pager, prompt or colour the user has set up has no part in this.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_PAGER: 'cat', LC_ALL: 'C' };
  const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: outputLimitBytes, env });
  return stdout;
}

const failure = (error: unknown): string => {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return 'git was not found';
  return (stderr ?? message)
    .trim()
    .split('\n')[0]
    .replace(/^fatal: /, '');
};

/**
 * The files below a folder that are not as they were at a commit: changed, added, renamed, or not under Git (and not ignored). Paths relative
 * to the folder, with `/`.
 *
 * @param base compared with where it and HEAD parted (as a pull request is); absent: with HEAD, so that what is not committed counts
 * @throws {UsageError} without Git, outside of a repository, or where there is no such commit
 */
export async function changedSince(folder: string, base: string | undefined): Promise<ReadonlySet<string>> {
  const untracked = git(folder, ['ls-files', '--others', '--exclude-standard', '-z']);
  // Of no interest where something else is wrong.
  untracked.catch(() => undefined);
  await git(folder, ['rev-parse', '--is-inside-work-tree']).catch((error: unknown) => {
    throw new UsageError(`--changed-only needs a Git repository, and ${folder} can't be used as one: ${failure(error)}`);
  });
  const commit = await startOf(folder, base);
  const changed = await git(folder, [
    'diff',
    '--name-only',
    '-z',
    '--relative',
    '--no-renames',
    '--no-ext-diff',
    '--diff-filter=d',
    commit,
    '--',
  ]);
  return new Set(`${changed}${await untracked}`.split('\0').filter(path => path !== ''));
}

async function startOf(folder: string, base: string | undefined): Promise<string> {
  const ref = base ?? 'HEAD';
  const commit = await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]).catch(() => {
    const hint =
      base === undefined ? 'nothing has been committed yet' : 'in a shallow clone it must be fetched first (fetch-depth: 0)';
    throw new UsageError(`--changed-only: there is no commit ${quote(ref)}; ${hint}`);
  });
  if (base === undefined) return commit.trim();
  const parted = await git(folder, ['merge-base', commit.trim(), 'HEAD']).catch(() => {
    throw new UsageError(
      `--changed-only: ${quote(ref)} and HEAD have no commit in common; in a shallow clone fetch more of it (fetch-depth: 0)`,
    );
  });
  return parted.trim();
}
