import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labelProgressText } from '../../../src/cli/labelScores';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
let data: string;

const run = (...args: string[]) =>
  spawnCli(cli, args, { cwd: work, env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } }).ended;

/** Sixty pictures of one grey each, in two classes; one of class a looks like b in the files of numbers. */
beforeAll(async () => {
  cli = await buildCli();
  work = mkdtempSync(join(tmpdir(), 'twinlint-labels-'));
  data = join(work, 'data');
  const probabilities = ['path,a,b'];
  for (let i = 0; i < 60; i++) {
    const label = i % 2 ? 'b' : 'a';
    const name = `${label}/${String(i).padStart(2, '0')}${i === 8 ? ', "odd"' : ''}.png`;
    const bytes = await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: i * 4, g: 255 - i * 3, b: 90 } } })
      .png()
      .toBuffer();
    mkdirSync(dirname(join(data, name)), { recursive: true });
    writeFileSync(join(data, name), bytes);
    const looksLikeB = i === 4 || label === 'b';
    const p = 0.98 + i / 10_000;
    probabilities.push(`"${name.replaceAll('"', '""')}",${looksLikeB ? 1 - p : p},${looksLikeB ? p : 1 - p}`);
  }
  writeFileSync(join(work, 'p.csv'), probabilities.join('\n'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('twinlint scan --label-scores', () => {
  test('writes a row for every image, and reports the doubtful label', async () => {
    const args = ['--pred-probs', 'p.csv', '--label-scores', 'scores.csv', '--format', 'json', '--fail-on', 'mislabeled'];
    const { code, stdout, stderr } = await run('scan', 'data', ...args);
    expect(stderr).toBe('');
    expect(code).toBe(1);
    const lines = readFileSync(join(work, 'scores.csv'), 'utf8').trim().split('\r\n');
    expect(lines[0]).toBe('path,label,suggested,score');
    expect(lines).toHaveLength(61);
    expect(lines).toContainEqual(expect.stringMatching(/^"a\/08, ""odd""\.png",a,b,0\.\d{8}$/));
    const rows = lines.slice(1).filter(line => !line.startsWith('"'));
    const worst = rows.map(line => line.split(',')).sort((x, y) => Number(y[3]) - Number(x[3]))[0];
    expect(worst.slice(0, 3)).toEqual(['a/04.png', 'a', 'b']);

    const report = JSON.parse(stdout) as {
      findings: { kind: string; path: string; labels: string[]; score: number }[];
      notes: string[];
    };
    const found = report.findings.filter(({ kind }) => kind === 'mislabeled');
    expect(found).toMatchObject([{ path: 'a/04.png', labels: ['a', 'b'] }]);
    expect(found[0].score).toBeCloseTo(Number(worst[3]), 5);
    expect(report.notes.join('\n')).toContain('60 of 60 labels were judged');
  });

  test('without it no labels are judged, and nothing fails on them', async () => {
    const { code, stdout } = await run(
      'scan',
      'data',
      '--format',
      'json',
      '--fail-on',
      'any',
      '--severity',
      'near-duplicate=off',
    );
    expect(stdout).not.toContain('"mislabeled","path"');
    expect(stdout).not.toContain('labels were judged');
    expect(code).toBe(0);
  });

  test.each([
    [['--pred-probs', 'gone.csv'], '--pred-probs gone.csv: there is no such file'],
    [['--pred-probs', 'p.csv', '--label-seconds', '5'], '--label-seconds is about training'],
    [['--label-scores', 's.csv', '--labels', 'none'], '--labels none leaves no labels to judge'],
    [['--label-scores', 'no/such/folder/s.csv'], '--label-scores no/such/folder/s.csv cannot be written'],
    [['--label-seconds', 'soon'], '--label-seconds is "soon"'],
  ])('%j: one line that says what to mend', async (args, message) => {
    const { code, stderr } = await run('scan', 'data', ...args);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(message);
  });

  test('says what is wrong with a file of probabilities, and leaves no scores behind', async () => {
    writeFileSync(join(work, 'bad.csv'), 'path,a\na/00.png,1\n');
    const { code, stderr } = await run('scan', 'data', '--pred-probs', 'bad.csv', '--label-scores', 'none.csv');
    expect(code).toBe(2);
    expect(stderr).toContain('has no column “b”');
    expect(() => readFileSync(join(work, 'none.csv'))).toThrow();
  });
});

test('the line of progress says what is done, how much, and for how long still', () => {
  expect(labelProgressText({ phase: 'list', share: 0 })).toBe('Counting images');
  expect(labelProgressText({ phase: 'train', share: 0.4, etaMs: 61_000 })).toBe('Judging labels  40 %  1 min 01 s left');
});
