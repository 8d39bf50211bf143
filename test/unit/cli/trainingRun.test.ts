import Ajv from 'ajv';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { randomOf } from '../core/findings/support';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

/** Each test starts several engines, and the machine may be busy with other test files. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

/** The program that users run, with its real engine: images on disk, a model, and what is done with it. */
let cli: string;
let work: string;
const at = (...parts: string[]) => join(work, ...parts);

function start(args: readonly string[], detached = false) {
  return spawnCli(cli, args, {
    cwd: work,
    env: { ...process.env, XDG_CACHE_HOME: at('cache') },
    detached,
  });
}
const run = (...args: string[]) => start(args).ended;

const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url), 'utf8'));
const ajv = new Ajv({ strictTypes: false }).addSchema(schemaOf('model-v1'));
const problemsOf = (name: string, json: string) => {
  const validate = ajv.getSchema(`urn:twinlint:schema:${name}`) ?? ajv.compile(schemaOf(name));
  void validate(JSON.parse(json));
  return validate.errors;
};

/** A bright bar on noise, upright or lying: two classes that are easily told apart. */
async function bar(seed: number, isUpright: boolean): Promise<Buffer> {
  const random = randomOf(seed * 7919 + 1);
  const place = 4 + Math.floor(random() * 20);
  const pixels = Buffer.alloc(28 * 28);
  for (let i = 0; i < pixels.length; i++) {
    const across = isUpright ? i % 28 : Math.floor(i / 28);
    pixels[i] = Math.floor(random() * 120) + (Math.abs(across - place) < 3 ? 130 : 0);
  }
  return sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
    .png()
    .toBuffer();
}

const perClass = 24;
const model = 'data/.twinlint/models/bars.twinlint';
const wronglyLabelled = 'upright/lies.png';

beforeAll(async () => {
  cli = await buildCli();
  work = mkdtempSync(join(tmpdir(), 'twinlint-cli-run-'));
  for (const [n, kind] of ['upright', 'lying'].entries()) {
    mkdirSync(at('data', kind), { recursive: true });
    for (let i = 0; i < perClass; i++) writeFileSync(at('data', kind, `${i}.png`), await bar(i * 2 + n, kind === 'upright'));
  }
  const { code, stdout, stderr } = await run(
    ...['train', 'data', '--epochs', '60', '--threads', '1', '--runtime', 'onnxruntime-node', '--seed', '3'],
    ...['--format', 'json', '--out', model, '--plot', 'loss.svg'],
  );
  expect(code, stderr).toBe(0);
  writeFileSync(at('train.json'), stdout);
  writeFileSync(at('train.log'), stderr);
  writeFileSync(at('data', wronglyLabelled), await bar(1001, false));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
  rmSync(dirname(dirname(cli)), { recursive: true, force: true });
});

describe('a training from class folders', () => {
  test('tells what it did in its schema, and its log', () => {
    const json = readFileSync(at('train.json'), 'utf8');
    expect(problemsOf('train-v1', json)).toBeNull();
    const summary = JSON.parse(json);
    expect(summary).toMatchObject({
      ended: 'limit',
      runtime: 'onnxruntime-node',
      threads: 1,
      model: { name: 'bars', relation: 'same-class', labels: ['lying', 'upright'], path: at(model) },
    });
    expect(summary.model.metrics.accuracy).toBeGreaterThan(0.9);
    const log = readFileSync(at('train.log'), 'utf8').trim().split('\n');
    const phases = log.map(line => JSON.parse(line).phase);
    expect([...new Set(phases)]).toEqual(expect.arrayContaining(['list', 'read', 'compile', 'train', 'save']));
    expect(readFileSync(at('loss.svg'), 'utf8')).toContain('<polyline');
  });

  test('its model is listed, finds the wrong label, and answers what is similar', async () => {
    const list = await run('models', 'data', '--format', 'json');
    expect(problemsOf('models-v1', list.stdout)).toBeNull();
    expect(JSON.parse(list.stdout).models.map(({ name }: { name: string }) => name)).toEqual(['bars']);

    const scan = await run('scan', 'data', '--model', model, '--format', 'json');
    expect(problemsOf('scan-v1', scan.stdout)).toBeNull();
    const { model: used, findings } = JSON.parse(scan.stdout);
    expect(used).toEqual({ path: '.twinlint/models/bars.twinlint', relation: 'same-class' });
    const wrong = findings.filter(({ kind }: { kind: string }) => kind === 'mislabeled');
    expect(wrong[0]).toMatchObject({ path: wronglyLabelled, labels: ['upright', 'lying'] });
    expect(wrong.length).toBeLessThan(5);
    const plain = JSON.parse((await run('scan', 'data', '--format', 'json')).stdout);
    expect(plain.model).toBeNull();
    expect(plain.findings.some(({ kind }: { kind: string }) => kind === 'mislabeled')).toBe(false);

    const compared = await run('compare', model, 'none', 'data', '--format', 'json');
    expect(problemsOf('compare-v1', compared.stdout)).toBeNull();
    expect(JSON.parse(compared.stdout).findings.kinds).toContainEqual({
      kind: 'mislabeled',
      onlyFirst: wrong.length,
      onlySecond: 0,
      both: 0,
    });

    const similar = await run('similar', join('data', wronglyLabelled), 'data', '--model', model, '-k', '5', '--format', 'json');
    const kinds = JSON.parse(similar.stdout).neighbours.map(({ path }: { path: string }) => dirname(path));
    expect(kinds).toEqual(['lying', 'lying', 'lying', 'lying', 'lying']);
  });

  test('the config file names the model that is used, unless --model none', async () => {
    writeFileSync(at('data/.twinlint/config.json'), '{ "model": ".twinlint/models/bars.twinlint" }');
    try {
      const { stdout } = await run('scan', 'data', '--format', 'json', '--model', 'auto');
      expect(JSON.parse(stdout).model).toMatchObject({ relation: 'same-class' });
      expect(JSON.parse((await run('scan', 'data', '--format', 'json', '--model', 'none')).stdout).model).toBeNull();
    } finally {
      rmSync(at('data/.twinlint/config.json'));
    }
  });

  test('it is judged on images that it has not seen, by their classes or by pairs', async () => {
    for (const [n, kind] of ['upright', 'lying'].entries()) {
      mkdirSync(at('fresh', kind), { recursive: true });
      for (let i = 0; i < 12; i++) writeFileSync(at('fresh', kind, `${i}.png`), await bar(5000 + i * 2 + n, kind === 'upright'));
    }
    const { code, stdout } = await run('evaluate', model, 'fresh', '--format', 'json');
    expect(code).toBe(0);
    expect(problemsOf('evaluate-v1', stdout)).toBeNull();
    const result = JSON.parse(stdout);
    // 2 · 12 · 11 / 2 similar pairs among 24 · 23 / 2, and as many different ones.
    expect(result).toMatchObject({ images: 24, pairs: 264, threshold: result.model.threshold });
    expect(result.prevalence).toBeCloseTo(132 / 276, 9);
    expect(result.rocAuc.value).toBeGreaterThan(0.9);
    expect(result.recallAt.map(({ k }: { k: number }) => k)).toEqual([1, 5, 10]);
    expect(result.reliability.length).toBeGreaterThan(1);

    const rows = [0, 1, 2, 3].flatMap(i => [`upright/${i}.png,upright/${i + 4}.png,1`, `upright/${i}.png,lying/${i}.png,0`]);
    writeFileSync(at('fresh.csv'), rows.join('\n'));
    const byPairs = await run('evaluate', model, 'fresh', '--pairs', 'fresh.csv', '--format', 'json');
    expect(problemsOf('evaluate-v1', byPairs.stdout)).toBeNull();
    expect(JSON.parse(byPairs.stdout)).toMatchObject({ images: 12, pairs: 8, prevalence: 0.5, recallAt: [] });
    const none = await run('evaluate', model, 'fresh', '--labels', 'none');
    expect(none).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('There is nothing to judge the model by'),
    });
  });

  test('its encoder runs in another program as an ONNX file', async () => {
    const { code, stderr } = await run('export', model, '--onnx', 'encoder.onnx');
    expect([code, stderr]).toEqual([0, '']);
    const session = await InferenceSession.create(at('encoder.onnx'));
    const { input, embeddingSize } = JSON.parse(readFileSync(at('train.json'), 'utf8')).model;
    const size = input[0] * input[1] * input[2];
    const images = new Tensor('float32', new Float32Array(2 * size).fill(0.5), [2, ...input]);
    const { embedding } = await session.run({ images });
    expect(embedding.dims).toEqual([2, embeddingSize]);
    await session.release();
  });

  test('what is no model is refused by name', async () => {
    writeFileSync(at('other.twinlint'), 'something else');
    for (const args of [
      ['scan', 'data', '--model', 'other.twinlint'],
      ['export', 'other.twinlint', '--onnx', 'x.onnx'],
      ['train', 'data', '--start-from', 'other.twinlint', '--out', 'x.twinlint'],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^twinlint: .*other\.twinlint is no Twinlint model\.\n$/);
    }
    expect(readdirSync(work).filter(name => name.startsWith('x.'))).toEqual([]);
  });
});

test('Ctrl+C on a terminal, which every process of the command gets, keeps the best so far', async () => {
  const args = ['train', 'data', '--seconds', '600', '--threads', '1', '--format', 'json', '--out', 'stopped.twinlint'];
  const { child, ended, stderrSoFar } = start(args, true);
  while (!/"step":\d\d/.test(stderrSoFar())) {
    expect(child.exitCode, stderrSoFar()).toBeNull();
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  // The whole group, as a terminal does; where there are no groups, the command alone.
  if (process.platform === 'win32') child.kill('SIGINT');
  else process.kill(-child.pid!, 'SIGINT');
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout).ended).toBe('cancelled');
  expect(stderr).toMatch(/twinlint: interrupted; the best so far, after \d+ steps, is saved in .*stopped\.twinlint\n$/);
  expect(existsSync(at('stopped.twinlint'))).toBe(true);
});

test('learning from views without any labels, and from a table of pairs', async () => {
  const views = await run(
    'train',
    'data',
    '--learn',
    'views',
    '--epochs',
    '1',
    '--seed',
    '1',
    '--format',
    'json',
    '--out',
    'v.twinlint',
  );
  expect(JSON.parse(views.stdout).model).toMatchObject({ relation: 'same-picture', labels: [] });
  const rows = [0, 1, 2, 3, 4, 5].flatMap(i => [
    `upright/${i}.png,upright/${i + 6}.png,similar`,
    `upright/${i}.png,lying/${i}.png,different`,
  ]);
  writeFileSync(at('pairs.csv'), rows.join('\n'));
  const options = ['--pairs', 'pairs.csv', '--relation', 'direction', '--start-from', model, '--epochs', '1'];
  const pairs = await run('train', 'data', ...options, '--format', 'json', '--out', 'p.twinlint');
  expect(pairs.stderr.split('\n').filter(line => line.startsWith('twinlint:'))).toEqual([]);
  expect(JSON.parse(pairs.stdout).model).toMatchObject({ relation: 'direction', trainedOn: { learnFrom: ['pairs'] } });
});

test('twinlint engine tells what is really here, in its schema', async () => {
  const { code, stdout } = await run('engine', '--format', 'json');
  expect(code).toBe(0);
  expect(problemsOf('engine-v1', stdout)).toBeNull();
  expect(JSON.parse(stdout).runtimes.map(({ name }: { name: string }) => name)).toContain('onnxruntime-node');
});

test('the case study, on bars in place of clothes: figures, model, and a damaged file', async () => {
  const classes = [0, 1, 2, 4, 5, 9];
  const random = randomOf(5);
  mkdirSync(at('fashion'));
  // Four images of each class are left to test on. Images as they are, labels gzipped: both are read.
  for (const [part, count] of [
    ['train', 6 * 4804],
    ['t10k', 6 * 5],
  ] as const) {
    const images = Buffer.alloc(16 + count * 784);
    const labels = Buffer.alloc(8 + count);
    for (let i = 0; i < count; i++) {
      const k = i % classes.length;
      labels[8 + i] = classes[k];
      const place = 16 + i * 784 + (2 + 4 * k) * 28;
      images.fill(100 + Math.floor(random() * 156), place, place + 4 * 28);
    }
    writeFileSync(at('fashion', `${part}-images-idx3-ubyte`), images);
    writeFileSync(at('fashion', `${part}-labels-idx1-ubyte.gz`), gzipSync(labels));
  }
  const study = ['case-study', 'fashion-mnist', '--data', 'fashion', '--seconds', '1', '--threads', '1', '--format', 'json'];
  const { code, stdout } = await run(...study, '--out', 'study.twinlint');
  expect(code).toBe(0);
  expect(problemsOf('case-study-v1', stdout)).toBeNull();
  const result = JSON.parse(stdout);
  // (4 − 1) · 2 pairs of each of six classes.
  expect(result).toMatchObject({
    recipe: 'fast',
    testPairs: 36,
    threshold: 0.5,
    model: { network: 'chapter', path: at('study.twinlint') },
  });
  expect(result.accuracy).toBeGreaterThan(0.6);
  expect(result.points.at(-1).step).toBe(result.steps);

  writeFileSync(at('fashion/t10k-labels-idx1-ubyte.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 1]));
  const damaged = await run(...study);
  expect(damaged).toMatchObject({ code: 2, stdout: '' });
  expect(damaged.stderr).toMatch(/twinlint: .*t10k-labels-idx1-ubyte\.gz is damaged: fetch it again\.\n$/);
});
