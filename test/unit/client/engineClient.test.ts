import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient, EngineCrashedError } from '../../../src/client/engineClient';
import type { EngineCrash } from '../../../src/client/engineClient';
import { ScanRequest, StatusRequest } from '../../../src/protocol/engine';
import { bundleEngine } from '../engine/support/engineBundle';
import { paramsOf, rootOf, Workbench } from '../engine/support/engines';
import { picture } from '../engine/support/pictures';

let enginePath: string;
let bench: Workbench;
beforeAll(async () => {
  enginePath = await bundleEngine('client');
  bench = new Workbench(enginePath);
});
afterEach(() => bench.clear());

const kill = (client: EngineClient): void => {
  if (client.pid === undefined) throw new Error('There is no process.');
  process.kill(client.pid, 'SIGKILL');
};
const crashOf = (client: EngineClient): Promise<EngineCrash> => new Promise(resolve => client.onDidCrash(resolve));

/** A scan that is killed as soon as it decodes. */
async function crashWhileScanning(client: EngineClient, folder: string): Promise<unknown> {
  const subscription = client.onDidProgress(({ phase }) => phase === 'decode' && client.pid !== undefined && kill(client));
  const error = await client.request(ScanRequest, paramsOf([rootOf(folder)])).catch((reason: unknown) => reason);
  subscription.dispose();
  return error;
}

async function pictures(): Promise<string> {
  const folder = await bench.folder();
  await mkdir(folder, { recursive: true });
  for (let seed = 0; seed < 20; seed++) await writeFile(path.join(folder, `${seed}.png`), await picture(seed).png().toBuffer());
  return folder;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('EngineClient', () => {
  it('starts the engine with the first request and tells what it is', async () => {
    const cacheDir = await bench.folder();
    const client = bench.engine(cacheDir, 3);
    expect(client.isRunning).toBe(false);
    expect(client.epoch).toBe(0);
    const status = await client.request0(StatusRequest);
    expect(status).toMatchObject({ threads: 3, cacheDir, decoder: 'native', nodeVersion: process.version, pid: client.pid });
    expect(client.isRunning).toBe(true);
    expect(client.epoch).toBe(1);
  });

  it('rejects what was under way when the engine is killed, tells of it, and starts anew with the next request', async () => {
    const folder = await pictures();
    const client = bench.engine(await bench.folder());
    const crash = crashOf(client);
    const error = await crashWhileScanning(client, folder);
    expect(error).toBeInstanceOf(EngineCrashedError);
    expect(await crash).toMatchObject({ code: null, signal: 'SIGKILL', givenUp: false });
    expect(client.isRunning).toBe(false);
    expect(await client.request(ScanRequest, paramsOf([rootOf(folder)]))).toMatchObject({ images: 20 });
    expect(client.epoch).toBe(2);
  });

  it('stops starting anew after three crashes in a minute, until it is told to', async () => {
    let now = 1_000_000;
    const client = new EngineClient({ enginePath, initialize: { cacheDir: await bench.folder() }, now: () => now });
    try {
      const crashes: EngineCrash[] = [];
      client.onDidCrash(crash => crashes.push(crash));
      const crash = async (): Promise<void> => {
        await client.request0(StatusRequest);
        const told = crashOf(client);
        kill(client);
        await told;
      };
      // The first two of these are over a minute old when the others come.
      await crash();
      await crash();
      now += 61_000;
      await crash();
      await crash();
      expect(crashes.some(({ givenUp }) => givenUp)).toBe(false);
      await crash();
      expect(crashes.at(-1)?.givenUp).toBe(true);
      const epoch = client.epoch;
      await expect(client.request0(StatusRequest)).rejects.toBeInstanceOf(EngineCrashedError);
      expect(client.epoch).toBe(epoch);
      await client.restart();
      expect(await client.request0(StatusRequest)).toMatchObject({ pid: client.pid });
    } finally {
      await client.dispose();
    }
  });

  it('gives the end of what the engine wrote where it does not start', async () => {
    const broken = path.join(await bench.folder(), 'engine.js');
    await writeFile(broken, 'throw new Error("no such luck");');
    const lines: string[] = [];
    const client = new EngineClient({ enginePath: broken, initialize: { cacheDir: '/nowhere' }, log: line => lines.push(line) });
    try {
      const crash = crashOf(client);
      await expect(client.request0(StatusRequest)).rejects.toBeInstanceOf(EngineCrashedError);
      expect(await crash).toMatchObject({ code: 1, signal: null });
      expect((await crash).stderrTail).toContain('no such luck');
      expect(lines.join('\n')).toContain('no such luck');
    } finally {
      await client.dispose();
    }
  });

  it('ends the process when it is disposed, which is no crash', async () => {
    const client = bench.engine(await bench.folder());
    const { pid } = await client.request0(StatusRequest);
    let crashes = 0;
    client.onDidCrash(() => crashes++);
    await client.dispose();
    expect(isAlive(pid)).toBe(false);
    expect(crashes).toBe(0);
    await expect(client.request0(StatusRequest)).rejects.toThrow(/disposed/);
  });

  it('restarts on demand without calling it a crash; requests under way are rejected', async () => {
    const folder = await pictures();
    const client = bench.engine(await bench.folder());
    let crashes = 0;
    client.onDidCrash(() => crashes++);
    await client.request0(StatusRequest);
    const scan = client.request(ScanRequest, paramsOf([rootOf(folder)])).catch((reason: unknown) => reason);
    await client.restart();
    expect(await scan).toBeInstanceOf(Error);
    expect(crashes).toBe(0);
    expect(client.epoch).toBe(2);
  });
});

describe('the engine', () => {
  it('ends when its parent does', async () => {
    const { fork } = await import('node:child_process');
    const cacheDir = await bench.folder();
    const parent = path.join(cacheDir, 'parent.cjs');
    await writeFile(
      parent,
      `const child = require('child_process').fork(${JSON.stringify(enginePath)}, [], { execArgv: [], serialization: 'advanced' });
       child.once('spawn', () => process.send(child.pid));`,
    );
    const middle = fork(parent, [], { execArgv: [] });
    const pid = await new Promise<number>(resolve => middle.once('message', message => resolve(message as number)));
    expect(isAlive(pid)).toBe(true);
    middle.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});
