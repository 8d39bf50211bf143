import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineCrashedError } from '../../../src/client/engineClient';
import { CompareFindingsRequest, CompareModelsRequest } from '../../../src/protocol/labeling';
import {
  ExportOnnxRequest,
  TrainRequest,
  type TrainParams,
  type TrainProgress,
  type TrainSummary,
} from '../../../src/protocol/training';
import type { Token } from './fakeEngine';
import { CancellationError, resetShown, settings, shown, Uri, window, workspace } from './fakeVscode';

import { infoOf, pairVerdict, trainingBench, untilCancelledThen } from './trainingBench';

const classes = { learnFrom: ['labels'], seconds: 5 };
const progress = (change: Partial<TrainProgress> = {}): TrainProgress => ({ phase: 'train', share: 0.5, points: [], ...change });
const defaults = {
  showQuickPick: window.showQuickPick,
  showInputBox: window.showInputBox,
  showSaveDialog: window.showSaveDialog,
  showOpenDialog: window.showOpenDialog,
};

beforeEach(() => {
  resetShown();
  Object.assign(window, defaults);
});

/** Answers quick picks in turn with the item of that label, and keeps what was offered. */
function answerPicks(
  ...answers: readonly (string | readonly string[] | undefined)[]
): { label: string; description?: string; detail?: string; picked?: boolean }[][] {
  const offered: { label: string; description?: string; detail?: string; picked?: boolean }[][] = [];
  const left = [...answers];
  window.showQuickPick = items => {
    const list = items as (typeof offered)[number];
    offered.push(list);
    const answer = left.shift();
    if (answer === undefined) return Promise.resolve(undefined);
    const find = (label: string): unknown => {
      const found = list.find(item => item.label === label);
      if (!found) throw new Error(`No ${label} among ${list.map(item => item.label).join(', ')}`);
      return found;
    };
    return Promise.resolve(typeof answer === 'string' ? find(answer) : answer.map(find));
  };
  return offered;
}

describe('starting a training', () => {
  test('from the palette: what to learn from with its counts, then how long; a new scan first where there is none', async () => {
    const bench = trainingBench({ verdicts: [pairVerdict('1', 'different')], summary: { classes: ['a', 'b', 'c'] } });
    const offered = answerPicks('Class folders', 'Standard');
    expect(await bench.train(undefined)).toBe(true);
    expect(bench.scan).toHaveBeenCalled();
    expect(offered[0].map(({ label, description, detail }) => [label, description, detail].join(' | '))).toEqual([
      'Class folders | 3 classes | The model tells kinds of things apart: it judges labels.',
      'No labels: altered views of each image | 10 images | The model finds altered copies: near-duplicates and leaks between splits.',
      'Altered views and my pairs | 10 images, 1 verdict: 0 similar, 1 different | The model finds altered copies: near-duplicates and leaks between splits.',
      'Not possible yet |  | ',
      '$(circle-slash) My pairs: same picture or not | 1 verdict: 0 similar, 1 different | All your verdicts say "different"; at least one pair has to be similar.',
      '$(circle-slash) My pairs: same kind of thing or not | 0 verdicts: 0 similar, 0 different | There are no verdicts of this kind yet.',
      '$(circle-slash) Class folders and my pairs | 3 classes, 0 verdicts: 0 similar, 0 different | There are no verdicts of this kind yet.',
    ]);
    expect(offered[1].slice(0, 3).map(({ label, description }) => `${label} ${description}`)).toEqual([
      'Standard 60 s',
      'Quick 15 s',
      'Thorough 5 min',
    ]);
    const params = bench.params();
    expect(params).toMatchObject({
      learnFrom: ['labels'],
      relation: 'same-class',
      limit: { seconds: 60 },
      seed: 1,
      runtime: 'auto',
    });
    expect(params.scan).toMatchObject({ keep: false, roots: [{ path: bench.root }] });
    expect(basename(params.outPath)).toMatch(/^\d{4}-\d{2}-\d{2}-\d{4}-classes\.twinlint$/);
    expect(params.outPath.startsWith(join(bench.root, '.twinlint/models/'))).toBe(true);
  });

  test('without labels the changes to ignore are chosen; mirrored copies are other pictures unless the settings say otherwise', async () => {
    const bench = trainingBench();
    const offered = answerPicks('No labels: altered views of each image', ['Crops', 'Blur'], 'Quick');
    await bench.train(undefined);
    const usual = offered[1].filter(item => item.picked).map(item => item.label);
    expect(usual).toContain('Crops');
    expect(usual).not.toContain('Mirroring');
    expect(bench.params()).toMatchObject({ alterations: ['crop', 'blur'], learnFrom: ['views'], relation: 'same-picture' });
    settings.user = { 'twinlint.mirrors': true };
    const again = answerPicks('No labels: altered views of each image', undefined);
    await bench.scanned();
    await bench.train(undefined);
    expect(again[1].find(item => item.label === 'Mirroring')?.picked).toBe(true);
  });

  test('choosing what is not possible says why, and starts nothing', async () => {
    const bench = trainingBench({ summary: { classes: [] } });
    answerPicks('$(circle-slash) Class folders');
    expect(await bench.train(undefined)).toBe(false);
    expect(bench.texts()).toEqual(['Class folders: There are fewer than two class folders.']);
    expect(bench.trainingEngine.calls).toEqual([]);
  });

  test('new verdicts go on from the active model of their relation, not from one of another', async () => {
    const verdicts = [pairVerdict('1', 'similar'), pairVerdict('2', 'similar', 'same-class')];
    const bench = trainingBench({ verdicts });
    const model = bench.addModel('2026-01-01-0000-mine', { relation: 'same-picture' });
    settings.user = { 'twinlint.model': '.twinlint/models/2026-01-01-0000-mine.twinlint' };
    await bench.scanned();
    await bench.train({ learnFrom: ['pairs'], relation: 'same-picture', seconds: 5 });
    expect(bench.params().startFrom).toBe(model);
    await bench.train({ learnFrom: ['pairs'], relation: 'same-class', seconds: 5 });
    expect(bench.params().startFrom).toBeUndefined();
  });

  test('what was asked to measure with is not learned from, and not counted', async () => {
    const audit = { ...pairVerdict('2', 'similar'), audit: { probability: 0.1 } };
    const bench = trainingBench({ verdicts: [pairVerdict('1', 'similar'), audit] });
    const offered = answerPicks('My pairs: same picture or not', 'Quick');
    await bench.train(undefined);
    expect(offered[0].find(item => item.label.startsWith('My pairs: same picture'))?.description).toBe(
      '1 verdict: 1 similar, 0 different',
    );
    expect(bench.params().scan.verdicts.map(verdict => verdict.id)).toEqual(['1']);
  });

  test('advanced choices are kept while the length is chosen', async () => {
    const bench = trainingBench();
    answerPicks('Class folders', 'Advanced…', 'chapter', 'triplet', 'Automatic', 'Starter', 'Thorough');
    await bench.train(undefined);
    expect(bench.params()).toMatchObject({ network: 'chapter', loss: 'triplet', startFrom: 'starter', limit: { seconds: 300 } });
    expect(bench.params()).not.toHaveProperty('distance');
  });

  test('a pretrained network takes the network’s place, and is not offered for altered views', async () => {
    const bench = trainingBench();
    const file = Uri.file('/nets/model.json');
    window.showOpenDialog = () => Promise.resolve([file]);
    const learned = answerPicks(
      'Class folders',
      'Advanced…',
      'chapter',
      'Automatic',
      'cosine',
      'A pretrained network (ONNX or TensorFlow.js)…',
      'unit',
      'Quick',
    );
    await bench.train(undefined);
    expect(bench.params()).toMatchObject({
      backbone: file.fsPath,
      backboneOptions: { preprocessing: 'unit' },
      distance: 'cosine',
      limit: { seconds: 15 },
    });
    expect(bench.params()).not.toHaveProperty('network');
    expect(bench.params()).not.toHaveProperty('startFrom');
    expect(learned[6].map(({ label }) => label)).toEqual(['Automatic', 'unit', 'signed', 'imagenet', 'clip', 'bytes']);

    const views = answerPicks(
      'No labels: altered views of each image',
      ['Crops'],
      'Advanced…',
      'Automatic',
      'Automatic',
      'Automatic',
      'Starter',
      'Quick',
    );
    await bench.train(undefined);
    expect(views[6].map(({ label }) => label)).not.toContain('A pretrained network (ONNX or TensorFlow.js)…');
    expect(bench.params()).toMatchObject({ startFrom: 'starter' });
    expect(bench.params()).not.toHaveProperty('backbone');
  });

  test('an untrusted workspace is not trained on', async () => {
    const bench = trainingBench();
    workspace.isTrusted = false;
    expect(await bench.train(classes)).toBe(false);
    expect(shown.messages).toMatchObject([
      { text: expect.stringContaining('not trusted') as string, choices: ['Manage Workspace Trust'] },
    ]);
    expect(bench.training.snapshot().locked).toContain('not trusted');
    expect(readdirSync(bench.root)).toEqual([]);
  });

  test('where models cannot be written that is said before anything is learned', async () => {
    const bench = trainingBench();
    // A file where the folder has to be: as good as read-only, for root too.
    mkdirSync(join(bench.root, '.twinlint'));
    writeFileSync(join(bench.root, '.twinlint/models'), '');
    expect(await bench.train(classes)).toBe(false);
    expect(bench.texts()[0]).toMatch(/^Models are kept in .*models, which cannot be written \(EEXIST\)\.$/);
    expect(bench.trainingEngine.calls).toEqual([]);
  });

  test('one at a time', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(
      TrainRequest,
      untilCancelledThen((params: TrainParams) => bench.trained(params)),
    );
    await bench.training.table().train(classes);
    expect(await bench.training.table().train(classes)).toBe(false);
    expect(shown.messages).toMatchObject([{ text: 'A training is under way already.', choices: ['Show', 'Cancel Training'] }]);
    bench.training.trainer.cancel();
    // To its end, so that what it says is not said in the next test.
    await vi.waitFor(() => expect(shown.messages).toHaveLength(2));
  });
});

describe('while it learns', () => {
  test('its curve is in the snapshot; cancelling keeps the best so far', async () => {
    const bench = trainingBench();
    bench.trainingEngine.on(
      TrainRequest,
      untilCancelledThen((params: TrainParams) => bench.trained(params, { ended: 'cancelled' })),
    );
    await bench.training.table().train(classes);
    const points = [{ step: 1, elapsedMs: 100, loss: 0.5, pairAccuracy: 0.6, learningRate: 0.001 }];
    bench.trainingEngine.trainProgress.fire(progress({ points, etaMs: 4000 }));
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

describe('when it is done', () => {
  test('the model is named in the shared settings, scanned with, and what changed is said; one click goes back', async () => {
    const bench = trainingBench();
    await bench.scanned();
    bench.findings.auto = ['a', 'b', 'c'];
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => {
      bench.findings[`.twinlint/models/${basename(params.outPath)}`] = ['c', 'd', 'e', 'f'];
      return bench.trained(params);
    });
    await bench.train(classes);
    await vi.waitFor(() => expect(bench.texts()).toHaveLength(1));
    expect(bench.texts()[0]).toBe(
      'The model classes is ready: pair accuracy 0.900 on held-back pairs. The model classes is active: Near-duplicate: 3 new, 2 gone.',
    );
    expect(shown.messages[0].choices).toEqual(['Go Back']);
    expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(bench.params().outPath)}` });
    const { change, previous } = bench.training.snapshot();
    expect(change).toMatchObject({ from: null, to: 'classes', kinds: [{ kind: 'near-duplicate', appeared: 3, gone: 2 }] });
    expect(previous).toEqual({ name: null });

    await bench.training.table().previousModel();
    expect(bench.config()).toEqual({});
    expect(bench.texts()[1]).toBe('The built-in measure is active: Near-duplicate: 2 new, 3 gone.');
    expect(bench.training.snapshot()).toMatchObject({ models: [{ isActive: false }], previous: { name: 'classes' } });
    // And there again.
    await bench.training.table().previousModel();
    expect(bench.training.snapshot()).toMatchObject({ models: [{ isActive: true }], previous: { name: null } });
  });

  test('one that does worse than what it started from is offered, not made active', async () => {
    const bench = trainingBench();
    await bench.scanned();
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) =>
      bench.trained(params, { before: { accuracy: 0.95, rocAuc: 0.99 } }),
    );
    await bench.train(classes);
    await vi.waitFor(() => expect(bench.texts()).toHaveLength(1));
    expect(bench.texts()[0]).toBe(
      'The model classes is ready: pair accuracy 0.950 → 0.900 on held-back pairs. It does worse than the model it started from, so it was not made active.',
    );
    expect(shown.messages[0].choices).toEqual(['Make Active']);
    expect(existsSync(join(bench.root, '.twinlint/config.json'))).toBe(false);
  });

  /** Trains classes beside an active model of classes, whose figures on the audits are given. */
  async function besideActive(comparison: unknown, before?: TrainSummary['before']) {
    const bench = trainingBench();
    const active = bench.addModel('2026-01-01-0000-old');
    await bench.scanned();
    await bench.training.library.refresh();
    await bench.training.act({ kind: 'activate', path: active });
    const told = shown.messages.length;
    bench.engine.on(CompareModelsRequest, () => comparison);
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => bench.trained(params, before ? { before } : {}));
    await bench.train(classes);
    await vi.waitFor(() => expect(bench.texts().length).toBeGreaterThan(told));
    return { bench, active, text: bench.texts().at(-1)! };
  }
  const accuracyOf = (value: number) => ({ accuracy: { value, low: value - 0.1, high: 1 } });
  const comparisonOf = (audits: number, before: number, after: number) => ({
    audits,
    accuracies: [accuracyOf(before), accuracyOf(after)],
    disagreements: 0,
    differing: [],
  });

  test('one that loses to the active one on enough audits is offered, with the figures, whatever the held-back pairs say', async () => {
    const { bench, active, text } = await besideActive(comparisonOf(20, 0.9, 0.85), { accuracy: 0.5, rocAuc: 0.5 });
    expect(text).toBe(
      'The model classes is ready: pair accuracy 0.500 → 0.900 on held-back pairs. On 20 audits: accuracy 0.900 → 0.850. It does worse than the active model, so it was not made active.',
    );
    expect(shown.messages.at(-1)!.choices).toEqual(['Make Active']);
    expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(active)}` });
    const asked = bench.engine.calls.find(call => call.method === CompareModelsRequest.method)!.params;
    expect(asked).toEqual({ models: [active, bench.params().outPath], relation: 'same-class' });
  });

  test('one that does not lose on the audits is made active, also where the held-back pairs say less', async () => {
    const { bench, text } = await besideActive(comparisonOf(20, 0.9, 0.9), { accuracy: 0.95, rocAuc: 0.99 });
    expect(text).toContain('On 20 audits: accuracy 0.900 → 0.900. The model classes is active');
    expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(bench.params().outPath)}` });
  });

  test('with fewer audits the held-back pairs decide, as they do where the audits cannot be judged', async () => {
    for (const comparison of [comparisonOf(19, 0.9, 0.95), null, { audits: 0, disagreements: 0, differing: [] }]) {
      const { bench, active, text } = await besideActive(comparison, { accuracy: 0.95, rocAuc: 0.99 });
      expect(text).not.toContain('audits');
      expect(text).toContain('It does worse than the model it started from');
      expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(active)}` });
    }
  });

  test.each([
    ['ask', ['Make Active']],
    ['never', []],
  ])('with twinlint.train.activate "%s" nothing is made active', async (activate, choices) => {
    const bench = trainingBench();
    settings.user = { 'twinlint.train.activate': activate };
    await bench.train(classes);
    await vi.waitFor(() => expect(shown.messages).toHaveLength(1));
    expect(shown.messages[0].choices).toEqual(choices);
    expect(bench.training.snapshot().models).toMatchObject([{ isActive: false }]);
  });
});

describe('models', () => {
  const name = '2026-01-01-0000-mine';

  async function withModel() {
    const bench = trainingBench();
    const path = bench.addModel(name);
    await bench.scanned();
    await bench.training.library.refresh();
    return { bench, path };
  }

  const comparison = { audits: 0, disagreements: 0, differing: [] };
  const found = {
    thresholds: [0.25, 0.25],
    kinds: [{ kind: 'near-duplicate', onlyFirst: 31, onlySecond: 12, both: 5 }],
  };

  test('one is put beside the built-in measure where there is no other, and taken away again', async () => {
    const { bench, path } = await withModel();
    const offered = answerPicks();
    bench.engine.on(CompareModelsRequest, () => comparison).on(CompareFindingsRequest, () => found);
    expect(await bench.training.act({ kind: 'compare', path })).toBe(true);
    expect(offered).toEqual([]);
    expect(bench.training.snapshot().compared).toMatchObject({ names: ['mine', null], models: [{ path }, null], comparison });
    await vi.waitFor(() => expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'done', found }));
    expect(await bench.training.act({ kind: 'compare', path: `${path}.gone` })).toBe(false);
    await bench.training.act({ kind: 'endCompare' });
    expect(bench.training.snapshot().compared).toBeNull();
  });

  test('any two are compared: the active one is offered first', async () => {
    const { bench, path } = await withModel();
    const [second, third] = ['2026-01-02-0000-second', '2026-01-03-0000-third'].map(each => bench.addModel(each));
    bench.engine.on(CompareModelsRequest, () => comparison).on(CompareFindingsRequest, () => found);
    await bench.training.library.refresh();
    await bench.training.act({ kind: 'activate', path });
    const offered = answerPicks('third', undefined);
    expect(await bench.training.act({ kind: 'compare', path: second })).toBe(true);
    expect(offered[0]).toMatchObject([
      { label: 'mine', description: 'active' },
      { label: 'third' },
      { label: 'Built-in measure' },
    ]);
    expect(bench.training.snapshot().compared).toMatchObject({ names: ['second', 'third'] });
    const asked = bench.engine.calls.filter(call => call.method === CompareFindingsRequest.method).at(-1)!.params;
    expect(asked).toEqual({ models: [second, third] });
    expect(await bench.training.act({ kind: 'compare', path })).toBe(false);
    expect(bench.training.snapshot().compared).toMatchObject({ names: ['second', 'third'] });
  });

  test('what two find is not waited for: another comparison ends it, and a failure or a scan in between is told', async () => {
    const { bench, path } = await withModel();
    bench.engine.on(CompareModelsRequest, () => comparison);
    const tokens: Token[] = [];
    bench.engine.on(CompareFindingsRequest, (_params, token) => {
      tokens.push(token!);
      return new Promise(() => undefined);
    });
    expect(await bench.training.act({ kind: 'compare', path })).toBe(true);
    expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'comparing' });
    bench.engine.on(CompareFindingsRequest, () => null);
    await bench.training.act({ kind: 'compare', path });
    expect(tokens[0].isCancellationRequested).toBe(true);
    await vi.waitFor(() => expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'overtaken' }));
    bench.engine.on(CompareFindingsRequest, () => Promise.reject(new Error('no room')));
    await bench.training.act({ kind: 'compare', path });
    await vi.waitFor(() => expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'failed', problem: 'no room' }));
  });

  test('a workspace setting that names a model is changed where it stands: it would win over the file', async () => {
    const { bench, path } = await withModel();
    settings.workspace = { 'twinlint.model': '.twinlint/models/other.twinlint' };
    expect(await bench.training.act({ kind: 'activate', path })).toBe(true);
    expect(settings.workspace['twinlint.model']).toBe(`.twinlint/models/${name}.twinlint`);
    expect(existsSync(join(bench.root, '.twinlint/config.json'))).toBe(false);
    await bench.training.act({ kind: 'builtIn' });
    expect(settings.workspace['twinlint.model']).toBe('none');
  });

  test('the active one that is deleted makes room first; undo brings it back, active', async () => {
    const { bench, path } = await withModel();
    await bench.training.act({ kind: 'activate', path });
    expect(await bench.training.act({ kind: 'delete', path })).toBe(true);
    expect(existsSync(path)).toBe(false);
    expect(bench.config()).toEqual({});
    expect(shown.messages.at(-1)).toMatchObject({ text: 'The model mine is in the trash.', choices: ['Undo'] });
    expect(await bench.training.act({ kind: 'undoDelete' })).toBe(true);
    expect(existsSync(path)).toBe(true);
    expect(bench.config()).toEqual({ model: `.twinlint/models/${name}.twinlint` });
    // Once only.
    expect(await bench.training.act({ kind: 'undoDelete' })).toBe(false);
  });

  test('a new name goes into the settings too', async () => {
    const { bench, path } = await withModel();
    await bench.training.act({ kind: 'activate', path });
    window.showInputBox = () => Promise.resolve('better');
    expect(await bench.training.act({ kind: 'rename', path })).toBe(true);
    expect(existsSync(path.replace('mine', 'better'))).toBe(true);
    expect(bench.config()).toEqual({ model: '.twinlint/models/2026-01-01-0000-better.twinlint' });
  });

  test('export asks where, and says what was written', async () => {
    const { bench, path } = await withModel();
    const target = join(bench.root, 'mine.onnx');
    window.showSaveDialog = () => Promise.resolve(Uri.file(target));
    bench.engine.on(ExportOnnxRequest, () => ({ sizeBytes: 3 * 2 ** 20 }));
    expect(await bench.training.act({ kind: 'export', path })).toBe(true);
    expect(bench.engine.calls.at(-1)?.params).toEqual({ path, outPath: target });
    expect(bench.texts().at(-1)).toBe(`${target} was written (3.0 MB).`);
  });

  test('a page can name no other file', async () => {
    const { bench } = await withModel();
    const stranger = join(bench.root, 'photo.twinlint');
    writeFileSync(stranger, 'mine');
    for (const kind of ['activate', 'rename', 'export', 'delete'] as const) {
      expect(await bench.training.act({ kind, path: stranger })).toBe(false);
      expect(await bench.training.act({ kind, path: '/etc/passwd' })).toBe(false);
    }
    expect(existsSync(stranger)).toBe(true);
    expect(existsSync(join(bench.root, '.twinlint/config.json'))).toBe(false);
  });

  test('a settings file that is broken stays as it is, and the message says where', async () => {
    const { bench, path } = await withModel();
    writeFileSync(join(bench.root, '.twinlint/config.json'), '{ "model": ');
    expect(await bench.training.act({ kind: 'activate', path })).toBe(false);
    expect(bench.texts().at(-1)).toMatch(/config\.json/);
  });

  test('newest first; without trust none is listed', async () => {
    const { bench } = await withModel();
    bench.infos.push(infoOf(bench.modelPath('newer'), { trainedAt: '2026-05-01T00:00:00.000Z' }));
    await bench.training.library.refresh();
    expect(bench.training.snapshot().models.map(row => row.name)).toEqual(['newer', 'mine']);
    workspace.isTrusted = false;
    await bench.training.library.refresh();
    expect(bench.training.snapshot().models).toEqual([]);
  });
});
