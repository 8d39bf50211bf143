import { copyFile, link, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { EngineClient } from '../../../src/client/engineClient';
import { isCancelled, noteOfError } from '../../../src/protocol/engineErrors';
import * as protocol from '../../../src/protocol/engine';
import { bundleEngine } from './support/engineBundle';
import { allFindings, allPairs, paramsOf, rootOf, Workbench } from './support/engines';
import { picture } from './support/pictures';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('scan'));
});
afterEach(() => bench.clear());

const jpeg = (seed: number, quality = 90): Promise<Buffer> => picture(seed).jpeg({ quality }).toBuffer();
/** The same picture, altered: half the size, another format. */
const smaller = (seed: number): Promise<Buffer> => picture(seed).resize(160).webp({ quality: 70 }).toBuffer();

async function put(folder: string, name: string, bytes: Buffer | string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}

const kinds = async (client: EngineClient): Promise<string[]> =>
  (await allFindings(client))
    .map(({ kind, path: on, related }) => `${kind} ${on}${related[0] ? ` ~ ${related[0].path}` : ''}`)
    .sort();

describe('scan/run', () => {
  it('finds equal files, altered pictures, label conflicts and leaks, and leaves the rest alone', async () => {
    const folder = await bench.folder();
    await put(folder, 'train/cat/1.jpg', await jpeg(1));
    await put(folder, 'train/cat/1-again.jpg', await jpeg(1));
    await put(folder, 'train/dog/2.jpg', await jpeg(2));
    await put(folder, 'train/cat/2-small.webp', await smaller(2));
    await put(folder, 'test/dog/3.jpg', await jpeg(3));
    await put(folder, 'train/dog/3-small.webp', await smaller(3));
    for (let seed = 10; seed < 20; seed++) await put(folder, `train/dog/${seed}.jpg`, await jpeg(seed));
    const client = bench.engine(await bench.folder());
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    expect(summary).toMatchObject({ images: 16, readable: 16, classes: ['cat', 'dog'], splits: ['test', 'train'], notes: [] });
    expect(await kinds(client)).toEqual([
      'exact-duplicate train/cat/1-again.jpg ~ train/cat/1.jpg',
      'label-conflict train/cat/2-small.webp ~ train/dog/2.jpg',
      'split-leak train/dog/3-small.webp ~ test/dog/3.jpg',
    ]);
    expect(summary.counts).toEqual({ 'exact-duplicate': 1, 'label-conflict': 1, 'split-leak': 1 });
  });

  it('accounts for every file that it can not use', async () => {
    const folder = await bench.folder();
    const whole = await jpeg(1);
    await put(folder, 'ok.jpg', whole);
    await put(folder, 'png-in-truth.jpg', await picture(2).png().toBuffer());
    await put(folder, 'empty.png', '');
    await put(folder, 'cut.jpg', whole.subarray(0, whole.length / 2));
    await put(folder, 'page.png', '<html>not found</html>');
    await put(folder, 'phone.heic', Buffer.from('\0\0\0\x18ftypheic', 'latin1'));
    await put(folder, 'lfs.png', `version https://git-lfs.github.com/spec/v1\noid sha256:${'b'.repeat(64)}\nsize 99\n`);
    await put(folder, 'dvc.png.dvc', 'outs:\n- md5: 0123\n  path: dvc.png\n');
    await put(folder, 'notes.txt', 'not an image, and no one says so');
    await put(folder, 'line\nbreak.jpg', await jpeg(3));
    const client = bench.engine(await bench.folder());
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    expect(summary).toMatchObject({ images: 9, readable: 3 });
    const findings = await allFindings(client);
    expect(findings.map(({ kind, path: on, details }) => `${kind} ${on} ${details.problem?.reason}`)).toEqual([
      'unreadable-image cut.jpg truncated',
      'unreadable-image empty.png empty',
      'unreadable-image page.png not-an-image',
      'not-fetched dvc.png pointer',
      'not-fetched lfs.png pointer',
      'unsupported-format phone.heic unsupported',
    ]);
  });

  it('gives k equal files k − 1 findings, and other names of one file none', async () => {
    const folder = await bench.folder();
    const file = await put(folder, 'a/1.jpg', await jpeg(1));
    for (const copy of ['b/1.jpg', 'c/1.jpg', 'd/1.jpg']) await put(folder, copy, await jpeg(1));
    await mkdir(path.join(folder, 'e'));
    await link(file, path.join(folder, 'e/hard.jpg'));
    await symlink(file, path.join(folder, 'e/soft.jpg'));
    // An altered copy stands next to the one that represents the four.
    await put(folder, 'a/small.webp', await smaller(1));
    const client = bench.engine(await bench.folder());
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { labels: 'none' })]));
    expect(summary).toMatchObject({ images: 7, counts: { 'exact-duplicate': 3, 'near-duplicate': 1 } });
    const findings = await allFindings(client);
    expect(
      findings.flatMap(({ path: on, related }) => [on, ...related.map(each => each.path)]).some(each => each.startsWith('e/')),
    ).toBe(false);
  });

  it('compares a new batch with a reference, not the reference with itself', async () => {
    const [batch, reference] = [await bench.folder(), await bench.folder()];
    await put(reference, '1.jpg', await jpeg(1));
    await put(reference, '1-again.jpg', await jpeg(1));
    await put(reference, '1-small.webp', await smaller(1));
    await put(reference, '2.jpg', await jpeg(2));
    await put(batch, 'new-1.jpg', await jpeg(1, 60));
    await put(batch, 'new-2.jpg', await jpeg(2));
    await put(batch, 'new-3.jpg', await jpeg(3));
    await put(batch, 'new-3-small.webp', await smaller(3));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(batch), rootOf(reference, {}, { reference: true })]));
    const findings = await allFindings(client);
    expect(findings.every(({ root }) => root === 0)).toBe(true);
    const pairs = findings.map(({ path: on, related }) => `${on} ~ ${related[0].root}:${related[0].path}`).sort();
    expect(pairs.filter(pair => pair.startsWith('new-3'))).toEqual(['new-3-small.webp ~ 0:new-3.jpg']);
    expect(pairs).toContain('new-2.jpg ~ 1:2.jpg');
    expect(pairs.filter(pair => pair.startsWith('new-1'))).not.toHaveLength(0);
  });

  it('keeps to the scope of pairs', async () => {
    const folder = await bench.folder();
    for (const seed of [1, 2]) {
      await put(folder, `a/${seed}.jpg`, await jpeg(seed));
      await put(folder, `${seed === 1 ? 'a' : 'b'}/${seed}-small.webp`, await smaller(seed));
    }
    await put(folder, 'a/3.jpg', await jpeg(3));
    await put(folder, 'a/3-again.jpg', await jpeg(3));
    await put(folder, 'b/3.jpg', await jpeg(3));
    const client = bench.engine(await bench.folder());
    const scan = async (pairs: 'all' | 'across-folders' | 'within-folder'): Promise<string[]> => {
      await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { pairs, labels: 'none' })]));
      return kinds(client);
    };
    expect(await scan('all')).toEqual([
      'exact-duplicate a/3-again.jpg ~ a/3.jpg',
      'exact-duplicate b/3.jpg ~ a/3.jpg',
      'near-duplicate a/1-small.webp ~ a/1.jpg',
      'near-duplicate b/2-small.webp ~ a/2.jpg',
    ]);
    expect((await scan('across-folders')).filter(line => line.startsWith('near'))).toEqual([
      'near-duplicate b/2-small.webp ~ a/2.jpg',
    ]);
    expect(await scan('within-folder')).toEqual([
      'exact-duplicate a/3-again.jpg ~ a/3.jpg',
      'near-duplicate a/1-small.webp ~ a/1.jpg',
    ]);
  });

  it('reads labels from a CSV; one that is not there fails the scan with a clear line', async () => {
    const folder = await bench.folder();
    await put(folder, '1.jpg', await jpeg(1));
    await put(folder, '1-small.webp', await smaller(1));
    const client = bench.engine(await bench.folder());
    const params = paramsOf([rootOf(folder, { labels: 'labels.csv' })]);
    const error = await client.request(protocol.ScanRequest, params).catch((reason: unknown) => reason);
    expect(noteOfError(error)?.args[0]).toBe('labels.csv');
    await put(folder, 'labels.csv', 'path,label\n1.jpg,cat\n1-small.webp,dog\nnone.jpg,cat\n');
    const summary = await client.request(protocol.ScanRequest, params);
    expect(summary).toMatchObject({ classes: ['cat', 'dog'], counts: { 'label-conflict': 1 } });
    expect(summary.notes).toHaveLength(1);
  });

  it('says so where a folder is not there', async () => {
    const client = bench.engine(await bench.folder());
    const error = await client
      .request(protocol.ScanRequest, paramsOf([rootOf('/no/such/folder')]))
      .catch((reason: unknown) => reason);
    expect(noteOfError(error)).toMatchObject({ args: ['/no/such/folder'] });
    // It is the user's to mend, no fault of the engine.
    expect(client.isRunning).toBe(true);
  });

  it('a cancelled scan leaves the previous result standing', async () => {
    const [first, second] = [await bench.folder(), await bench.folder()];
    await put(first, '1.jpg', await jpeg(1));
    await put(first, '2.jpg', await jpeg(1));
    for (let seed = 0; seed < 60; seed++) await put(second, `${seed}.jpg`, await jpeg(seed));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(first)]));
    const before = await kinds(client);
    for (const phase of ['count', 'decode', 'join'] as const) {
      const source = new CancellationTokenSource();
      const subscription = client.onDidProgress(progress => progress.phase === phase && source.cancel());
      const error = await client
        .request(protocol.ScanRequest, paramsOf([rootOf(second)]), source.token)
        .catch((reason: unknown) => reason);
      subscription.dispose();
      expect(isCancelled(error), `${phase}: ${String(error)}`).toBe(true);
      expect(await kinds(client)).toEqual(before);
    }
    // And the next one runs to its end.
    expect(await client.request(protocol.ScanRequest, paramsOf([rootOf(second)]))).toMatchObject({ images: 60 });
  });
});

describe('scan/update', () => {
  it('gives the same pairs and findings as a full scan, whatever changed', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 12; seed++) await put(folder, `train/${seed % 2 ? 'cat' : 'dog'}/${seed}.jpg`, await jpeg(seed));
    await put(folder, 'test/cat/1-small.webp', await smaller(1));
    await put(folder, 'train/dog/2-small.webp', await smaller(2));
    await put(folder, 'train/dog/2-again.jpg', await jpeg(2));
    const params = paramsOf([rootOf(folder)]);
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, params);
    const at = (name: string): string => path.join(folder, name);

    const steps: [string, () => Promise<string[]>][] = [
      ['a new twin', async () => [await put(folder, 'train/cat/3-small.webp', await smaller(3))]],
      [
        'a deleted file',
        async () => {
          await rm(at('train/dog/2-small.webp'));
          return [at('train/dog/2-small.webp')];
        },
      ],
      ['another picture in an old file', async () => [await put(folder, 'train/cat/5.jpg', await smaller(7))]],
      [
        'a file moved to another class',
        async () => {
          await rename(at('train/cat/3.jpg'), at('train/dog/3-moved.jpg'));
          return [at('train/cat/3.jpg'), at('train/dog/3-moved.jpg')];
        },
      ],
      ['a file that broke', async () => [await put(folder, 'train/cat/7.jpg', 'no picture')]],
      [
        'a folder that went',
        async () => {
          await rm(at('test'), { recursive: true });
          return [at('test')];
        },
      ],
      [
        'a folder that came',
        async () => {
          await put(folder, 'val/cat/8-small.webp', await smaller(8));
          await put(folder, 'val/cat/4-again.jpg', await jpeg(4));
          return [at('val')];
        },
      ],
      [
        'a representative that went, with its copy left',
        async () => {
          await rm(at('train/dog/2.jpg'));
          return [at('train/dog/2.jpg')];
        },
      ],
      ['an ignore list', async () => [await put(folder, '.twinlintignore', 'val/\n')]],
      [
        'a touched file',
        async () => {
          await utimes(at('train/dog/4.jpg'), new Date(), new Date());
          return [at('train/dog/4.jpg')];
        },
      ],
    ];
    for (const [name, change] of steps) {
      const changed = await change();
      const summary = await client.request(protocol.UpdateRequest, { changed });
      const fresh = bench.engine(await bench.folder());
      const full = await fresh.request(protocol.ScanRequest, params);
      expect(summary?.counts, name).toEqual(full.counts);
      expect(await allPairs(client), name).toEqual(await allPairs(fresh));
      expect(await allFindings(client), name).toEqual(await allFindings(fresh));
      await fresh.dispose();
    }
  });

  it('reads only what changed', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 5; seed++) await put(folder, `${seed}.jpg`, await jpeg(seed));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    // Behind the engine's back, one file is ruined without a word: an update of another must not see it.
    const stats = { size: (await jpeg(1)).length };
    await writeFile(path.join(folder, '1.jpg'), Buffer.alloc(stats.size));
    const added = await put(folder, '9.jpg', await jpeg(9));
    expect(await client.request(protocol.UpdateRequest, { changed: [added] })).toMatchObject({ images: 6, readable: 6 });
    const named = await client.request(protocol.UpdateRequest, { changed: [path.join(folder, '1.jpg')] });
    expect(named).toMatchObject({ images: 6, readable: 5 });
  });

  it('is null where there is no scan', async () => {
    const client = bench.engine(await bench.folder());
    expect(await client.request(protocol.UpdateRequest, { changed: ['/tmp/x.png'] })).toBeNull();
  });
});

describe('determinism', () => {
  it('threads, caches and a restore change nothing, byte for byte', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 30; seed++) {
      await put(folder, `${seed % 3}/${seed}.jpg`, await jpeg(seed));
      if (seed % 2 === 0) await put(folder, `x/${seed}-small.webp`, await smaller(seed));
      if (seed % 5 === 0) await put(folder, `y/${seed}.jpg`, await jpeg(seed));
    }
    const params = paramsOf([rootOf(folder, { mirrors: true, turns: true })], { keep: true });
    const state = async (client: EngineClient): Promise<string> =>
      JSON.stringify([await allPairs(client), await allFindings(client)]);
    const cache = await bench.folder();
    const results: string[] = [];
    for (const threads of [1, 2, 4]) {
      const client = bench.engine(threads === 4 ? cache : await bench.folder(), threads);
      await client.request(protocol.ScanRequest, params);
      results.push(await state(client));
      await client.dispose();
    }
    const restored = bench.engine(cache, 1);
    expect(await restored.request(protocol.RestoreRequest, params)).toMatchObject({ images: 51 });
    results.push(await state(restored));
    const again = bench.engine(cache, 2);
    await again.request(protocol.ScanRequest, params);
    results.push(await state(again));
    expect(JSON.parse(results[0])[0].length).toBeGreaterThan(15);
    for (const result of results.slice(1)) expect(result).toBe(results[0]);
  });
});

describe('questions', () => {
  it('are answered in windows that fit together', async () => {
    const folder = await bench.folder();
    for (let seed = 0; seed < 8; seed++) {
      await put(folder, `${seed}.jpg`, await jpeg(seed));
      await put(folder, `small/${seed}.webp`, await smaller(seed));
    }
    await put(folder, 'small/0-again.jpg', await jpeg(0));
    const client = bench.engine(await bench.folder());
    const summary = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder, { labels: 'none' })]));
    const { distances } = await client.request0(protocol.DistancesRequest);
    expect(distances).toBeInstanceOf(Float32Array);
    expect(distances).toHaveLength(summary.pairs);
    expect([...distances]).toEqual([...distances].sort((a, b) => a - b));

    const threshold = summary.defaultThreshold;
    const closest = await client.request(protocol.PairsRequest, { threshold, order: 'closest', offset: 0, limit: 100 });
    expect(closest.total).toBe([...distances].filter(distance => distance <= Math.fround(threshold)).length);
    const borderline = await client.request(protocol.PairsRequest, { threshold, order: 'borderline', offset: 0, limit: 100 });
    expect(borderline.rows).toEqual([...closest.rows].reverse());
    const second = await client.request(protocol.PairsRequest, { threshold, order: 'closest', offset: 3, limit: 2 });
    expect(second.rows).toEqual(closest.rows.slice(3, 5));

    const row = closest.rows[1];
    expect(await client.request(protocol.PairRequest, { findingId: row.findingId })).toEqual(row);
    const paths: [string, string] = [path.join(folder, row.b.path), path.join(folder, row.a.path)];
    expect(await client.request(protocol.PairRequest, { paths })).toEqual(row);
    const strangers: [string, string] = [path.join(folder, '1.jpg'), path.join(folder, '2.jpg')];
    const stranger = await client.request(protocol.PairRequest, { paths: strangers });
    expect(stranger?.distance).toBeGreaterThan(summary.radius);

    const groups = await client.request(protocol.GroupsRequest, { threshold, offset: 0, limit: 100 });
    expect(groups.total).toBe(8);
    expect(groups.rows[0]).toMatchObject({ size: 3, keep: { path: '0.jpg' } });
    expect(groups.rows[0].members.every(({ direct }) => direct)).toBe(true);

    const ofOne = await client.request(protocol.FindingsRequest, { path: path.join(folder, '3.jpg'), offset: 0, limit: 10 });
    expect(ofOne.findings.map(({ path: on }) => on)).toEqual(['small/3.webp']);
  });

  it('take verdicts into account at once', async () => {
    const folder = await bench.folder();
    await put(folder, '1.jpg', await jpeg(1));
    await put(folder, '1-small.webp', await smaller(1));
    const client = bench.engine(await bench.folder());
    const { generation, pairs } = await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    expect(pairs).toBe(1);
    const [{ a, b }] = await allPairs(client);
    const verdict = { id: '1', relation: 'same-picture', verdict: 'different' as const, images: [a, b] };
    const answer = await client.request(protocol.SetVerdictsRequest, { verdicts: [verdict] });
    expect(answer.generation).toBeGreaterThan(generation);
    expect(await allFindings(client)).toEqual([]);
    // An update keeps to them.
    await client.request(protocol.UpdateRequest, { changed: [await put(folder, '2.jpg', await jpeg(2))] });
    expect(await allFindings(client)).toEqual([]);
    await client.request(protocol.SetVerdictsRequest, { verdicts: [] });
    expect(await allFindings(client)).toHaveLength(1);
  });

  it('find the nearest images of one that is part of the scan, and of one that is not', async () => {
    const [folder, elsewhere] = [await bench.folder(), await bench.folder()];
    for (let seed = 0; seed < 10; seed++) await put(folder, `${seed}.jpg`, await jpeg(seed));
    await put(folder, '4-again.jpg', await jpeg(4));
    await put(folder, '4-small.webp', await smaller(4));
    const scan = paramsOf([rootOf(folder)]);
    const client = bench.engine(await bench.folder());
    const inside = await client.request(protocol.NeighboursRequest, { path: path.join(folder, '4.jpg'), k: 3, scan });
    expect(inside.query.path).toBe('4.jpg');
    expect(inside.neighbours.slice(0, 2).map(({ image }) => image.path)).toEqual(['4-again.jpg', '4-small.webp']);
    expect(inside.neighbours[0].distance).toBe(0);
    expect(inside.neighbours).toHaveLength(3);
    const outside = await put(elsewhere, 'q.png', await picture(6).resize(200).png().toBuffer());
    const answer = await client.request(protocol.NeighboursRequest, { path: outside, k: 2, scan });
    expect(answer.neighbours[0].image.path).toBe('6.jpg');
    const broken = await put(elsewhere, 'broken.png', 'no');
    const none = await client.request(protocol.NeighboursRequest, { path: broken, k: 2, scan });
    expect(none).toMatchObject({ neighbours: [], query: { problem: { reason: 'not-an-image' } } });
  });

  it('are empty, not errors, where there is no scan', async () => {
    const client = bench.engine(await bench.folder());
    expect(await allFindings(client)).toEqual([]);
    expect(await allPairs(client)).toEqual([]);
    expect(await client.request(protocol.PairRequest, { findingId: 'x' })).toBeNull();
    expect((await client.request0(protocol.DistancesRequest)).distances).toHaveLength(0);
  });
});

describe('roots', () => {
  it('several, with what lies in both compared; a file of one copied to the other is found', async () => {
    const [one, two] = [await bench.folder(), await bench.folder()];
    const file = await put(one, 'same/1.jpg', await jpeg(1));
    await mkdir(path.join(two, 'same'));
    await copyFile(file, path.join(two, 'same/1.jpg'));
    await put(two, 'same/1-small.webp', await smaller(1));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(one), rootOf(two)]));
    const findings = await allFindings(client);
    expect(findings.map(({ kind, root, related }) => [kind, root, related[0].root])).toEqual([
      ['exact-duplicate', 1, 0],
      ['near-duplicate', 1, 0],
    ]);
  });
});

describe('a search in another folder', () => {
  it('changes nothing of the scan that is held', async () => {
    const [one, two] = [await bench.folder(), await bench.folder()];
    await put(one, '1.jpg', await jpeg(1));
    await put(one, '1-small.webp', await smaller(1));
    await put(two, '2.jpg', await jpeg(2));
    await put(two, '2-small.webp', await smaller(2));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(one)]));
    const before = await client.request(protocol.FindingsRequest, { offset: 0, limit: 10 });
    const search = { path: path.join(two, '2.jpg'), k: 5, scan: paramsOf([rootOf(two)]) };
    const answer = await client.request(protocol.NeighboursRequest, search);
    expect(answer.neighbours.map(({ image }) => image.path)).toEqual(['2-small.webp']);
    expect(await client.request(protocol.FindingsRequest, { offset: 0, limit: 10 })).toEqual(before);
    // What came since is found: an update forgets what was searched.
    const added = await put(two, '2-again.jpg', await jpeg(2));
    await client.request(protocol.UpdateRequest, { changed: [added] });
    const again = await client.request(protocol.NeighboursRequest, search);
    expect(again.neighbours.map(({ image }) => image.path)).toEqual(['2-again.jpg', '2-small.webp']);
  });
});
