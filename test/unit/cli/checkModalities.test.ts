import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sine, wavOf } from '../engine/checks/modalities/wavFiles';
import { picture } from '../engine/support/pictures';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
const run = (...args: string[]) =>
  spawnCli(cli, ['check', 'modalities', ...args], { env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } }).ended;

beforeAll(async () => {
  cli = await buildCli();
  work = mkdtempSync(join(tmpdir(), 'twinlint-modalities-'));
  const deep = join(work, 'data', 'deep');
  mkdirSync(deep, { recursive: true });
  for (let i = 0; i < 4; i++) {
    const base = join(deep, `weld${i}`);
    writeFileSync(`${base}.png`, await picture(i).png().toBuffer());
    writeFileSync(`${base}.wav`, wavOf(sine(300 + 100 * i, 0.2)));
    if (i !== 1) writeFileSync(`${base}.csv`, i === 2 ? 'current\nmany\nfew\n' : 'current,voltage\n1,2\n2,3\n');
  }
  writeFileSync(join(deep, 'weld3.wav'), 'an mp3, perhaps');
});
afterAll(() => {
  for (const folder of [work, dirname(dirname(cli))]) rmSync(folder, { recursive: true, force: true });
});

describe('twinlint check modalities', () => {
  it('names what is missing and what cannot be read, and why nothing was judged', async () => {
    const { code, stdout } = await run(join(work, 'data'));
    expect(code).toBe(0);
    expect(stdout).toContain('The sample deep/weld1 has an image and a sound but no sensor values (deep/weld1.csv)');
    expect(stdout).toContain('No column of this file holds numbers.');
    expect(stdout).toContain('This is no WAV file');
    expect(stdout).toContain('Only 1 different samples are complete. At least 40 are needed');
  });

  it('gives JSON, and a code for CI', async () => {
    const { code, stdout } = await run(join(work, 'data'), '--format', 'json', '--fail-on', 'modality-missing');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      check: 'modalities',
      samples: 4,
      judged: 0,
      findings: [
        { kind: 'modality-unreadable', path: 'deep/weld2.csv', severity: 'warning' },
        { kind: 'modality-unreadable', path: 'deep/weld3.wav' },
        { kind: 'modality-missing', path: 'deep/weld1.png', related: [{ path: 'deep/weld1.wav' }] },
      ],
    });
    const calm = await run(join(work, 'data'), '--format', 'csv', '--fail-on', 'modality-mismatch');
    expect(calm.code).toBe(0);
    expect(calm.stdout.trim().split('\n')).toHaveLength(4);
  });

  it('writes the scores of what was judged, here of nothing', async () => {
    const file = join(work, 'scores.csv');
    expect((await run(join(work, 'data'), '--scores', file)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('path,doubt,image,sound,sensors,odd,better\r\n');
    expect(readdirSync(work).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });

  it('says where there are no samples, and what --fail-on knows', async () => {
    mkdirSync(join(work, 'bare'));
    writeFileSync(join(work, 'bare', 'a.png'), await picture(1).png().toBuffer());
    const bare = await run(join(work, 'bare'));
    expect(bare.code).toBeGreaterThan(1);
    expect(bare.stderr).toContain('No image below this folder has both a sound and sensor values of its name');
    const unknown = await run(join(work, 'data'), '--fail-on', 'pair-missing');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('modality-mismatch');
  });
});
