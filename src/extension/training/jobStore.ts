import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import type { TrainParams } from '../../protocol/training';
import { isThere } from '../../workspace/identity';

/** A training, with all that is needed to take it up again in another window. */
export interface TrainingJob {
  readonly id: string;
  /** The root that the model belongs to; absolute. */
  readonly root: string;
  readonly params: TrainParams;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** What an interrupted training left. */
export interface InterruptedJob {
  readonly job: TrainingJob;
  /** Its window is still there, and may well still train. */
  readonly isOwned: boolean;
  /** There is something to go on from. */
  readonly hasCheckpoint: boolean;
  /** It had ended when its window went away. */
  readonly hasModel: boolean;
}

const schema = v.object({
  version: v.literal(1),
  host: v.string(),
  pid: v.number(),
  job: v.object({
    id: v.string(),
    root: v.string(),
    startedAt: v.string(),
    params: v.looseObject({
      scan: v.looseObject({ roots: v.array(v.looseObject({ path: v.string() })) }),
      learnFrom: v.array(v.picklist(['labels', 'pairs', 'views'])),
      outPath: v.string(),
      limit: v.union([v.object({ seconds: v.number() }), v.object({ epochs: v.number() })]),
    }),
  }),
});

/** Remembers the training under way, in the extension's own storage, so that a window that is reloaded can go on with it. */
export class JobStore {
  /** @param folder Of this workspace alone. */
  constructor(
    private readonly folder: string,
    private readonly pid: number = process.pid,
  ) {}

  /** Where the engine keeps what it needs to go on. */
  get checkpointPath(): string {
    return path.join(this.folder, 'training.checkpoint');
  }

  async save(job: TrainingJob): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const temporary = `${this.file}.${randomBytes(4).toString('hex')}.tmp`;
    await writeFile(temporary, JSON.stringify({ version: 1, host: hostname(), pid: this.pid, job }));
    await rename(temporary, this.file);
  }

  /** Undefined where no training was interrupted. */
  async read(): Promise<InterruptedJob | undefined> {
    let raw: unknown;
    try {
      raw = JSON.parse(await readFile(this.file, 'utf8'));
    } catch {
      return undefined;
    }
    const result = v.safeParse(schema, raw);
    if (!result.success) return undefined;
    const { host, pid, job } = result.output;
    return {
      job: job as unknown as TrainingJob,
      isOwned: host === hostname() && pid !== this.pid && isRecent(job.startedAt) && isAlive(pid),
      hasCheckpoint: await isThere(this.checkpointPath),
      hasModel: await isThere(job.params.outPath),
    };
  }

  /** The training has ended, or is given up: there is nothing to take up again. */
  async clear(): Promise<void> {
    await rm(this.file, { force: true });
    await rm(this.checkpointPath, { force: true, recursive: true });
  }

  private get file(): string {
    return path.join(this.folder, 'training.json');
  }
}

/** Longer than any training; and before the machine was started the process number was another's. */
const longestMs = 24 * 60 * 60 * 1000;
const isRecent = (startedAt: string): boolean => Date.now() - Date.parse(startedAt) < Math.min(longestMs, 1000 * uptime());

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
