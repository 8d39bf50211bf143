import Ajv from 'ajv';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
const run = (...args: string[]) => spawnCli(cli, args, { env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } }).ended;

const shapes: Readonly<Record<string, string>> = {
  bars: '<path d="M8 8h10v48h-10zM28 8h10v48h-10zM46 8h10v48h-10z" fill="COLOUR"/>',
  cross: '<path d="M26 6h12v20h20v12h-20v20h-12v-20h-20v-12h20z" fill="COLOUR"/>',
  disc: '<circle cx="32" cy="32" r="22" fill="COLOUR"/>',
};
const draw = async (to: string, shape: string, colour: string): Promise<void> => {
  mkdirSync(dirname(to), { recursive: true });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#fff"/>${shapes[shape].replace('COLOUR', colour)}</svg>`;
  await writeFile(to, await sharp(Buffer.from(svg)).png().toBuffer());
};

beforeAll(async () => {
  cli = await buildCli();
  const media = join(dirname(dirname(cli)), 'media');
  mkdirSync(media);
  copyFileSync('media/starter.twinmodel', join(media, 'starter.twinmodel'));
  work = mkdtempSync(join(tmpdir(), 'twinlint-identities-'));
  for (const shape of Object.keys(shapes)) {
    for (const [k, colour] of ['#a33', '#b44', '#933', '#a52', '#c43', '#a41'].entries()) {
      await draw(join(work, 'signs', shape, `${k}.png`), shape, colour);
    }
  }
  await draw(join(work, 'signs/cross/stray.png'), 'disc', '#a33');
  await draw(join(work, 'later/disc/new.png'), 'disc', '#b52');
  await draw(join(work, 'later/bars/new.png'), 'cross', '#a52');
});
afterAll(() => {
  for (const folder of [work, dirname(dirname(cli))]) rmSync(folder, { recursive: true, force: true });
});

describe('verify', () => {
  it('lists the file of another identity, stores references, and fails where that is asked for', async () => {
    const { code, stdout } = await run(
      'verify',
      join(work, 'signs'),
      '--save-references',
      'signs',
      '--fail-on',
      'identity-mismatch',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^Identity mismatch \(1, warning\): .*\n {2}cross\/stray\.png\n {4}This file does not seem to be of cross .*; disc fits better/,
    );
    expect(stdout).toMatch(
      /\nFigures: identities 3, eer [0-9.e-]+, eer-threshold [0-9.]+, threshold [0-9.]+, far [0-9.e-]+, frr 0\.05\d*,/,
    );
    expect(stdout).toMatch(/\nIdentities: 1 finding; 19 of 19 judged\.\n$/);
    expect(stdout).toContain('The references of 3 identities were stored in');

    const stored = join(work, 'signs/.twinlint/references/signs.twinlint-references');
    const later = await run('check', 'identities', join(work, 'later'), '--references', stored, '--format', 'csv');
    expect(later.code).toBe(0);
    const [head, ...rows] = later.stdout.trimEnd().split('\r\n');
    expect(head).toMatch(/^id,kind,severity,path/);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/^[0-9a-f]{16},identity-mismatch,warning,bars\/new\.png,/);
  });

  it('writes what it thinks of every file with --scores, the most doubtful first', async () => {
    const file = join(work, 'scores.csv');
    const { code, stdout } = await run('verify', join(work, 'signs'), '--scores', file, '--format', 'json');
    expect(code).toBe(0);
    const [head, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    expect(head).toBe('path,doubt,better');
    expect(rows).toHaveLength(19);
    expect(rows[0]).toMatch(/^cross\/stray\.png,0\.\d{8},disc$/);
    const doubts = rows.map(row => Number(row.split(',')[1]));
    expect(doubts).toEqual([...doubts].sort((a, b) => b - a));
    expect(new Set(doubts).size).toBe(19);
    // The doubt of what is a finding is the finding's score.
    expect(JSON.parse(stdout).findings[0].score).toBeCloseTo(doubts[0], 5);
  });

  it('as JSON, with the curve, follows its schema', async () => {
    const { stdout } = await run('verify', join(work, 'signs'), '--format', 'json');
    const report = JSON.parse(stdout);
    const schema = JSON.parse(readFileSync('docs/schema/check-v1.schema.json', 'utf8'));
    const validate = new Ajv({ allErrors: true }).compile(schema);
    validate(report);
    expect(validate.errors).toBeNull();
    expect(report).toMatchObject({ check: 'identities', samples: 19, judged: 19, counts: { 'identity-mismatch': 1 } });
    expect(report.errorRates.length).toBeGreaterThan(5);
    expect(report.errorRates.at(-1)).toMatchObject({ far: 1, frr: 0 });
    expect(report.findings[0].related.map(({ path }: { path: string }) => path.split('/')[0])).toEqual(['cross', 'disc']);
  });

  it.each([
    [['verify'], 'verify takes one folder'],
    [['verify', 'DIR', 'DIR'], 'verify takes one folder'],
    [['verify', 'DIR', '--references', 'a', '--save-references', 'b'], 'give one of them'],
    [['verify', 'DIR', '--references', 'nothing'], 'There are no stored references at'],
    [['verify', 'DIR', '--fail-on', 'pair-mismatch'], 'identity-mismatch'],
    [['verify', 'DIR', '--folders', 'a,b'], '--folders'],
    [['verify', 'DIR', '--scores', 'nowhere/scores.csv'], '--scores nowhere/scores.csv cannot be written: there is no folder'],
    [['verify', 'DIR', '--scores', 'DIR'], 'is a folder; name a file'],
    [['verify', 'DIR', '--scores', 'a.csv', '--out', './a.csv'], '--out and --scores name the same file'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args.map(each => (each === 'DIR' ? join(work, 'signs') : each)));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
