import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCli } from './buildCli';
import { patchwork } from './patchwork';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
let data: string;
const run = (...args: string[]) => spawnCli(cli, args, { env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } }).ended;

beforeAll(async () => {
  cli = await buildCli();
  const media = join(dirname(dirname(cli)), 'media');
  mkdirSync(media);
  copyFileSync('media/starter.twinmodel', join(media, 'starter.twinmodel'));
  work = mkdtempSync(join(tmpdir(), 'twinlint-select-'));
  data = join(work, 'data');
  for (const [label, seeds] of [
    ['cat', [1, 2, 3, 4, 5, 6]],
    ['dog', [11, 12]],
  ] as const) {
    mkdirSync(join(data, label), { recursive: true });
    for (const seed of seeds) writeFileSync(join(data, label, `${seed}.png`), await patchwork(seed).png().toBuffer());
    copyFileSync(join(data, label, `${seeds[0]}.png`), join(data, label, 'copy.png'));
  }
});
afterAll(() => {
  for (const folder of [work, dirname(dirname(cli))]) rmSync(folder, { recursive: true, force: true });
});

const linesOf = (text: string): string[] => text.trimEnd().split('\n');
const classOf = (path: string): string => path.split('/')[0];

test('lists paths below the folder, none twice, and of equal files one', async () => {
  const { code, stdout, stderr } = await run('select', data, '-n', '100', '--diverse');
  expect(code).toBe(0);
  expect(linesOf(stdout)).toHaveLength(8);
  expect(new Set(linesOf(stdout)).size).toBe(8);
  expect(linesOf(stdout).filter(path => /(copy|1|11)\.png$/.test(path))).toHaveLength(2);
  expect(stderr).toContain('8 of 8 different images. Distance (1 − cosine, by starter)');
  expect(stderr).toContain('mean 0.000, largest 0.000');
});

test('equally many of each class, the same every time and with any number of threads', async () => {
  const args = ['select', data, '-n', '4', '--diverse', '--per-class'];
  const { stdout } = await run(...args);
  expect(linesOf(stdout).map(classOf)).toEqual(['cat', 'cat', 'dog', 'dog']);
  expect((await run(...args, '--threads', '1', '--no-cache')).stdout).toBe(stdout);
});

test('at random, by the seed', async () => {
  const drawn = async (seed: string) => (await run('select', data, '-n', '3', '--seed', seed)).stdout;
  expect(await drawn('5')).toBe(await drawn('5'));
  const several = await Promise.all(['1', '2', '3', '4'].map(drawn));
  expect(new Set(several).size).toBeGreaterThan(1);
});

test('as JSON into a file, whose coverage is no worse at its largest than that of chance', async () => {
  const out = join(work, 'keep.json');
  const { stdout } = await run('select', data, '-n', '3', '--diverse', '--out', out);
  expect(stdout).toBe('');
  const result = JSON.parse(readFileSync(out, 'utf8')) as {
    version: number;
    images: string[];
    coverage: { largest: number };
    randomCoverage: { largest: number };
  };
  expect(result).toMatchObject({ version: 1, candidates: 8, encoder: 'starter' });
  expect(result.images).toHaveLength(3);
  expect(result.coverage.largest).toBeLessThanOrEqual(result.randomCoverage.largest);
});

test('says what is missing', async () => {
  const { code, stderr } = await run('select', data);
  expect(code).toBe(2);
  expect(stderr).toBe('twinlint: say how many images to select, as in --count 100\n');
});

test('stats describes the same folder, as Markdown and as JSON', async () => {
  const { code, stdout } = await run('stats', data);
  expect(code).toBe(0);
  expect(stdout).toContain('## data: data set card');
  expect(stdout).toContain('| Images | 10 |');
  expect(stdout).toContain('| cat | 7 |');
  expect(stdout).toContain('| Exact duplicate | 2 |');
  const json = JSON.parse((await run('stats', data, '--format', 'json')).stdout) as Record<string, unknown>;
  expect(json).toMatchObject({
    version: 1,
    images: 10,
    exactCopies: 2,
    classes: [
      { name: 'cat', images: 7 },
      { name: 'dog', images: 3 },
    ],
  });
  expect((await run('stats')).stderr).toBe('twinlint: stats takes one folder, as in "twinlint stats DIR"\n');
});

test('a map has a place for every image, the same again and with any number of threads', async () => {
  const out = join(work, 'map.csv');
  const { code, stderr } = await run('map', data, '--out', out);
  expect(stderr).toContain('10 images on the map, 8 different, by starter.');
  expect(code).toBe(0);
  const text = readFileSync(out, 'utf8');
  const [head, ...rows] = linesOf(text).map(line => line.trimEnd().split(','));
  expect(head).toEqual(['path', 'x', 'y', 'label', 'split']);
  expect(rows).toHaveLength(10);
  expect(rows.every(([path, x, y, label]) => label === classOf(path) && Number.isFinite(Number(x) + Number(y)))).toBe(true);
  const placeOf = (name: string): string =>
    rows
      .find(([path]) => path === name)!
      .slice(1, 3)
      .join();
  expect(placeOf('cat/copy.png')).toBe(placeOf('cat/1.png'));
  expect((await run('map', data, '--threads', '1', '--no-cache')).stdout).toBe(text);
  expect((await run('map')).stderr).toContain('map takes one folder');
});
