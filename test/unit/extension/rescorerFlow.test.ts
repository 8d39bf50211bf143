import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineCrashedError } from '../../../src/client/engineClient';
import { note, NoteError } from '../../../src/core/dataset/note';
import { pairNetworkNames } from '../../../src/core/training/names';
import {
  TrainPairNetworkRequest,
  type PairNetworkSummary,
  type TrainPairNetworkParams,
} from '../../../src/protocol/pairNetworks';
import { TrainRequest, type TrainParams } from '../../../src/protocol/training';
import { untilCancelled } from './fakeEngine';
import { CancellationTokenSource, settings, shown, Uri, window, workspace } from './fakeVscode';
import { answerPicks, classes, progressOf, resetWindow, trainingBench, untilCancelledThen } from './trainingBench';

const withProgress = window.withProgress;
beforeEach(() => {
  resetWindow();
  window.withProgress = withProgress;
});

const summaryOf = ({ outPath, network, name }: TrainPairNetworkParams): PairNetworkSummary => ({
  path: outPath,
  name: name!,
  network,
  input: [64, 64, 3],
  sizeBytes: 1,
  images: 10,
  steps: 5,
  trainMs: 1,
  elapsedMs: 2,
  rocAuc: 0.98765,
  runtime: 'onnxruntime-node',
  threads: 1,
  notes: [],
});

/** A bench whose training writes its file, as the engine does. */
function rescorerBench(change: Partial<PairNetworkSummary> = {}) {
  const bench = trainingBench();
  bench.trainingEngine.on(TrainPairNetworkRequest, (params: TrainPairNetworkParams) => {
    writeFileSync(params.outPath, 'weights');
    return { ...summaryOf(params), ...change };
  });
  const command = () => bench.training.table().trainRescorer();
  return {
    ...bench,
    command,
    /** Runs the command to the end of the training. */
    async trainRescorer(): Promise<void> {
      const told = shown.messages.length;
      expect(await command()).toBe(true);
      await vi.waitFor(() => expect(shown.messages.length).toBeGreaterThan(told));
    },
    asked: () =>
      bench.trainingEngine.calls.filter(call => call.method === TrainPairNetworkRequest.method).at(-1)
        ?.params as TrainPairNetworkParams,
    models: () => (existsSync(join(bench.root, '.twinlint/models')) ? readdirSync(join(bench.root, '.twinlint/models')) : []),
    setting: () => settings.workspace['twinlint.rescoreModel'],
  };
}

describe('training a network that judges pairs again', () => {
  test('asks which, each with a line on it, and for how long; no scan is needed', async () => {
    const bench = rescorerBench();
    const offered = answerPicks('two-stream', '30 s');
    await bench.trainRescorer();
    expect(offered[0].map(({ label }) => label)[0]).toBe('two-channel');
    expect(offered[0].map(({ label }) => label).sort()).toEqual([...pairNetworkNames].sort());
    expect(offered[0].filter(({ detail }) => !detail)).toEqual([]);
    expect(offered[1].map(({ label }) => label)).toEqual(['60 s', '30 s', '2 min', '5 min']);
    expect(bench.scan).not.toHaveBeenCalled();
    const params = bench.asked();
    expect(params).toMatchObject({ network: 'two-stream', limit: { seconds: 30 }, seed: 1, runtime: 'auto', name: 'two-stream' });
    expect(params.scan).toMatchObject({ keep: false, roots: [{ path: bench.root }] });
    expect(params.alterations).toContain('crop');
    expect(params.alterations).not.toContain('mirror');
    expect(basename(params.outPath)).toMatch(/^\d{4}-\d{2}-\d{2}-\d{4}-two-stream\.twinlint$/);
    expect(bench.models()).toEqual([basename(params.outPath)]);
    expect(shown.messages).toEqual([
      {
        kind: 'info',
        text: 'The re-scorer two-stream is ready: ROC-AUC 0.988 on held-back images.',
        choices: ['Use It', 'Not Now'],
      },
    ]);
    // Left alone, it changes nothing, and its process has ended.
    expect(bench.setting()).toBeUndefined();
    expect(bench.trainingEngine.isRunning).toBe(false);
    expect(bench.training.trainer.isTraining).toBe(false);
  });

  test('mirrored copies are learned where the settings take them for the same', async () => {
    const bench = rescorerBench();
    settings.user = { 'twinlint.mirrors': true };
    answerPicks('two-channel', '60 s');
    await bench.trainRescorer();
    expect(bench.asked().alterations).toContain('mirror');
    expect(bench.asked().alterations).not.toContain('quarter-turn');
  });

  test('used, it stands in the workspace’s settings, the scan is made again, and what that changed is told; stopping is offered first', async () => {
    const bench = rescorerBench();
    await bench.scanned();
    bench.findings.auto = ['a', 'b'];
    bench.trainingEngine.on(TrainPairNetworkRequest, (params: TrainPairNetworkParams) => {
      writeFileSync(params.outPath, 'weights');
      bench.findings[`.twinlint/models/${basename(params.outPath)}`] = ['b'];
      return summaryOf(params);
    });
    answerPicks('two-channel', '60 s');
    shown.answers.push('Use It');
    await bench.trainRescorer();
    await vi.waitFor(() => expect(bench.texts()).toHaveLength(2));
    expect(bench.setting()).toBe(`.twinlint/models/${basename(bench.asked().outPath)}`);
    expect(bench.scan).toHaveBeenCalledTimes(2);
    expect(shown.messages[1]).toMatchObject({
      text: 'Pairs are judged again by two-channel: Near-duplicate: 1 gone.',
      choices: ['Stop Using It'],
    });
    expect(existsSync(join(bench.root, '.twinlint/config.json'))).toBe(false);

    const offered = answerPicks('$(circle-slash) Stop using two-channel');
    expect(await bench.command()).toBe(false);
    expect(offered[0].map(({ label }) => label).slice(0, 3)).toEqual([
      '$(circle-slash) Stop using two-channel',
      'Train another one',
      'two-channel',
    ]);
    expect(bench.setting()).toBeUndefined();
    expect(bench.texts().at(-1)).toBe('Pairs are not judged again any more: Near-duplicate: 1 new.');
    expect(bench.models()).toHaveLength(1);
  });

  test('used before any scan, the folder is scanned', async () => {
    const bench = rescorerBench();
    answerPicks('two-channel', '60 s');
    shown.answers.push('Use It');
    await bench.trainRescorer();
    await vi.waitFor(() => expect(bench.scan).toHaveBeenCalledTimes(1));
    expect(bench.session.roots[0].settings.rescoreModel).toBe(bench.setting());
  });

  test('stopped where the user’s own settings or a shared file name one for all folders: this one is to have none', async () => {
    const bench = rescorerBench();
    settings.user = { 'twinlint.rescoreModel': '/models/all.twinlint' };
    answerPicks('$(circle-slash) Stop using all');
    await bench.command();
    expect(bench.setting()).toBe('');
    await bench.scanned();
    expect(bench.session.roots[0].settings.rescoreModel).toBe('');

    resetWindow();
    workspace.workspaceFolders = [{ uri: Uri.file(bench.root), name: 'data', index: 0 }];
    const shared = JSON.stringify({ rescoreModel: 'shared.twinlint' });
    writeFileSync(join(bench.root, '.twinlint/config.json'), shared);
    answerPicks('$(circle-slash) Stop using shared');
    await bench.command();
    expect(bench.setting()).toBe('');
    expect(readFileSync(join(bench.root, '.twinlint/config.json'), 'utf8')).toBe(shared);
  });

  test('in a folder outside of the workspace it stands in the config file', async () => {
    const bench = rescorerBench();
    await bench.scanned();
    workspace.workspaceFolders = [];
    answerPicks('two-channel', '60 s');
    shown.answers.push('Use It');
    await bench.trainRescorer();
    await vi.waitFor(() => expect(bench.texts()).toHaveLength(2));
    expect(bench.setting()).toBeUndefined();
    expect(bench.config()).toEqual({ rescoreModel: `.twinlint/models/${basename(bench.asked().outPath)}` });
    answerPicks('$(circle-slash) Stop using two-channel');
    await bench.command();
    expect(JSON.parse(readFileSync(join(bench.root, '.twinlint/config.json'), 'utf8'))).toEqual({});
  });

  test('of several folders one is chosen, whose models get the file', async () => {
    const bench = rescorerBench();
    workspace.workspaceFolders = [
      { uri: Uri.file('/nowhere/else'), name: 'else', index: 0 },
      { uri: Uri.file(bench.root), name: 'data', index: 1 },
    ];
    answerPicks('data', 'two-channel', '60 s');
    await bench.trainRescorer();
    expect(bench.asked().scan.roots.map(({ path }) => path)).toEqual([bench.root]);
    expect(bench.asked().outPath.startsWith(join(bench.root, '.twinlint/models/'))).toBe(true);
  });

  test('with too few images to hold any back that is said', async () => {
    const bench = rescorerBench();
    bench.trainingEngine.on(TrainPairNetworkRequest, (params: TrainPairNetworkParams) => {
      const { rocAuc: _, ...summary } = summaryOf(params);
      return summary;
    });
    answerPicks('spp', '30 s');
    await bench.trainRescorer();
    expect(bench.texts()).toEqual(['The re-scorer spp is ready; too few images were held back to judge it on.']);
  });

  test('nothing chosen, nothing trained', async () => {
    const bench = rescorerBench();
    answerPicks(undefined);
    expect(await bench.command()).toBe(false);
    answerPicks('two-channel', undefined);
    expect(await bench.command()).toBe(false);
    workspace.isTrusted = false;
    expect(await bench.command()).toBe(false);
    expect(bench.trainingEngine.calls).toEqual([]);
    expect(bench.texts()).toEqual([expect.stringContaining('not trusted')]);
  });
});

describe('while it learns', () => {
  /** Cancelled as the engine is: with nothing written. */
  const untilCancelledHere = (_params: TrainPairNetworkParams, token?: Parameters<typeof untilCancelled>[0]) =>
    untilCancelled(token);

  test('its progress is told, but is no run of the page', async () => {
    const bench = rescorerBench();
    bench.trainingEngine.on(TrainPairNetworkRequest, untilCancelledHere);
    answerPicks('two-channel', '60 s');
    await bench.command();
    await vi.waitFor(() => expect(bench.asked()).toBeDefined());
    bench.trainingEngine.trainProgress.fire(progressOf({ share: 0.5, etaMs: 30_000 }));
    expect(shown.progress.at(-1)?.message).toBe('Learning · about 30 s left');
    expect(bench.training.snapshot().run).toBeNull();
    bench.training.table().cancelTraining();
    await vi.waitFor(() => expect(bench.texts()).toEqual(['The training was cancelled. No model was written.']));
    expect(bench.models()).toEqual([]);
    expect([bench.trainingEngine.isRunning, bench.training.trainer.isTraining]).toEqual([false, false]);
  });

  test('Cancel of its notification ends it too', async () => {
    const bench = rescorerBench();
    const cancel = new CancellationTokenSource();
    window.withProgress = (_options, work) => work({ report: () => undefined }, cancel.token);
    bench.trainingEngine.on(TrainPairNetworkRequest, untilCancelledHere);
    answerPicks('two-channel', '60 s');
    await bench.command();
    cancel.cancel();
    await vi.waitFor(() => expect(bench.texts()).toEqual(['The training was cancelled. No model was written.']));
  });

  test('nothing else is trained, nor is it begun while something else is', async () => {
    const bench = rescorerBench();
    bench.trainingEngine.on(TrainPairNetworkRequest, untilCancelledHere).on(
      TrainRequest,
      untilCancelledThen((params: TrainParams) => bench.trained(params)),
    );
    answerPicks('two-channel', '60 s');
    await bench.command();
    expect(await bench.training.table().train(classes)).toBe(false);
    expect(await bench.command()).toBe(false);
    const busy = { text: 'A training is under way already.', choices: ['Show', 'Cancel Training'] };
    expect(shown.messages).toMatchObject([busy, busy]);
    bench.training.trainer.cancel();
    await vi.waitFor(() => expect(bench.training.trainer.isTraining).toBe(false));

    expect(await bench.training.table().train(classes)).toBe(true);
    expect(await bench.command()).toBe(false);
    expect(shown.messages.at(-1)).toMatchObject(busy);
    // A page that shows a training is not told of one that it does not show.
    expect(bench.training.snapshot().run).toMatchObject({ state: 'running' });
    bench.training.trainer.cancel();
    await vi.waitFor(() => expect(bench.training.snapshot().run).toMatchObject({ state: 'done' }));
  });

  test('what fails says why, and leaves the folder free for the next', async () => {
    const bench = rescorerBench();
    bench.trainingEngine.on(TrainPairNetworkRequest, () => {
      throw new NoteError(note('Learning to compare two pictures needs at least {0} different ones; there are {1}.', 8, 3));
    });
    answerPicks('two-channel', '60 s');
    await bench.trainRescorer();
    bench.trainingEngine.on(TrainPairNetworkRequest, () => {
      throw new EngineCrashedError({ code: null, signal: 'SIGSEGV', stderrTail: '', givenUp: false });
    });
    answerPicks('two-channel', '60 s');
    await bench.trainRescorer();
    expect(shown.messages).toMatchObject([
      {
        kind: 'error',
        text: 'The training failed: Learning to compare two pictures needs at least 8 different ones; there are 3.',
        choices: ['Show Log'],
      },
      { kind: 'error', text: expect.stringContaining('Scanning is not affected') as string, choices: ['Show Log'] },
    ]);
    expect(readdirSync(join(bench.root, '.twinlint/.local'))).toEqual([]);
  });
});
