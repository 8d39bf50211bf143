import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineCrashedError } from '../../../src/client/engineClient';
import { TrainRequest, type TrainParams } from '../../../src/protocol/training';
import { CancellationError, shown, workspace } from './fakeVscode';
import { classes, progressOf, resetWindow, trainingBench, untilCancelledThen } from './trainingBench';

beforeEach(resetWindow);

describe('while it learns', () => {
  test('its curve is in the snapshot; cancelling keeps the best so far', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(
      TrainRequest,
      untilCancelledThen((params: TrainParams) => bench.trained(params, { ended: 'cancelled' })),
    );
    await bench.training.table().train(classes);
    const points = [{ step: 1, elapsedMs: 100, loss: 0.5, pairAccuracy: 0.6, learningRate: 0.001 }];
    bench.trainingEngine.trainProgress.fire(progressOf({ points, etaMs: 4000 }));
    expect(bench.training.snapshot().run).toMatchObject({ state: 'running', progress: { points }, relation: 'same-class' });
    expect(shown.progress.at(-1)?.message).toBe('Learning · step 1 · about 4 s left');
    bench.training.table().cancelTraining();
    expect(bench.training.snapshot().run?.state).toBe('cancelling');
    await vi.waitFor(() => expect(bench.texts()[0]).toMatch(/^The training was cancelled; the best so far is the model classes/));
    expect(bench.training.snapshot()).toMatchObject({ run: { state: 'done' }, models: [{ name: 'classes', isActive: true }] });
    // It left nothing behind: neither a process nor a note to go on.
    expect(bench.trainingEngine.isRunning).toBe(false);
    expect(readdirSync(bench.storageFolder)).toEqual([]);
  });

  test('one whose loss ran away says so, and keeps the best from before', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => bench.trained(params, { ended: 'diverged' }));
    await bench.training.table().train(classes);
    await vi.waitFor(() =>
      expect(bench.texts()[0]).toMatch(
        /^The training ended because its loss ran away; the best from before is the model classes/,
      ),
    );
    expect(bench.training.snapshot()).toMatchObject({ run: { state: 'done' }, models: [{ name: 'classes' }] });
  });

  test('cancelled before there is anything to keep: no model, and that is said', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(
      TrainRequest,
      untilCancelledThen(() => {
        throw new CancellationError();
      }),
    );
    await bench.training.table().train(classes);
    bench.training.trainer.cancel();
    await vi.waitFor(() =>
      expect(bench.texts()).toEqual(['The training was cancelled before there was anything to keep. No model was written.']),
    );
    expect(bench.training.snapshot().run?.state).toBe('stopped');
  });

  test('a crash of its process is told, with a way to go on from the checkpoint; the other engine is not touched', async () => {
    const bench = trainingBench();
    const crash = { code: null, signal: 'SIGSEGV', stderrTail: '', givenUp: false };
    bench.trainingEngine.on(TrainRequest, ({ checkpointPath }: TrainParams) => {
      writeFileSync(checkpointPath!, 'half way');
      bench.trainingEngine.crash();
      throw new EngineCrashedError(crash);
    });
    await bench.train(classes);
    expect(shown.messages).toMatchObject([
      { kind: 'error', text: expect.stringContaining('Scanning is not affected') as string, choices: ['Go On', 'Show Log'] },
    ]);
    expect(bench.training.snapshot().run).toMatchObject({ state: 'failed' });
    expect(bench.engine.isRunning || bench.engine.calls.length === 0).toBe(true);
    const first = bench.params();
    expect(existsSync(first.checkpointPath!)).toBe(true);
    // The next window, or the button, goes on with the very same parameters.
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => {
      expect(existsSync(params.checkpointPath!)).toBe(true);
      return bench.trained(params);
    });
    await bench.make().resume();
    expect(bench.params()).toEqual(first);
  });

  test('cancelled right after it went on: what it had learned before is kept, and can go on again', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(TrainRequest, ({ checkpointPath }: TrainParams) => {
      writeFileSync(checkpointPath!, 'half way');
      bench.trainingEngine.crash();
      throw new EngineCrashedError({ code: null, signal: 'SIGSEGV', stderrTail: '', givenUp: false });
    });
    await bench.train(classes);
    const { checkpointPath } = bench.params();
    bench.trainingEngine.on(
      TrainRequest,
      untilCancelledThen(() => {
        throw new CancellationError();
      }),
    );
    const window = bench.make();
    const resumed = window.resume();
    await vi.waitFor(() => expect(window.trainer.isTraining).toBe(true));
    window.trainer.cancel();
    await resumed;
    await vi.waitFor(() =>
      expect(shown.messages.at(-1)).toMatchObject({
        text: 'The training was cancelled before it was back where it had been. What it had learned is kept.',
        choices: ['Go On', 'Discard'],
      }),
    );
    expect(existsSync(checkpointPath!)).toBe(true);
  });

  test('a folder that is gone when the model is to be saved is told, and the checkpoint kept until it is back', async () => {
    const bench = trainingBench();
    const away = `${bench.root} away`;
    bench.trainingEngine.on(TrainRequest, ({ checkpointPath }: TrainParams) => {
      writeFileSync(checkpointPath!, 'half way');
      renameSync(bench.root, away);
      throw new Error('The model cannot be written.');
    });
    await bench.train(classes);
    await vi.waitFor(() =>
      expect(shown.messages).toMatchObject([
        {
          kind: 'error',
          text: `The model classes could not be saved: the folder ${bench.root} is no longer there. Bring it back, then go on from the last checkpoint.`,
          choices: ['Go On', 'Show Log'],
        },
      ]),
    );
    const first = bench.params();
    expect(existsSync(bench.root)).toBe(false);
    renameSync(away, bench.root);
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => {
      expect(existsSync(params.checkpointPath!)).toBe(true);
      return bench.trained(params);
    });
    await bench.make().resume();
    expect(bench.params()).toEqual(first);
    expect(existsSync(first.outPath)).toBe(true);
  });

  test('a folder that was taken out of the workspace keeps its model, and it is said where that lies', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => {
      workspace.workspaceFolders = [];
      bench.session.clear();
      return bench.trained(params);
    });
    await bench.train(classes);
    await vi.waitFor(() =>
      expect(bench.texts().at(-1)).toMatch(
        new RegExp(`^The model classes is ready: .* It lies in ${bench.root}, which is not open any more\\.$`),
      ),
    );
    expect(existsSync(bench.params().outPath)).toBe(true);
  });

  test('what the engine refuses is told in its words', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(TrainRequest, () => {
      throw new Error('All images are identical.');
    });
    await bench.train(classes);
    expect(bench.texts()).toEqual(['The training failed: All images are identical.']);
    expect(bench.training.snapshot().run).toMatchObject({ state: 'failed', problem: 'All images are identical.' });
  });
});
