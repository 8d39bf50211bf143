import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heldBytes, readImageFile } from '../../../src/engine/decode/imageFile';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('readImageFile', () => {
  it('gives the bytes and their SHA-256', async () => {
    const file = path.join(folder, 'a.png');
    await writeFile(file, 'abc');
    // FIPS 180-2, appendix B.1.
    const content = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await readImageFile(file)).toMatchObject({ content, sizeBytes: 3, isWhole: true, bytes: Buffer.from('abc') });
  });

  it('hashes what is big, too, and holds only the start of what is very big', async () => {
    const middle = path.join(folder, 'middle');
    const bytes = Buffer.alloc(1_000_000, 7);
    await writeFile(middle, bytes);
    const sha = (of: Buffer): string => createHash('sha256').update(of).digest('hex');
    expect(await readImageFile(middle)).toMatchObject({ content: sha(bytes), isWhole: true });
    const big = path.join(folder, 'big');
    const handle = await open(big, 'w');
    await handle.truncate(heldBytes + 5);
    await handle.close();
    const read = await readImageFile(big);
    expect(read).toMatchObject({ content: sha(Buffer.alloc(heldBytes + 5)), sizeBytes: heldBytes + 5, isWhole: false });
    expect('bytes' in read && read.bytes.length).toBeLessThanOrEqual(1024 * 1024);
  });

  it('reads a file again that is not as it was seen, and takes what is there', async () => {
    const file = path.join(folder, 'a');
    await writeFile(file, 'longer than before');
    const { mtimeNs } = await stat(file, { bigint: true });
    expect(await readImageFile(file, { sizeBytes: 3, modifiedMs: 0 })).toMatchObject({
      bytes: Buffer.from('longer than before'),
      sizeBytes: 18,
      modifiedMs: Number(mtimeNs / 1000n) / 1000,
    });
    // Shorter, too.
    expect(await readImageFile(file, { sizeBytes: 3000, modifiedMs: 0 })).toMatchObject({ sizeBytes: 18 });
  });

  it('says what is wrong with a file that can not be read', async () => {
    expect(await readImageFile(path.join(folder, 'none'))).toMatchObject({ problem: { reason: 'gone' } });
    expect(await readImageFile(folder)).toMatchObject({ problem: { kind: 'unreadable-image', reason: 'not-an-image' } });
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    const pipe = path.join(folder, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    expect(await readImageFile(pipe)).toMatchObject({ problem: { reason: 'not-an-image' } });
  });

  // The superuser may read anything.
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('tells of a file without permission', async () => {
    const file = path.join(folder, 'secret.png');
    await writeFile(file, 'abc');
    await chmod(file, 0);
    expect(await readImageFile(file)).toMatchObject({ problem: { reason: 'no-permission' } });
  });
});
