import { link, mkdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { errorCode } from './identity';
import { ensureTwinlintFolder, twinlintFolder } from './twinlintFolder';

const schema = v.object({
  host: v.string(),
  pid: v.number(),
  /** Tells two claims of one process apart. */
  token: v.string(),
  /** ISO 8601. */
  since: v.string(),
});
type Claim = v.InferOutput<typeof schema>;

/** Longer than any training; and before the machine was started the process number was another's. */
const longestMs = 24 * 60 * 60 * 1000;

const fileOf = (root: string): string => path.join(twinlintFolder(root), '.local', 'training');

/**
 * Says that this process trains in a root, unless another living one does: also one that has the folder open in another workspace. One
 * that was killed does not count.
 *
 * @returns what gives the claim up; undefined where another process has it. Rejects where nothing can be written.
 */
export async function claimTraining(root: string, pid = process.pid): Promise<(() => Promise<void>) | undefined> {
  const file = fileOf(root);
  await ensureTwinlintFolder(root);
  await mkdir(path.dirname(file), { recursive: true });
  const token = randomBytes(8).toString('hex');
  // Complete under a name of its own before anyone can see it.
  const temporary = `${file}.${token}`;
  const claim: Claim = { host: hostname(), pid, token, since: new Date().toISOString() };
  await writeFile(temporary, JSON.stringify(claim));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await linkNew(temporary, file)) return () => giveUp(file, token);
      const holder = await read(file);
      if (holder && isHeld(holder, pid)) return undefined;
      await rm(file, { force: true });
    }
    return undefined;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether another living process trains in a root. */
export async function isTrainingElsewhere(root: string, pid = process.pid): Promise<boolean> {
  const holder = await read(fileOf(root));
  return holder !== undefined && isHeld(holder, pid);
}

/** @returns false where there is one already */
async function linkNew(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes(code)) throw error;
  }
  // No hard links on this file system.
  try {
    await writeFile(file, await readFile(temporary), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function giveUp(file: string, token: string): Promise<void> {
  if ((await read(file))?.token === token) await unlink(file).catch(() => undefined);
}

async function read(file: string): Promise<Claim | undefined> {
  try {
    const result = v.safeParse(schema, JSON.parse(await readFile(file, 'utf8')));
    return result.success ? result.output : undefined;
  } catch {
    return undefined; // missing or damaged: claims nothing
  }
}

/** Of another machine on a shared disk nothing can be told: two of them may train. */
function isHeld({ host, pid, since }: Claim, ownPid: number): boolean {
  const ageMs = Date.now() - Date.parse(since);
  return host === hostname() && pid !== ownPid && ageMs < Math.min(longestMs, 1000 * uptime()) && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
