import { copyFile, link, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { isCancelled, noteOfError } from '../../../src/protocol/engineErrors';
import { ScannedImagesRequest } from '../../../src/protocol/curation';
import * as protocol from '../../../src/protocol/engine';
import { bundleEngine } from './support/engineBundle';
import { allFindings, paramsOf, rootOf, Workbench } from './support/engines';
import { picture } from './support/pictures';
import { jpeg, kinds, put, smaller } from './support/scanFolders';

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench(await bundleEngine('scanRun'));
});
afterEach(() => bench.clear());

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

  it('tells how near each labelled image is to the centre of its class', async () => {
    const folder = await bench.folder();
    for (let copy = 0; copy < 6; copy++) await put(folder, `cat/${copy}.jpg`, await jpeg(1, 60 + 5 * copy));
    await put(folder, 'cat/odd.jpg', await jpeg(2));
    for (const seed of [3, 4]) await put(folder, `dog/${seed}.jpg`, await jpeg(seed));
    await put(folder, 'loner/5.jpg', await jpeg(5));
    const client = bench.engine(await bench.folder());
    await client.request(protocol.ScanRequest, paramsOf([rootOf(folder)]));
    const { images, centrality } = (await client.request(ScannedImagesRequest, {}))!;
    const of = Object.fromEntries(images.map(({ path: at, index }) => [at, centrality[index]]));
    expect(of['cat/odd.jpg']).toBeLessThan(of['cat/0.jpg']);
    expect(of['dog/3.jpg']).toBeCloseTo(of['dog/4.jpg'], 5);
    expect(of['loner/5.jpg']).toBeNaN();
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
