import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineStoppedError } from '../../../src/client/engineClient';
import { TrainRequest, type TrainParams } from '../../../src/protocol/training';
import { claimTraining } from '../../../src/workspace/trainingClaim';
import { resetShown, shown } from './fakeVscode';
import { trainingBench } from './trainingBench';

beforeEach(resetShown);

describe('a window that was reloaded', () => {
  const jobOf = (bench: ReturnType<typeof trainingBench>, startedAt = new Date().toISOString()) => ({
    id: 'job',
    root: bench.root,
    startedAt,
    params: {
      scan: { roots: [], verdicts: [], keep: false, trusted: true },
      learnFrom: ['labels'],
      limit: { seconds: 60 },
      outPath: join(bench.root, '.twinlint/models/2026-01-01-0000-classes.twinlint'),
      checkpointPath: join(bench.storageFolder, 'training.checkpoint'),
    },
  });
  const leave = (bench: ReturnType<typeof trainingBench>, job: ReturnType<typeof jobOf>, pid = 2 ** 22 + 1): void => {
    writeFileSync(
      join(bench.storageFolder, 'training.json'),
      JSON.stringify({
        version: 1,
        host: hostname(),
        pid,
        job: { ...job, params: { ...job.params, scan: { roots: [{ path: bench.root }] } } },
      }),
    );
    mkdirSync(join(bench.root, '.twinlint/models'), { recursive: true });
  };

  test('says nothing where no training was interrupted', async () => {
    const bench = trainingBench();
    await bench.training.resume();
    expect(bench.texts()).toEqual([]);
    expect(bench.trainingEngine.calls).toEqual([]);
  });

  test('finds what the closing window left, though the process was told to end', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(TrainRequest, ({ checkpointPath }: TrainParams) => {
      writeFileSync(checkpointPath!, 'half way');
      throw new EngineStoppedError();
    });
    await bench.train({ learnFrom: ['labels'], seconds: 5 });
    const left = bench.params();
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => bench.trained(params));
    await bench.make().resume();
    expect(bench.texts()).toContain('The training of classes goes on from where it was when the window was reloaded.');
    expect(bench.params()).toEqual(left);
  });

  test('goes on from the checkpoint', async () => {
    const bench = trainingBench();
    const job = jobOf(bench);
    leave(bench, job);
    writeFileSync(job.params.checkpointPath, 'half way');
    await bench.training.resume();
    expect(bench.texts()[0]).toBe('The training of classes goes on from where it was when the window was reloaded.');
    expect(bench.params().outPath).toBe(job.params.outPath);
    expect(bench.training.snapshot().run).toMatchObject({ resumed: true, state: 'done' });
    expect(readdirSync(bench.storageFolder)).toEqual([]);
  });

  test('says so where there was no checkpoint yet', async () => {
    const bench = trainingBench();
    leave(bench, jobOf(bench));
    await bench.training.resume();
    expect(shown.messages).toMatchObject([
      { text: 'The training of classes ended with the window, before there was anything to keep.', choices: ['Train Again'] },
    ]);
    expect(bench.trainingEngine.calls).toEqual([]);
    expect(readdirSync(bench.storageFolder)).toEqual([]);
  });

  test('asks before it goes on with what was left long ago', async () => {
    const bench = trainingBench();
    const job = jobOf(bench, '2026-01-01T00:00:00.000Z');
    leave(bench, job);
    writeFileSync(job.params.checkpointPath, 'half way');
    await bench.training.resume();
    expect(shown.messages).toMatchObject([{ choices: ['Go On', 'Discard'] }]);
    expect(bench.trainingEngine.calls).toEqual([]);
    expect(existsSync(job.params.checkpointPath)).toBe(true);
  });

  test('finds the model that was finished at the last moment', async () => {
    const bench = trainingBench();
    const job = jobOf(bench);
    leave(bench, job);
    writeFileSync(job.params.outPath, 'weights');
    await bench.training.resume();
    expect(bench.texts()[0]).toMatch(/had just ended when the window went away/);
    expect(bench.trainingEngine.calls).toEqual([]);
  });

  test('starts none while another window of this workspace trains', async () => {
    const bench = trainingBench();
    leave(bench, jobOf(bench), process.ppid);
    expect(await bench.train({ learnFrom: ['labels'], seconds: 5 })).toBe(false);
    expect(bench.texts()).toEqual(['Another window is training in this folder. Wait for it, or cancel it there.']);
    expect(readdirSync(bench.storageFolder)).toEqual(['training.json']);
  });

  test('starts none while a window of another workspace trains in the same folder', async () => {
    const bench = trainingBench();
    const giveUp = await claimTraining(bench.root, process.ppid);
    expect(await bench.train({ learnFrom: ['labels'], seconds: 5 })).toBe(false);
    expect(bench.texts()).toEqual(['Another window is training in this folder. Wait for it, or cancel it there.']);
    await giveUp!();
    expect(await bench.train({ learnFrom: ['labels'], seconds: 5 })).toBe(true);
    expect(existsSync(bench.params().outPath)).toBe(true);
  });

  test('keeps the training whose folder is gone until it is back', async () => {
    const bench = trainingBench();
    const job = jobOf(bench);
    leave(bench, job);
    writeFileSync(job.params.checkpointPath, 'half way');
    renameSync(bench.root, `${bench.root} away`);
    shown.answers.push('Go On');
    await bench.training.resume();
    expect(shown.messages[0]).toMatchObject({ choices: ['Go On', 'Discard'] });
    await vi.waitFor(() =>
      expect(bench.texts().at(-1)).toMatch(/^The model classes could not be saved: the folder .* is no longer/),
    );
    expect(bench.trainingEngine.calls).toEqual([]);
    expect(existsSync(job.params.checkpointPath)).toBe(true);
    renameSync(`${bench.root} away`, bench.root);
    await bench.training.resume();
    expect(bench.training.snapshot().run).toMatchObject({ resumed: true, state: 'done' });
  });

  test('leaves alone what another window of this workspace is training', async () => {
    vi.useFakeTimers();
    try {
      const bench = trainingBench();
      const job = jobOf(bench);
      // The test's own parent is surely alive.
      leave(bench, job, process.ppid);
      writeFileSync(job.params.checkpointPath, 'half way');
      const resumed = bench.training.resume();
      await vi.runAllTimersAsync();
      // Reading the file takes real time between two fake waits.
      vi.useRealTimers();
      await Promise.race([resumed, new Promise(resolve => setTimeout(resolve, 100))]);
      expect(bench.trainingEngine.calls).toEqual([]);
      expect(existsSync(job.params.checkpointPath)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
