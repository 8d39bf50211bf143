import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineClient } from '../client/engineClient';
import { cacheFolder } from './cacheFolder';
import type { Interruption } from './interruption';
import type { ProgressLine } from './progressLine';

export interface EngineSessionOptions {
  readonly enginePath: string;
  readonly threads?: number;
  /** False: what the engine keeps goes to a folder that is removed in the end. */
  readonly cache: boolean;
  readonly progress: ProgressLine;
  readonly interruption: Interruption;
  /** Lines that the engine logs. */
  readonly log?: (line: string) => void;
}

/** Runs a job with an engine process, the same that the editor starts, and ends it. */
export async function withEngine<T>(options: EngineSessionOptions, job: (client: EngineClient) => Promise<T>): Promise<T> {
  const { progress, interruption, threads } = options;
  let removeCache = () => {};
  let cacheDir = cacheFolder(process.platform, process.env, homedir());
  if (!options.cache) {
    const folder = mkdtempSync(join(tmpdir(), 'twinlint-'));
    removeCache = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    cacheDir = folder;
  }
  const client = new EngineClient({
    enginePath: options.enginePath,
    initialize: { cacheDir, ...(threads !== undefined && { threads }) },
    ...(options.log && { log: options.log }),
  });
  const forget = interruption.add(() => {
    progress.clear();
    // Kills the process before it waits for its end.
    void client.dispose();
    removeCache();
  });
  const subscription = client.onDidProgress(each => progress.show(each));
  try {
    return await job(client);
  } finally {
    subscription.dispose();
    progress.clear();
    await client.dispose();
    removeCache();
    forget();
  }
}
