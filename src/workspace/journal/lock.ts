import { createHash, randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { journalMessages as messages } from '../../core/curation/messages';
import { note, NoteError } from '../../core/dataset/note';
import { errorCode } from '../identity';

const lockName = '.lock';
const pollMs = 15;
const patienceMs = 10_000;
/** Of an owner on another machine, about which nothing can be asked. */
const abandonedMs = 24 * 60 * 60 * 1000;

/**
 * Runs a job while no other, of any process, changes files of this journal. A lock whose owner is dead is taken over. Rejects with a
 * {@link NoteError} where another job takes longer than ten seconds.
 */
export async function withLock<T>(folder: string, root: string, job: () => Promise<T>): Promise<T> {
  const lock = path.join(folder, lockName);
  const mine = path.join(folder, nameOfOwn());
  await writeFile(mine, JSON.stringify({ host: hostname(), pid: process.pid }), { flag: 'wx' });
  try {
    const until = Date.now() + patienceMs;
    while (!(await take(mine, lock))) {
      if (Date.now() > until) throw new NoteError(note(messages.busy, root));
      if (!(await breakDead(lock))) await new Promise(resolve => setTimeout(resolve, pollMs));
    }
    try {
      return await job();
    } finally {
      await rm(lock, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** What killed processes left: their names beside the lock, and entries that had not got their name yet. */
export async function removeLeftOvers(folder: string, root: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const unnamed = names.filter(name => name.endsWith('.jsonl.tmp'));
  if (unnamed.length > 0) {
    // Nobody is writing one while we hold the lock.
    await withLock(folder, root, async () => {
      for (const name of unnamed) await rm(path.join(folder, name), { force: true });
    });
  }
  for (const name of names) {
    if (!name.startsWith(`${lockName}-`)) continue;
    const file = path.join(folder, name);
    if (isOfDead(name) || (await isDead(file).catch(() => false))) await rm(file, { force: true });
  }
}

/** Names say whose they are: a process that is killed while it writes one leaves it empty. */
const hostTag = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const nameOfOwn = (): string => `${lockName}-${hostTag()}-${process.pid}-${randomBytes(6).toString('hex')}`;

/** Whether a name is that of a process of this machine that is gone. */
function isOfDead(name: string): boolean {
  const [, tag, pid] = /^\.lock-([0-9a-f]{8})-(\d+)-/.exec(name) ?? [];
  return tag === hostTag() && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, sends nothing
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** A link appears whole or not at all. */
async function take(mine: string, lock: string): Promise<boolean> {
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(code)) throw error;
    // No hard links on this file system.
    return writeFile(lock, await readFile(mine), { flag: 'wx' }).then(
      () => true,
      () => false,
    );
  }
}

/** Takes the lock of a dead owner away; of two that try, one does. */
async function breakDead(lock: string): Promise<boolean> {
  try {
    if (!(await isDead(lock))) return false;
    const aside = path.join(path.dirname(lock), nameOfOwn());
    await rename(lock, aside);
    // Another may have taken it between the look and the rename.
    if (!(await isDead(aside))) {
      await link(aside, lock).catch(() => undefined);
      await rm(aside, { force: true });
      return false;
    }
    await rm(aside, { force: true });
    return true;
  } catch {
    return false;
  }
}

async function isDead(lock: string): Promise<boolean> {
  const [content, { mtimeMs }] = await Promise.all([readFile(lock, 'utf8'), stat(lock)]);
  const isOld = Date.now() - mtimeMs > abandonedMs;
  try {
    const owner = JSON.parse(content) as { host?: unknown; pid?: unknown };
    if (owner.host !== hostname() || typeof owner.pid !== 'number') return isOld;
    return isOld || !isRunning(owner.pid);
  } catch {
    // Not written yet, or never.
    return Date.now() - mtimeMs > patienceMs;
  }
}
