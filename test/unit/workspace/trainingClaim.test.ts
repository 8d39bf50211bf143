import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimTraining, isTrainingElsewhere } from '../../../src/workspace/trainingClaim';
import { tempFolder, write } from './tempFolder';

const file = '.twinlint/.local/training';
/** The test's own parent surely lives. */
const other = process.ppid;

describe('the claim to train in a folder', () => {
  it('is one process’s at a time, and free again when it is given up', async () => {
    const root = tempFolder();
    expect(await isTrainingElsewhere(root)).toBe(false);
    expect(existsSync(path.join(root, '.twinlint'))).toBe(false);
    const giveUp = await claimTraining(root, other);
    expect(await isTrainingElsewhere(root)).toBe(true);
    expect(await claimTraining(root)).toBeUndefined();
    await giveUp!();
    expect(await isTrainingElsewhere(root)).toBe(false);
    expect(await claimTraining(root)).toBeTypeOf('function');
    expect(readdirSync(path.join(root, '.twinlint/.local'))).toEqual(['training']);
  });

  it('goes to one of several that ask at once', async () => {
    const root = tempFolder();
    const claims = await Promise.all([process.pid, other].map(pid => claimTraining(root, pid)));
    expect(claims.filter(claim => claim !== undefined)).toHaveLength(1);
  });

  it('is void where its process was killed', async () => {
    const root = tempFolder();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    await claimTraining(root, child.pid);
    expect(await isTrainingElsewhere(root)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isTrainingElsewhere(root)).toBe(false);
    expect(await claimTraining(root)).toBeTypeOf('function');
  });

  it('is not given up by who had it before', async () => {
    const root = tempFolder();
    const first = await claimTraining(root);
    // This window's own claim, left by a training that went wrong, does not keep it from the next.
    expect(await claimTraining(root)).toBeTypeOf('function');
    await first!();
    expect(existsSync(path.join(root, file))).toBe(true);
  });

  it.each([
    ['is damaged', '{"host":'],
    ['is of another day', JSON.stringify({ host: hostname(), pid: other, token: 't', since: '2020-01-01T00:00:00.000Z' })],
    ['is of another machine', JSON.stringify({ host: 'elsewhere', pid: other, token: 't', since: new Date().toISOString() })],
  ])('does not count where it %s', async (_, text) => {
    const root = tempFolder();
    write(root, { [file]: text });
    expect(await isTrainingElsewhere(root)).toBe(false);
    expect(await claimTraining(root)).toBeTypeOf('function');
  });

  it('makes no folder anew that was removed', async () => {
    const root = path.join(tempFolder(), 'gone');
    await expect(claimTraining(root)).rejects.toThrow('ENOENT');
    expect(existsSync(root)).toBe(false);
    mkdirSync(root);
    expect(await claimTraining(root)).toBeTypeOf('function');
  });
});
