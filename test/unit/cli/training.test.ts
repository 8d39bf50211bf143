import Ajv from 'ajv';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvaluateSummary, ModelInfo, RuntimeStatus, TrainPoint, TrainSummary } from '../../../src/protocol/training';
import type { Interruption } from '../../../src/cli/interruption';
import { ProgressLine } from '../../../src/cli/progressLine';
import { run as runHere } from '../../../src/cli/run';
import { buildCli } from './buildCli';
import type { Script } from './scriptedEngine';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
const at = (...parts: string[]) => join(work, ...parts);
const scriptFile = () => at('script.json');
const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

function start(script: Script, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  rmSync(`${scriptFile()}.asked`, { force: true });
  writeFileSync(scriptFile(), JSON.stringify(script));
  return spawnCli(cli, args, {
    cwd: work,
    env: { ...process.env, XDG_CACHE_HOME: at('cache'), TWINLINT_SCRIPT: scriptFile(), ...env },
  });
}
const run = (script: Script, ...args: string[]) => start(script, args).ended;

/** For what never comes to start an engine: the command in this process, with the test's folder as its own. */
async function refusalOf(args: readonly string[]) {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof texts) =>
    new Writable({
      write(chunk, _, done) {
        texts[name] += String(chunk);
        done();
      },
    });
  const stderr = stream('stderr');
  const interruption = { add: () => () => {}, askFirst: () => () => {}, cleanUp: () => {} } as unknown as Interruption;
  const rest = { version: '0', enginePath: at('no-engine.js'), colours: false, interruption };
  const before = process.cwd();
  process.chdir(work);
  try {
    const code = await runHere(args, { ...rest, stdout: stream('stdout'), stderr, progress: new ProgressLine(stderr) });
    return { code, ...texts };
  } finally {
    process.chdir(before);
  }
}
/** What the engine was asked, in order. */
const asked = () =>
  readFileSync(`${scriptFile()}.asked`, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url), 'utf8'));
const ajv = new Ajv({ strictTypes: false }).addSchema(schemaOf('model-v1'));
const problemsOf = (name: string, json: string) => {
  const validate = ajv.getSchema(`urn:twinlint:schema:${name}`) ?? ajv.compile(schemaOf(name));
  void validate(JSON.parse(json));
  return validate.errors;
};

const point = (step: number, validation?: TrainPoint['validation']): TrainPoint => ({
  step,
  elapsedMs: step * 10,
  loss: 1 / step,
  pairAccuracy: 1 - 1 / (step + 1),
  learningRate: 0.001,
  ...(validation && { validation }),
});
const points = [point(1), point(2), point(4, { loss: 0.3, accuracy: 0.875, rocAuc: 0.9 })];
const model = (): ModelInfo => ({
  path: at('m.twinlint'),
  name: 'm',
  sizeBytes: 1_234_567,
  hash: 'a'.repeat(64),
  network: 'small',
  input: [32, 32, 3],
  embeddingSize: 64,
  relation: 'same-class',
  distance: 'euclidean',
  threshold: 0.4321987654,
  labels: ['cat', 'dog'],
  trainedAt: '2026-01-02T03:04:05.000Z',
  trainedOn: { images: 40, pairs: 6, learnFrom: ['labels', 'pairs'] },
  metrics: { accuracy: 0.9641, rocAuc: 0.9912 },
  trainingLog: ['4 steps'],
  writtenBy: 'twinlint 0.1.0',
});
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

beforeAll(async () => {
  cli = await buildCli('test/unit/cli/scriptedEngine.ts');
  work = mkdtempSync(join(tmpdir(), 'twinlint-cli-training-'));
  for (const name of ['cat/1', 'cat/2', 'dog/3', 'dog/4']) put(at(`classes/${name}.png`), `picture ${name}`);
  for (const name of ['1', '2', '3']) put(at(`loose/${name}.png`), `picture ${name}`);
  put(at('m.twinlint'), 'a model');
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
  rmSync(dirname(dirname(cli)), { recursive: true, force: true });
});
beforeEach(() => {
  for (const name of ['out.twinlint', 'plot.svg', 'o.onnx', 'o']) rmSync(at(name), { force: true });
});

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
    put(at('loose/labels.csv'), 'path,label\n1.png,cat\n2.png,dog\n');
    expect(await paramsOf('loose', '--labels', 'loose/labels.csv')).toMatchObject({ learnFrom: ['labels'] });
  });

  test('every option reaches the engine', async () => {
    put(at('net.onnx'), 'a network');
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
    put(at('loose/.twinlint/verdicts/me.jsonl'), lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    put(at('pairs.csv'), 'a,b,verdict\r\n1.png,2.png,different\r\n"1.png",./3.png,1\r\n');
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
    expect(readdirSync(work).filter(name => /out\.twinlint|plot/.test(name))).toEqual([]);
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
    put(at('state'), 'a checkpoint');
    put(at('out.twinlint'), 'interrupted');
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
  ])('%j is told in one line with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await refusalOf(args);
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
    put(at('bad.csv'), csv);
    const { code, stderr } = await refusalOf(['train', 'loose', '--out', 'o', '--pairs', 'bad.csv']);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^twinlint: bad\.csv[^\n]+\n$/);
    expect(code).toBe(2);
  });
});

const estimate = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
const evaluation = (): EvaluateSummary => ({
  model: model(),
  images: 30,
  pairs: 200,
  threshold: 0.5,
  accuracy: estimate(0.9),
  rocAuc: estimate(0.95),
  prevalence: 0.0004,
  precision: estimate(0.8),
  recall: estimate(0.7),
  recallAt: [{ k: 1, value: 0.6 }],
  reliability: [
    { predicted: 0.05, observed: estimate(0.04), pairs: 100 },
    { predicted: 0.15, observed: estimate(0.1), pairs: 0 },
  ],
  curve: [{ distance: 0.1, precision: 1, recall: 0.2 }],
  notes: [],
});

describe('twinlint evaluate, export and models', () => {
  const script = (): Script => ({
    answers: {
      'model/evaluate': evaluation(),
      'model/info': { ...model(), relation: 'sleeves' },
      'model/exportOnnx': { sizeBytes: 2_500 },
      'model/list': { models: [model()], problems: [{ path: '/x', note: { message: '{0} is damaged.', args: ['x'] } }] },
    },
  });

  test('evaluate asks for what is meant, in text and JSON', async () => {
    const { stdout } = await run(script(), 'evaluate', 'm.twinlint', 'classes');
    expect(asked()[0]).toMatchObject({ method: 'model/evaluate', params: { path: at('m.twinlint') } });
    expect(asked()[0].params).not.toHaveProperty('by');
    expect(stdout).toMatch(/Accuracy +90\.0 % \(89\.0 to 91\.0 %\)/);
    expect(stdout).toMatch(/Precision +80\.0 % .*, where 0\.040 % of all are similar/);
    expect(stdout).toMatch(/Recall@1 +60\.0 %/);
    expect(stdout.match(/^ +\d+ % {2}/gm)).toHaveLength(1);
    const json = await run(script(), 'evaluate', 'm.twinlint', 'classes', '--out', 'e.json', '--threshold', '1.5', '--seed', '3');
    expect(json).toMatchObject({ code: 0, stdout: '' });
    expect(asked()[0].params).toMatchObject({ threshold: 1.5, seed: 3 });
    expect(problemsOf('evaluate-v1', readFileSync(at('e.json'), 'utf8'))).toBeNull();
  });

  test('a table of pairs is judged under the relation of the model', async () => {
    put(at('pairs.csv'), '1.png,2.png,different\n');
    await run(script(), 'evaluate', 'm.twinlint', 'loose', '--pairs', 'pairs.csv');
    expect(asked().map(({ method }) => method)).toEqual(['model/info', 'model/evaluate']);
    expect(asked()[1].params).toMatchObject({ by: 'pairs', scan: { verdicts: [{ relation: 'sleeves', verdict: 'different' }] } });
  });

  test('export writes a new file, and replaces one only when it is told to', async () => {
    const done = await run(script(), 'export', 'm.twinlint', '--onnx', 'o.onnx');
    expect(done).toEqual({ code: 0, stdout: 'o.onnx  3 kB\n', stderr: '' });
    expect(asked()).toEqual([{ method: 'model/exportOnnx', params: { path: at('m.twinlint'), outPath: at('o.onnx') } }]);
    expect((await run(script(), 'export', 'm.twinlint', '--onnx', 'o.onnx')).stderr).toContain('--force replaces it');
    expect((await run(script(), 'export', 'm.twinlint', '--onnx', 'o.onnx', '--force')).code).toBe(0);
  });

  test('models are listed with what is wrong with others', async () => {
    mkdirSync(at('loose/.twinlint/models'), { recursive: true });
    const { stdout } = await run(script(), 'models', 'loose');
    expect(asked()[0].params).toEqual({ folder: at('loose/.twinlint/models') });
    expect(stdout).toMatch(/^m +same-class +96\.4 % +small +1\.2 MB +2026-01-02 03:04 /m);
    expect(stdout).toContain('Note: x is damaged.');
    expect(problemsOf('models-v1', (await run(script(), 'models', 'loose', '--format', 'json')).stdout)).toBeNull();
    rmSync(at('loose/.twinlint'), { recursive: true });
    expect((await run(script(), 'models', 'loose')).stdout).toMatch(/^No models in /);
  });
});

test('twinlint engine says what networks run on, why, and how to get a faster one', async () => {
  const note = (message: string, ...args: string[]) => ({ message, args });
  const runtimes: RuntimeStatus = {
    chosen: 'onnxruntime-node',
    threads: 2,
    reasons: [note('{0} threads are fastest here.', '2')],
    all: [
      { name: 'onnxruntime-node', isAvailable: true, version: '1.30.0', detail: note('native') },
      { name: 'webgpu', isAvailable: false, detail: note('There is no adapter.') },
    ],
    advice: [note('Run on a machine with a GPU.')],
  };
  const status = {
    nodeVersion: 'v20.0.0',
    decoder: 'native',
    decoderVersion: 'sharp 1',
    runtime: 'onnxruntime-node',
    runtimeReason: '',
    threads: 2,
    cacheDir: '/c',
  };
  const script = { answers: { 'engine/status': status, 'engine/runtimes': runtimes } };
  const { stdout } = await run(script, 'engine');
  expect(stdout).toMatch(/Networks run on +onnxruntime-node, 2 threads\n/);
  expect(stdout).toContain('\nWhy:\n  2 threads are fastest here.\n');
  expect(stdout).toMatch(/\n {2}onnxruntime-node +1\.30\.0 +native\n {2}webgpu +no +There is no adapter\.\n/);
  expect(stdout).toContain('\nTo get a faster one:\n  Run on a machine with a GPU.\n');
  expect(problemsOf('engine-v1', (await run(script, 'engine', '--format', 'json')).stdout)).toBeNull();
});

describe('twinlint case-study', () => {
  const answer = {
    recipe: 'fast',
    seed: 1,
    steps: 126,
    trainMs: 3000.4,
    compileMs: 130,
    loadMs: 900,
    threshold: 0.5,
    accuracy: 0.9401,
    testPairs: 14_388,
    untouchedAccuracy: 0.9372,
    runtime: 'onnxruntime-node',
    threads: 1,
    points,
  };
  const script: Script = { answers: { 'train/caseStudy': answer } };
  const files = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'];

  test('finds its data by option or environment, and says where it comes from', async () => {
    for (const name of files) put(at('fashion', name), '');
    const { stdout } = await run(script, 'case-study', 'fashion-mnist', '--data', 'fashion', '--plot', 'plot.svg');
    expect(asked()[0].params).toEqual({ dataFolder: at('fashion'), recipe: 'fast' });
    expect(stdout).toMatch(/Accuracy +94\.01 % of 14388 test pairs at threshold 0\.5 \(the book: 92\.19 %\)/);
    expect(readFileSync(at('plot.svg'), 'utf8')).toContain('Fashion-MNIST, fast recipe, seed 1');
    const book = ['case-study', 'fashion-mnist', '--recipe', 'book', '--seed', '7', '--out', 'out.twinlint', '--format', 'json'];
    const json = await start(script, book, { TWINLINT_FASHION_MNIST: at('fashion') }).ended;
    expect(asked()[0].params).toEqual({ dataFolder: at('fashion'), recipe: 'book', seed: 7, outPath: at('out.twinlint') });
    expect(problemsOf('case-study-v1', json.stdout)).toBeNull();
    if (!existsSync('/usr/share/datasets/fashion-mnist')) {
      const { code, stderr } = await run(script, 'case-study', 'fashion-mnist');
      expect(code).toBe(2);
      expect(stderr).toContain('apt-get install dataset-fashion-mnist');
    }
  });
});
