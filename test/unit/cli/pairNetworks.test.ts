import Ajv from 'ajv';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shapeFolders, shapePng } from '../engine/support/shapes';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

/** Each test starts several engines, and the machine may be busy with other test files. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 });

let cli: string;
let work: string;
const at = (...parts: string[]) => join(work, ...parts);
const run = (...args: string[]) => spawnCli(cli, args, { cwd: work, env: { ...process.env, XDG_CACHE_HOME: at('cache') } }).ended;
const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url), 'utf8'));
const ajv = new Ajv({ strictTypes: false }).addSchema(schemaOf('model-v1'));
const problemsOf = (name: string, json: string) => {
  const validate = ajv.compile(schemaOf(name));
  void validate(JSON.parse(json));
  return validate.errors;
};

const perClass = 12;
const copies = 4;
beforeAll(async () => {
  cli = await buildCli();
  work = mkdtempSync(join(tmpdir(), 'twinlint-cli-pairs-'));
  await shapeFolders(at('data'), perClass);
  mkdirSync(at('data/disc'), { recursive: true });
  for (let i = 0; i < copies; i++) {
    const darker = sharp(await shapePng('disc', i)).linear(0.9, 0);
    await darker
      .resize(40, 40)
      .png()
      .toFile(at('data/disc', `copy${i}.png`));
  }
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
  rmSync(dirname(dirname(cli)), { recursive: true, force: true });
});

describe('a network that looks at two pictures at once', () => {
  const file = 'two.twinlint';
  /** Distances of the findings of a scan, by id. */
  const scan = async (...options: string[]): Promise<Map<string, number>> => {
    const { code, stdout, stderr } = await run(
      'scan',
      'data',
      '--model',
      'none',
      '--threshold',
      '0.5',
      '--format',
      'csv',
      ...options,
    );
    expect(code, stderr).toBe(0);
    const rows = stdout.trim().split('\r\n').slice(1);
    return new Map(rows.map(row => row.split(',')).map(([id, , , , , distance]) => [id, Number(distance)]));
  };

  test('learns without labels, judges the pairs of a scan again, and does nothing else', async () => {
    const trained = await run(
      ...['train', 'data', '--network', 'two-channel-spp', '--seconds', '1', '--threads', '1', '--runtime', 'onnxruntime-node'],
      ...['--out', file, '--format', 'json'],
    );
    expect(trained.code, trained.stderr).toBe(0);
    expect(problemsOf('pair-network-v1', trained.stdout)).toBeNull();
    const { pairNetwork } = JSON.parse(trained.stdout);
    expect(pairNetwork).toMatchObject({ network: 'two-channel-spp', images: 3 * perClass + copies, input: [64, 64, 3] });

    const [plain, rescored] = [await scan(), await scan('--rescore-model', file)];
    expect(plain.size).toBeGreaterThan(0);
    // Some pairs may go, none comes, and distances are others.
    for (const id of rescored.keys()) expect(plain.has(id)).toBe(true);
    expect([...plain].some(([id, distance]) => rescored.get(id) !== distance)).toBe(true);

    // The file that a team shares may name it; the option wins.
    mkdirSync(at('data/.twinlint'), { recursive: true });
    writeFileSync(at('data/.twinlint/config.json'), JSON.stringify({ rescoreModel: '../two.twinlint' }));
    expect(await scan()).toEqual(rescored);
    expect(await scan('--rescore-model', 'none')).toEqual(plain);
    const { stdout: report } = await run('scan', 'data', '--model', 'none', '--format', 'json');
    expect(problemsOf('scan-v1', report)).toBeNull();
    expect(JSON.parse(report).rescorer).toEqual({ path: 'two.twinlint', network: 'two-channel-spp' });
    rmSync(at('data/.twinlint'), { recursive: true });

    const asked = [
      ['scan', 'data', '--model', file],
      ['export', file, '--onnx', 'two.onnx'],
      ['train', 'data', '--start-from', file, '--seconds', '1', '--out', 'more.twinlint'],
    ];
    for (const args of asked) {
      const { code, stderr } = await run(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining('looks at two pictures at once')]);
    }
  });
});

describe('losses compared', () => {
  const losses = ['triplet', 'ratio-triplet', 'compact-triplet'];
  const asked = [
    'compare',
    'losses',
    'data',
    '--losses',
    losses.join(','),
    '--steps',
    '30',
    '--batch-size',
    '24',
    '--threads',
    '1',
  ];

  test('from labels, on images that none has seen, in the published schema', async () => {
    const { code, stdout, stderr } = await run(...asked, '--format', 'json');
    expect(code, stderr).toBe(0);
    expect(problemsOf('losses-v1', stdout)).toBeNull();
    const { results, learned, judged, learnFrom } = JSON.parse(stdout);
    expect(learnFrom).toBe('labels');
    expect(results.map(({ loss }: { loss: string }) => loss)).toEqual([...losses, 'pixels']);
    expect(results.map(({ steps }: { steps: number }) => steps)).toEqual([30, 30, 30, 0]);
    expect(learned + judged).toBeLessThan(3 * perClass + copies);
    for (const { figures } of results) expect(figures[0].rocAuc).toBeGreaterThanOrEqual(0);
  });

  test('from views: judged by views and, as there are classes, by these too', async () => {
    const { code, stdout, stderr } = await run(...asked, '--learn', 'views', '--format', 'csv');
    expect(code, stderr).toBe(0);
    const [head, ...rows] = stdout.trim().split('\r\n');
    expect(head).toContain('loss,distance,by,roc_auc');
    expect(rows.map(row => row.split(',')[2])).toEqual([...losses, 'pixels'].flatMap(() => ['views', 'labels']));
  });

  test('classes are held out only where there are enough', async () => {
    const { code, stdout, stderr } = await run(...asked, '--held-out', 'classes');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('at least 4 classes; there are 3');
  });
});
