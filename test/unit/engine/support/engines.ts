import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EngineClient } from '../../../../src/client/engineClient';
import { noteText } from '../../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../../src/core/settings/scanSettings';
import type { ScanSettings } from '../../../../src/core/settings/scanSettings';
import type { Finding } from '../../../../src/core/findings/finding';
import { FindingsRequest, PairsRequest } from '../../../../src/protocol/engine';
import type { PairRow, ScanParams, ScanRoot } from '../../../../src/protocol/engine';
import { noteOfError } from '../../../../src/protocol/engineErrors';

/** Folders and engines that a test made; all gone after `clear`. */
export class Workbench {
  readonly #folders: string[] = [];
  readonly #clients: EngineClient[] = [];
  readonly log: string[] = [];

  constructor(private readonly enginePath: string) {}

  async folder(): Promise<string> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-test-'));
    this.#folders.push(folder);
    return folder;
  }

  engine(cacheDir: string, threads = 2): EngineClient {
    const client = new EngineClient({
      enginePath: this.enginePath,
      initialize: { cacheDir, threads },
      log: line => this.log.push(line),
    });
    this.#clients.push(client);
    return client;
  }

  async clear(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map(client => client.dispose()));
    await Promise.all(this.#folders.splice(0).map(folder => rm(folder, { recursive: true, force: true })));
  }
}

export const rootOf = (folder: string, settings: Partial<ScanSettings> = {}, more: Partial<ScanRoot> = {}): ScanRoot => ({
  path: folder,
  name: path.basename(folder),
  settings: { ...defaultScanSettings, ...settings },
  only: [],
  filesExclude: [],
  ...more,
});

export const paramsOf = (roots: readonly ScanRoot[], more: Partial<ScanParams> = {}): ScanParams => ({
  roots,
  verdicts: [],
  keep: false,
  trusted: true,
  ...more,
});

/** What the engine says of a request that it refuses: its note in English, else the error as text. */
export async function refusalOf(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.then(
    () => new Error('it went well'),
    (failed: unknown) => failed,
  );
  const note = noteOfError(error);
  return note ? noteText(note) : String(error);
}

/** All findings at a threshold, fetched page by page as a host does. */
export async function allFindings(client: EngineClient, threshold?: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (;;) {
    const page = await client.request(FindingsRequest, {
      offset: findings.length,
      limit: 1000,
      ...(threshold !== undefined && { threshold }),
    });
    findings.push(...page.findings);
    if (findings.length >= page.total || page.findings.length === 0) return findings;
  }
}

/** The whole pair table. */
export async function allPairs(client: EngineClient): Promise<readonly PairRow[]> {
  return (await client.request(PairsRequest, { threshold: 1, order: 'closest', offset: 0, limit: 1_000_000 })).rows;
}
