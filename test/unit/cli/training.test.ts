import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TrainSummary } from '../../../src/protocol/training';
import { points, problemsOf, ScriptedCli } from './scriptedCli';
import type { Script } from './scriptedEngine';

let scripted: ScriptedCli;
const at: ScriptedCli['at'] = (...parts) => scripted.at(...parts);
const put: ScriptedCli['put'] = (path, text) => scripted.put(path, text);
const run: ScriptedCli['run'] = (script, ...args) => scripted.run(script, ...args);
const start: ScriptedCli['start'] = (...args) => scripted.start(...args);
const asked: ScriptedCli['asked'] = () => scripted.asked();
const model: ScriptedCli['model'] = () => scripted.model();
beforeAll(async () => (scripted = await ScriptedCli.create()));
afterAll(() => scripted.remove());
beforeEach(() => scripted.forget());

const summary = (changes: Partial<TrainSummary> = {}): TrainSummary => ({
  model: model(),
  steps: 4,
  trainMs: 40.4,
  elapsedMs: 61_000,
  ended: 'limit',
  runtime: 'onnxruntime-node',
  threads: 2,
  notes: [{ message: '{0} could not be read.', args: ['x.png'] }],
  points,
  ...changes,
});
const trains: Script = { answers: {} };
const withSummary = (changes: Partial<TrainSummary> = {}): Script => ({ answers: { 'train/run': summary(changes) } });

describe('twinlint train', () => {
  const paramsOf = async (...args: string[]) => {
    const { code, stderr } = await run(withSummary(), 'train', ...args, '--force', '--out', 'out.twinlint');
    expect([code, stderr]).toEqual([0, '']);
    return asked()[0].params;
  };

  test('learns from classes where there are some, else from views; 30 seconds', async () => {
    expect(await paramsOf('classes')).toEqual({
      scan: expect.objectContaining({ roots: [expect.objectContaining({ path: at('classes') })], verdicts: [], keep: false }),
      learnFrom: ['labels'],
      limit: { seconds: 30 },
      outPath: at('out.twinlint'),
    });
    expect(await paramsOf('loose')).toMatchObject({ learnFrom: ['views'] });
    expect(await paramsOf('classes', '--labels', 'none')).toMatchObject({ learnFrom: ['views'] });
    put('loose/labels.csv', 'path,label\n1.png,cat\n2.png,dog\n');
    expect(await paramsOf('loose', '--labels', 'loose/labels.csv')).toMatchObject({ learnFrom: ['labels'] });
  });

  test('every option reaches the engine', async () => {
    put('net.onnx', 'a network');
    const options = [
      ...['--learn', 'views', '--relation', 'mine', '--network', 'small', '--loss', 'triplet', '--distance', 'cosine'],
      ...['--optimizer', 'rmsprop', '--miner', 'hard', '--learning-rate', '1e-4', '--batch-size', '64', '--epochs', '3'],
      ...['--alterations', 'crop, text', '--patience', '5', '--seed', '0', '--runtime', 'onnxruntime-web', '--name', 'mine'],
      ...['--resume', 'state.bin', '--exclude', 'dog/**'],
    ];
    const params = await paramsOf('classes', ...options, '--start-from', 'm.twinlint');
    expect(params.scan.roots[0].settings.exclude).toEqual(['dog/**']);
    expect({ ...params, scan: undefined }).toEqual({
      learnFrom: ['views'],
      relation: 'mine',
      network: 'small',
      loss: 'triplet',
      distance: 'cosine',
      optimizer: 'rmsprop',
      miner: 'hard',
      learningRate: 1e-4,
      batchSize: 64,
      limit: { epochs: 3 },
      alterations: ['crop', 'text'],
      patience: 5,
      seed: 0,
      runtime: 'onnxruntime-web',
      name: 'mine',
      startFrom: at('m.twinlint'),
      checkpointPath: at('state.bin'),
      outPath: at('out.twinlint'),
    });
    expect(await paramsOf('classes', '--start-from', 'starter')).toMatchObject({ startFrom: 'starter' });
    expect(await paramsOf('classes', '--backbone', 'net.onnx')).toMatchObject({ backbone: at('net.onnx') });
    const how = ['--backbone-output', 'pool', '--backbone-input-range', 'unit', '--backbone-pooling', 'first'];
    expect(await paramsOf('classes', '--backbone', 'net.onnx', ...how, '--backbone-size', '96')).toMatchObject({
      backbone: at('net.onnx'),
      backboneOptions: { output: 'pool', preprocessing: 'unit', pooling: 'first', size: 96 },
    });
    expect(await paramsOf('classes', '--backbone', 'net.onnx', '--backbone-size', '96')).toMatchObject({
      backboneOptions: { size: 96 },
    });
  });

  test('pairs of a table become verdicts on contents, in place of older ones on the same pair', async () => {
    const content = (name: string) =>
      createHash('sha256')
        .update(readFileSync(at('loose', name)))
        .digest('hex');
    const image = (name: string) => ({ path: name, content: content(name) });
    const verdict = { time: '2024-01-01T00:00:00.000Z', relation: 'same-picture' };
    const lines = [
      { ...verdict, id: 'old', verdict: 'similar', images: [image('2.png'), image('1.png')] },
      { ...verdict, id: 'kept', verdict: 'similar', images: [image('2.png'), image('3.png')] },
    ];
    put('loose/.twinlint/verdicts/me.jsonl', lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    put('pairs.csv', 'a,b,verdict\r\n1.png,2.png,different\r\n"1.png",./3.png,1\r\n');
    const params = await paramsOf('loose', '--pairs', 'pairs.csv');
    expect(params.learnFrom).toEqual(['pairs']);
    expect(
      params.scan.verdicts.map(({ id, ...rest }: { id: string }) => {
        expect(id).not.toBe('old');
        return rest;
      }),
    ).toEqual([
      { relation: 'same-picture', verdict: 'similar', images: [image('2.png'), image('3.png')] },
      { relation: 'same-picture', verdict: 'different', images: [image('1.png'), image('2.png')] },
      { relation: 'same-picture', verdict: 'similar', images: [image('1.png'), image('3.png')] },
    ]);
    const both = await paramsOf('loose', '--pairs', 'pairs.csv', '--learn', 'labels', '--relation', 'sleeves');
    expect(both.learnFrom).toEqual(['labels', 'pairs']);
    expect(both.scan.verdicts.at(-1).relation).toBe('sleeves');
    rmSync(at('loose/.twinlint'), { recursive: true });
  });

  test('the text names what matters; JSON has its schema; the plot is a picture', async () => {
    const script = withSummary({ before: { accuracy: 0.5, rocAuc: 0.5 } });
    const { stdout } = await run(script, 'train', 'classes', '--out', 'out.twinlint');
    expect(stdout).toMatch(/Learnt from +40 images, 6 pairs: labels and pairs/);
    expect(stdout).toMatch(/Held-back images +accuracy 96\.4 %, ROC-AUC 0\.991/);
    expect(stdout).toMatch(/Before training +accuracy 50\.0 %/);
    expect(stdout).toMatch(/\(1\.2 MB\)/);
    expect(stdout).toContain('Note: x.png could not be read.\n');
    const json = await run(
      script,
      'train',
      'classes',
      '--force',
      '--out',
      'out.twinlint',
      '--format',
      'json',
      '--plot',
      'plot.svg',
    );
    expect(problemsOf('train-v1', json.stdout)).toBeNull();
    expect(JSON.parse(json.stdout)).toMatchObject({ ended: 'limit', trainMs: 40, model: { threshold: 0.432199 }, points });
    expect(readFileSync(at('plot.svg'), 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
  });

  test('the JSON log has the newest point of each snapshot; text is silent where there is no terminal', async () => {
    const progress: Script['progress'] = [
      { phase: 'read', share: 0.5, points: [] },
      { phase: 'train', share: 0.25, etaMs: 1234.5, points: points.slice(0, 2) },
    ];
    const script = { ...withSummary(), progress };
    const { stderr } = await run(script, 'train', 'classes', '--out', 'out.twinlint', '--format', 'json');
    expect(
      stderr
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual([
      { phase: 'read', share: 0.5 },
      { phase: 'train', share: 0.25, etaMs: 1235, ...points[1] },
    ]);
    expect((await run(script, 'train', 'classes', '--force', '--out', 'out.twinlint')).stderr).toBe('');
  });

  test('a training that ran away says so, and its model counts', async () => {
    const script = withSummary({ ended: 'diverged' });
    const { code, stdout } = await run(script, 'train', 'classes', '--out', 'out.twinlint');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\(stopped: the loss ran away again and again; the best from before was kept\)\n/);
    const json = await run(script, 'train', 'classes', '--force', '--out', 'out.twinlint', '--format', 'json');
    expect(problemsOf('train-v1', json.stdout)).toBeNull();
    expect(JSON.parse(json.stdout).ended).toBe('diverged');
  });

  test('Ctrl+C keeps the best so far, says so, and ends with 130', async () => {
    const progress: Script['progress'] = [{ phase: 'train', share: 0.1, points: points.slice(0, 1) }];
    const script: Script = { answers: {}, progress, onCancel: summary({ ended: 'cancelled' }) };
    const { child, ended, stderrSoFar } = start(script, ['train', 'classes', '--out', 'out.twinlint', '--format', 'json']);
    while (!stderrSoFar().includes('"train"')) await new Promise(resolve => setTimeout(resolve, 5));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout).ended).toBe('cancelled');
    expect(stderr).toMatch(/\ntwinlint: interrupted; the best so far, after 4 steps, is saved in .*m\.twinlint\n$/);
    expect(readFileSync(at('out.twinlint'), 'utf8')).toBe('written by the engine');
  });

  test('Ctrl+C before anything was reached writes nothing', async () => {
    const progress: Script['progress'] = [{ phase: 'read', share: 0.1, points: [] }];
    const args = ['train', 'classes', '--out', 'out.twinlint', '--format', 'json', '--plot', 'plot.svg'];
    const { child, ended, stderrSoFar } = start({ answers: {}, progress, onCancel: null }, args);
    while (!stderrSoFar().includes('"read"')) await new Promise(resolve => setTimeout(resolve, 5));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(/\ntwinlint: interrupted before there was anything to keep; nothing was written\.\n$/);
    expect(readdirSync(at()).filter(name => /out\.twinlint|plot/.test(name))).toEqual([]);
  });

  test('what the engine refuses is one line, exit code 2; a model is never replaced unasked', async () => {
    const refusal = { message: 'Training needs at least two images, {0} has one.', args: ['x'] };
    const refused = await run({ answers: {}, refusal }, 'train', 'classes', '--out', 'out.twinlint');
    expect(refused).toEqual({ code: 2, stdout: '', stderr: 'twinlint: Training needs at least two images, x has one.\n' });
    const kept = await run(trains, 'train', 'classes', '--out', 'm.twinlint');
    expect(kept).toEqual({ code: 2, stdout: '', stderr: 'twinlint: --out m.twinlint is there already; --force replaces it\n' });
    expect(readFileSync(at('m.twinlint'), 'utf8')).toBe('a model');
  });

  test('an interrupted training that goes on may replace its model; the models folder is made', async () => {
    put('state', 'a checkpoint');
    put('out.twinlint', 'interrupted');
    expect((await run(withSummary(), 'train', 'classes', '--out', 'out.twinlint', '--resume', 'state')).code).toBe(0);
    const inside = await run(withSummary(), 'train', 'classes', '--out', 'classes/.twinlint/models/a.twinlint');
    expect(inside.code).toBe(0);
    expect(existsSync(at('classes/.twinlint/models/a.twinlint'))).toBe(true);
    expect(readFileSync(at('classes/.twinlint/.gitignore'), 'utf8')).toContain('/trash/');
  });

  test.each([
    [['train'], 'train takes one folder'],
    [['train', 'classes'], 'train needs --out MODEL'],
    [['train', 'nowhere', '--out', 'o'], 'there is no folder nowhere'],
    [['train', 'classes', '--out', 'no/o'], 'there is no folder'],
    [['train', 'classes', '--out', 'classes'], 'is a folder; name a file'],
    [
      ['train', 'classes', '--out', 'o', '--learn', 'label'],
      '--learn is "label", but must be labels, pairs, views; did you mean labels?',
    ],
    [['train', 'classes', '--out', 'o', '--learn', 'labels', '--learn', 'views'], 'labels or views, not both'],
    [['train', 'classes', '--out', 'o', '--learn', 'views', '--alterations', 'none'], 'needs alterations'],
    [['train', 'classes', '--out', 'o', '--alterations', 'corp'], 'no alteration "corp"; did you mean crop?'],
    [['train', 'classes', '--out', 'o', '--loss', 'triplets'], '--loss is "triplets"'],
    [['train', 'classes', '--out', 'o', '--seconds', '0'], '--seconds is "0", but must be a number above 0'],
    [['train', 'classes', '--out', 'o', '--seconds', '1', '--epochs', '1'], 'exclude each other'],
    [['train', 'classes', '--out', 'o', '--epochs', '1.5'], '--epochs is "1.5", but must be a whole number'],
    [['train', 'classes', '--out', 'o', '--start-from', 'gone.twinlint'], '--start-from: there is no file gone.twinlint'],
    [['train', 'classes', '--out', 'o', '--backbone', 'gone.onnx'], '--backbone: there is no file gone.onnx'],
    [['train', 'classes', '--out', 'o', '--backbone-size', '96'], '--backbone-size says how a backbone is used; name one with'],
    [
      ['train', 'classes', '--out', 'o', '--backbone', 'm.twinlint', '--backbone-input-range', 'sined'],
      '--backbone-input-range is "sined", but must be unit, signed, imagenet, clip, bytes; did you mean signed?',
    ],
    [
      ['train', 'classes', '--out', 'o', '--backbone', 'm.twinlint', '--backbone-pooling', 'max'],
      '--backbone-pooling is "max", but must be mean, first',
    ],
    [
      ['train', 'classes', '--out', 'o', '--backbone', 'm.twinlint', '--backbone-size', '7'],
      '--backbone-size is "7", but must be a whole number from 8 to 1024',
    ],
    [['train', 'classes', '--out', 'o', '--pairs', 'gone.csv'], '--pairs: there is no file gone.csv'],
    [['train', 'classes', '--out', 'o', '--format', 'html'], '--format is "html", but must be text, json'],
    [['scan', 'classes', '--epochs', '3'], '--epochs is no option of scan, but of train'],
    [['evaluate', 'm.twinlint'], 'evaluate takes a model and a folder'],
    [['evaluate', 'gone', 'classes'], 'the model: there is no file gone'],
    [['evaluate', 'm.twinlint', 'classes', '--by', 'label'], '--by is "label"'],
    [['export', 'm.twinlint'], 'export takes a model and the file to write'],
    [['export', 'm.twinlint', '--onnx', 'm.twinlint', '--force'], 'names the model itself'],
    [['case-study'], 'there is one case study'],
    [['case-study', 'fashion-mnist', '--recipe', 'book', '--seconds', '3'], '--seconds is for the recipes fast and best'],
    [['case-study', 'fashion-mnist', '--data', 'classes'], '--data: classes holds no file named train-images'],
    [['case-study', 'fashion-mnist', '--data', 'gone'], 'there is no folder gone'],
    [['models'], 'models takes one folder'],
    [['compare', 'm.twinlint', 'classes'], 'compare takes two models'],
    [['train', 'classes', '--network', 'two-channel', '--out', 'o', '--loss', 'triplet'], '--loss is for networks that embed'],
    [['train', 'classes', '--network', 'spp', '--out', 'o', '--learn', 'labels'], 'learns from altered views'],
    [['scan', 'classes', '--rescore-model', 'gone'], '--rescore-model: there is no file gone'],
    [['compare', 'losses'], 'compare losses takes one folder'],
    [['compare', 'losses', 'classes', '--losses', 'triplett'], 'did you mean triplet?'],
    [['compare', 'losses', 'classes', '--learn', 'pairs'], 'learns from labels or from views'],
    [['compare', 'losses', 'classes', '--format', 'sarif'], '--format is "sarif", but must be text, json, csv, markdown'],
    [['compare', 'a', 'b', 'classes', '--steps', '3'], '--steps is an option of "compare losses DIR"'],
    [['compare', 'm.twinlint', 'm.twinlint', 'classes'], 'm.twinlint is named twice'],
    [['compare', 'm.twinlint', 'gone', 'classes'], 'the model: there is no file gone'],
  ])('%j is told in one line with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await scripted.refusalOf(args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^twinlint: [^\n]+\n$/);
    expect([code, stdout]).toEqual([2, '']);
  });

  test.each([
    ['1.png,2.png,maybe', 'row 1: expected two paths and similar or different'],
    ['1.png,2.png', 'row 1: expected two paths'],
    ['a,b,verdict\n1.png,gone.png,similar', 'row 2: there is no file "gone.png"'],
    ['1.png,../classes/cat/1.png,1', 'row 1: "../classes/cat/1.png" does not lie below'],
    ['1.png,1.png,1', 'row 1 names one image twice'],
    ['1.png,2.png,1\n\n2.png,1.png,0', 'row 3 says different, but row 1 says similar of the same two images'],
    ['a,b,verdict\n', 'holds no pairs'],
    ['1.png,2.png,1\n"1.png,3.png,0', 'a quotation mark is opened and never closed'],
  ])('a table of pairs %j is refused', async (csv, message) => {
    put('bad.csv', csv);
    const { code, stderr } = await scripted.refusalOf(['train', 'loose', '--out', 'o', '--pairs', 'bad.csv']);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^twinlint: bad\.csv[^\n]+\n$/);
    expect(code).toBe(2);
  });
});
