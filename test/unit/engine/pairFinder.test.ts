import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairColumns } from '../../../src/core/pairs/pairColumns';
import { Describer } from '../../../src/engine/descriptor/describe';
import { SignatureTable } from '../../../src/engine/descriptor/signatureTable';
import { PairFinder, sortPairs } from '../../../src/engine/pairFinder';
import { blobs, render } from './descriptor/scenes';

const source = { width: 480, height: 480 };
const off = { mirrors: false, turns: false };
const never = new AbortController().signal;
const ignore = (): void => undefined;

let dir = '';
let workerPath = '';
const table = new SignatureTable();
const scenes = 40;
/** Per scene: the picture, a crop of it, a mirrored one. */
const copies = 3;

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'twinlint-finder-'));
  workerPath = path.join(dir, 'rescoreWorker.cjs');
  const entry = path.resolve(import.meta.dirname, '../../../src/engine/rescore/rescoreWorker.ts');
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', outfile: workerPath });
  const describer = new Describer();
  for (let i = 0; i < scenes; i++) {
    const scene = blobs(100 + i);
    for (const place of [
      undefined,
      (x: number, y: number): [number, number] => [0.1 + 0.88 * x, 0.05 + 0.9 * y],
      (x: number, y: number): [number, number] => [1 - x, y],
    ]) {
      table.add(describer.describe(render(scene, 96, place), source));
    }
  }
});

afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

async function withFinder<T>(threads: number, runtime: 'auto' | 'plain', use: (finder: PairFinder) => Promise<T>): Promise<T> {
  const finder = new PairFinder({ threads, workerPath, runtime, fewPairs: 0 });
  try {
    return await use(finder);
  } finally {
    await finder.dispose();
  }
}

const bytes = ({ a, b, distance, transform }: PairColumns): string =>
  [a, b, distance, transform]
    .map(column => Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64'))
    .join();

describe('PairFinder', () => {
  it('finds the crops, and the mirrored with the option, and nothing else', async () => {
    await withFinder(2, 'auto', async finder => {
      const task = { kind: 'self', rows: table.liveRows() } as const;
      const plain = await finder.findPairs(table, task, off, ignore, never);
      expect(pairSet(plain, 0.2)).toEqual(Array.from({ length: scenes }, (_, i) => `${i * copies}-${i * copies + 1}`));
      const mirrored = await finder.findPairs(table, task, { mirrors: true, turns: false }, ignore, never);
      const found = new Map(Array.from(mirrored.a, (a, i) => [`${a}-${mirrored.b[i]}`, mirrored.transform[i]]));
      for (let i = 0; i < scenes; i++) {
        expect(found.get(`${i * copies}-${i * copies + 1}`)).toBe(0);
        expect(found.get(`${i * copies}-${i * copies + 2}`)).toBe(1);
      }
      // Sorted by distance.
      expect([...mirrored.distance]).toEqual([...mirrored.distance].sort((x, y) => x - y));
      expect(Math.max(...mirrored.distance)).toBeLessThanOrEqual(finder.radius);
    });
  });

  it('gives the same bytes at any number of threads and without the native library', async () => {
    const task = { kind: 'self', rows: table.liveRows() } as const;
    const options = { mirrors: true, turns: true };
    const results = [];
    for (const [threads, runtime] of [
      [1, 'auto'],
      [3, 'auto'],
      [2, 'plain'],
    ] as const) {
      results.push(bytes(await withFinder(threads, runtime, f => f.findPairs(table, task, options, ignore, never))));
    }
    expect(results[0].length).toBeGreaterThan(100);
    expect(new Set(results).size).toBe(1);
  });

  it('compares a new batch with a reference only', async () => {
    const rows = Uint32Array.of(1, 4);
    const columns = table.liveRows().filter(row => row !== 1 && row !== 4 && row !== 3);
    const pairs = await withFinder(2, 'auto', f => f.findPairs(table, { kind: 'cross', rows, columns }, off, ignore, never));
    // Row 3 is the original of 4 and not asked about.
    expect(pairSet(pairs, 0.2)).toEqual(['0-1']);
  });

  it('scores few candidates without a thread, the same, and lets them be cancelled', async () => {
    const task = { kind: 'self', rows: table.liveRows() } as const;
    const expected = await withFinder(2, 'auto', finder => finder.findPairs(table, task, off, ignore, never));
    const finder = new PairFinder({ threads: 2, workerPath: path.join(dir, 'missing.cjs'), fewPairs: 1e6 });
    const abort = new AbortController();
    const search = finder.findPairs(table, task, off, done => done > 0.6 && abort.abort(new Error('enough')), abort.signal);
    await expect(search).rejects.toThrow('enough');
    expect(await finder.findPairs(table, task, off, ignore, never)).toEqual(expected);
    await finder.dispose();
  });

  it('can be cancelled at any stage, and used again', async () => {
    await withFinder(2, 'auto', async finder => {
      const task = { kind: 'self', rows: table.liveRows() } as const;
      const options = { mirrors: true, turns: true };
      for (const stage of [0, 0.2, 0.6]) {
        const abort = new AbortController();
        const reason = new Error(`cancelled at ${stage}`);
        const search = finder.findPairs(table, task, options, done => done >= stage && abort.abort(reason), abort.signal);
        await expect(search).rejects.toBe(reason);
      }
      const pairs = await finder.findPairs(table, task, off, ignore, never);
      expect(pairSet(pairs, 0.2)).toHaveLength(scenes);
    });
  });

  it('fails with a clear error when the worker cannot start, instead of waiting for ever', async () => {
    const finder = new PairFinder({ threads: 1, workerPath: path.join(dir, 'missing.cjs'), fewPairs: 0 });
    await expect(finder.findPairs(table, { kind: 'self', rows: table.liveRows() }, off, ignore, never)).rejects.toThrow(
      /missing/,
    );
    await finder.dispose();
  });

  it('lists nearest neighbours past the radius', async () => {
    await withFinder(1, 'auto', async finder => {
      const found = await finder.neighbours(table, table.get(6), 5, { mirrors: true, turns: false }, never);
      expect([...found.rows].slice(0, 3)).toEqual([6, ...[7, 8].sort((x, y) => at(found, x) - at(found, y))]);
      expect(found.transform[[...found.rows].indexOf(8)]).toBe(1);
      expect(found.rows).toHaveLength(5);
      expect(found.distance[4]).toBeGreaterThan(finder.radius);
      const abort = new AbortController();
      abort.abort(new Error('no'));
      await expect(finder.neighbours(table, table.get(6), 5, off, abort.signal)).rejects.toThrow('no');
    });
  });
});

describe('sortPairs', () => {
  it('sorts by distance, a, b, keeps the nearest transform and drops what is beyond the radius', () => {
    const pairs = sortPairs(
      Uint32Array.of(0, 0, 0, 1, 1, 2),
      Uint32Array.of(1, 1, 2, 2, 3, 3),
      Uint8Array.of(0, 1, 0, 0, 0, 0),
      Float32Array.of(0.25, 0.125, 0.5, 0.125, 0.75, 0.0625),
      0.5,
    );
    expect([...pairs.a]).toEqual([2, 0, 1, 0]);
    expect([...pairs.b]).toEqual([3, 1, 2, 2]);
    expect([...pairs.transform]).toEqual([0, 1, 0, 0]);
    expect([...pairs.distance]).toEqual([0.0625, 0.125, 0.125, 0.5]);
  });
});

const at = (found: { rows: Uint32Array; distance: Float32Array }, row: number): number => found.distance[found.rows.indexOf(row)];

function pairSet({ a, b, distance }: PairColumns, most: number): string[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < a.length; i++) if (distance[i] <= most) pairs.push([a[i], b[i]]);
  return pairs.sort((x, y) => x[0] - y[0] || x[1] - y[1]).map(pair => pair.join('-'));
}
