import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ScanRequest } from '../../../src/protocol/engine';
import { mutate, seedFiles } from './support/mutate.mjs';
import { bundleEngine } from './support/engineBundle';
import { allFindings, paramsOf, rootOf, Workbench } from './support/engines';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('fuzz'));
});
afterEach(() => bench.clear());

describe('a folder of mutated images', () => {
  it('is scanned to its end, and every file accounted for', async () => {
    const folder = await bench.folder();
    const seeds = await seedFiles();
    expect(new Set(seeds.map(({ extension }) => extension)).size).toBeGreaterThanOrEqual(8);
    const count = 200;
    for (let i = 0; i < count; i++) {
      const { name, bytes } = mutate(seeds, 4711, i);
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    const client = bench.engine(await bench.folder());
    const summary = await client.request(ScanRequest, paramsOf([rootOf(folder, { labels: 'none' })]));
    expect(client.epoch).toBe(1);
    expect(summary.images).toBe(count);
    const unread = (await allFindings(client)).filter(({ details }) => details.problem);
    expect(unread.length).toBe(count - summary.readable);
    // Both outcomes must be there, or nothing was tried.
    expect(unread.length).toBeGreaterThan(20);
    expect(summary.readable).toBeGreaterThan(20);
  });
});
