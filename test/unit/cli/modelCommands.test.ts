import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvaluateSummary, RuntimeStatus } from '../../../src/protocol/training';
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
  calibrationError: 0.0123,
  curve: [{ distance: 0.1, precision: 1, recall: 0.2 }],
  notes: [],
});

describe('twinlint evaluate, export and models', () => {
  const script = (): Script => ({
    answers: {
      'model/evaluate': evaluation(),
      'model/info': { ...model(), relation: 'sleeves' },
      'model/exportOnnx': { sizeBytes: 2_500 },
      'model/list': {
        models: [model()],
        problems: [{ path: '/x', note: { message: '{0} is damaged.', args: ['x'] } }],
        rescorers: [{ path: '/y', note: { message: '{0} looks at two.', args: ['y'] } }],
      },
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
    expect(stdout).toContain('On average they are 1.2 % off (expected calibration error).');
    const json = await run(script(), 'evaluate', 'm.twinlint', 'classes', '--out', 'e.json', '--threshold', '1.5', '--seed', '3');
    expect(json).toMatchObject({ code: 0, stdout: '' });
    expect(asked()[0].params).toMatchObject({ threshold: 1.5, seed: 3 });
    const text = readFileSync(at('e.json'), 'utf8');
    expect(problemsOf('evaluate-v1', text)).toBeNull();
    expect(JSON.parse(text)).toMatchObject({ calibrationError: 0.0123, reliability: [{ pairs: 100 }, { pairs: 0 }] });
  });

  test('evaluate draws its probabilities, and has none to tell of where a model has none', async () => {
    await run(script(), 'evaluate', 'm.twinlint', 'classes', '--plot', 'plot.svg');
    expect(readFileSync(at('plot.svg'), 'utf8')).toContain('<title>m: probabilities</title>');
    const { calibrationError: _error, ...rest } = evaluation();
    const none = { answers: { 'model/evaluate': { ...rest, reliability: [] } } };
    expect((await run(none, 'evaluate', 'm.twinlint', 'classes')).stdout).not.toContain('calibration');
    const { stdout } = await run(none, 'evaluate', 'm.twinlint', 'classes', '--format', 'json');
    expect(problemsOf('evaluate-v1', stdout)).toBeNull();
    expect(JSON.parse(stdout).calibrationError).toBeNull();
  });

  test('a table of pairs is judged under the relation of the model', async () => {
    put('pairs.csv', '1.png,2.png,different\n');
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
    expect(stdout).toContain('Note: x is damaged.\nNote: y looks at two.\n');
    expect(problemsOf('models-v1', (await run(script(), 'models', 'loose', '--format', 'json')).stdout)).toBeNull();
    rmSync(at('loose/.twinlint'), { recursive: true });
    expect((await run(script(), 'models', 'loose')).stdout).toMatch(/^No models in /);
  });
});

describe('twinlint compare', () => {
  const accuracy = { accuracy: estimate(0.9), recall: estimate(0.8) };
  const answers = () => ({
    'model/info': model(),
    'scan/run': { notes: [] },
    'labeling/compareModels': { audits: 38, accuracies: [accuracy, accuracy], disagreements: 2, differing: [] },
    'labeling/compareFindings': {
      thresholds: [0.25, 0.31],
      kinds: [{ kind: 'near-duplicate', onlyFirst: 31, onlySecond: 12, both: 1234 }],
    },
  });

  test('scans with the first, and tells what each finds alone, in text and JSON', async () => {
    const { code, stdout } = await run({ answers: answers() }, 'compare', 'm.twinlint', 'none', 'classes', '--mirrors');
    expect(code).toBe(0);
    const [info, scan, ...rest] = asked();
    expect(info).toEqual({ method: 'model/info', params: { path: at('m.twinlint') } });
    expect(scan.params.roots[0].settings).toMatchObject({ model: at('m.twinlint'), mirrors: true });
    expect(rest).toEqual([
      { method: 'labeling/compareModels', params: { models: [at('m.twinlint'), null], relation: 'same-class' } },
      { method: 'labeling/compareFindings', params: { models: [at('m.twinlint'), null] } },
    ]);
    expect(stdout).toMatch(/^A {2}m \(same-class\), .*\nB {2}the built-in distance\n/);
    expect(stdout).toContain('On 38 audits of same-class, each at the threshold of its own:');
    expect(stdout).toMatch(/accuracy +A 90\.0 % \(89\.0 to 91\.0 %\), B 90\.0 %.*\n +precision +A –, B –\n/);
    expect(stdout).toContain('They differ on 2.');
    expect(stdout).toMatch(/\(0\.250 and 0\.310\):\n +only A +only B +both\n {2}near-duplicate +31 +12 +1234\n$/);
    const json = await run({ answers: answers() }, 'compare', 'none', 'm.twinlint', 'classes', '--format', 'json');
    expect(problemsOf('compare-v1', json.stdout)).toBeNull();
    expect(JSON.parse(json.stdout)).toMatchObject({ models: [null, { name: 'm' }], audits: { count: 38, disagreements: 2 } });
  });

  test('says so where there is nothing to judge by, or to find', async () => {
    const none = {
      ...answers(),
      'labeling/compareModels': { audits: 0, disagreements: 0, differing: [] },
      'labeling/compareFindings': { thresholds: [0.25, 0.25], kinds: [] },
    };
    const { stdout } = await run({ answers: none }, 'compare', 'm.twinlint', 'none', 'classes');
    expect(stdout).toContain('No audits of same-class to judge by.\n\nNeither finds anything.\n');
    const json = await run({ answers: none }, 'compare', 'm.twinlint', 'none', 'classes', '--format', 'json');
    expect(problemsOf('compare-v1', json.stdout)).toBeNull();
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
    for (const name of files) put(join('fashion', name), '');
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
