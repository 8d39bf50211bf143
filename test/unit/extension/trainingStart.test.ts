import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { TrainRequest, type TrainParams } from '../../../src/protocol/training';
import { settings, shown, Uri, window, workspace } from './fakeVscode';
import { answerPicks, classes, pairVerdict, resetWindow, trainingBench, untilCancelledThen } from './trainingBench';

beforeEach(resetWindow);

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
