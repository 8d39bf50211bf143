import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildCli } from './buildCli';
import { patchwork } from './patchwork';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
let data: string;

const picture = (seed: number): Promise<Buffer> => patchwork(seed, 120, 90).png().toBuffer();
const put = (path: string, bytes: Uint8Array | string): void => {
  mkdirSync(dirname(join(data, path)), { recursive: true });
  writeFileSync(join(data, path), bytes);
};
const runCli = (args: readonly string[]) =>
  spawnCli(cli, args, { env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } }).ended;
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-C', data, ...args], { encoding: 'utf8', stdio: 'pipe' });
const scan = async (...args: string[]) => {
  const result = await runCli(['scan', data, '--format', 'json', ...args]);
  const report = result.code === 2 ? undefined : (JSON.parse(result.stdout) as { findings: Finding[]; notes: string[] });
  return { ...result, found: report?.findings.map(({ kind, path }) => `${kind} ${path}`), notes: report?.notes };
};
interface Finding {
  readonly kind: string;
  readonly path: string;
}

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'twinlint-ci-'));
  cli = await buildCli();
});
afterAll(() => {
  for (const folder of [work, dirname(dirname(cli))]) rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  data = mkdtempSync(join(work, 'data-'));
  for (let seed = 1; seed <= 8; seed++) put(`train/${seed}.png`, await picture(seed));
  put('train/1-copy.png', await picture(1));
  put('test/20.png', await picture(20));
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
});

describe('--changed-only', () => {
  test('lists what concerns a changed, added or new file, on either side; the rest is old', async () => {
    expect((await scan()).found).toEqual(['exact-duplicate train/1-copy.png']);
    expect((await scan('--changed-only')).found).toEqual([]);
    put('train/leak.png', await picture(20));
    expect((await scan('--changed-only', '--fail-on', 'split-leak')).found).toEqual(['split-leak train/leak.png']);
    expect((await scan('--changed-only', '--fail-on', 'split-leak')).code).toBe(1);
    git('add', '.');
    git('commit', '-q', '-m', 'a leak');
    expect((await scan('--changed-only')).found).toEqual([]);
    // The finding stands on the training image; here its twin is what changes.
    put(
      'test/20.png',
      await sharp(await picture(20))
        .png({ compressionLevel: 1 })
        .toBuffer(),
    );
    expect((await scan('--changed-only')).found).toEqual(['split-leak train/leak.png']);
  });

  test('with --base, all that a branch brings counts, and what main got meanwhile does not', async () => {
    git('checkout', '-q', '-b', 'feature');
    put('train/leak.png', await picture(20));
    git('add', '.');
    git('commit', '-q', '-m', 'a leak');
    git('checkout', '-q', 'main');
    put('train/2-copy.png', await picture(2));
    git('add', '.');
    git('commit', '-q', '-m', 'a copy');
    git('checkout', '-q', 'feature');
    expect((await scan('--changed-only', '--base', 'main')).found).toEqual(['split-leak train/leak.png']);
    expect((await scan('--changed-only')).found).toEqual([]);
  });

  test('equals a whole scan without a cache, whatever was added, renamed and removed since', async () => {
    await scan('--changed-only');
    put('train/new.png', await picture(3));
    renameSync(join(data, 'train/4.png'), join(data, 'test/4.png'));
    copyFileSync(join(data, 'test/4.png'), join(data, 'train/4-again.png'));
    rmSync(join(data, 'train/1.png'));
    const whole = (await scan('--no-cache')).found!;
    const changed = (await scan('--changed-only')).found!;
    expect(whole).toEqual(['split-leak train/4-again.png', 'exact-duplicate train/new.png']);
    expect(changed).toEqual(whole);
  });

  test('an identity that leaks is news whichever of its images came, and the finding stands on the fewest', async () => {
    const grouped = (...args: string[]) => scan('--group-by', 'p(\\d+)-', ...args);
    put('test/p7-1.png', await picture(31));
    git('add', '.');
    git('commit', '-q', '-m', 'one of patient 7');
    for (const seed of [32, 33]) put(`train/p7-${seed}.png`, await picture(seed));
    const { found, stdout } = await grouped('--changed-only', '--fail-on', 'identity-leak');
    expect(found).toEqual(['identity-leak test/p7-1.png']);
    expect(stdout).toContain('Identity leak: 7 is in test (here) and in train, as in train/p7-32.png.');
    expect((await grouped('--changed-only', '--fail-on', 'identity-leak')).code).toBe(1);
    expect((await scan('--changed-only')).found).toEqual([]);
    expect((await scan('--group-by', 'p(')).stderr).toContain('--group-by is "p(", which is no regular expression');
  });

  test('lists everything where settings changed, and says so', async () => {
    put('.twinlint/config.json', '{}');
    const { found, notes } = await scan('--changed-only');
    expect(found).toEqual(['exact-duplicate train/1-copy.png']);
    expect(notes).toContain('.twinlint/config.json has changed: all findings are listed.');
  });

  test('a folder below the top of the repository has paths of its own', async () => {
    put('train/sub/9.png', await picture(5));
    const result = await runCli(['scan', join(data, 'train'), '--format', 'json', '--changed-only']);
    expect((JSON.parse(result.stdout) as { findings: Finding[] }).findings.map(({ path }) => path)).toEqual(['sub/9.png']);
  });

  test('says what is wrong in one line', async () => {
    expect((await scan('--changed-only', '--base', 'nowhere')).stderr).toContain(
      'there is no commit "nowhere"; in a shallow clone',
    );
    expect((await scan('--base', 'main')).stderr).toContain('--base is of use with --changed-only');
    rmSync(join(data, '.git'), { recursive: true });
    const { code, stderr } = await scan('--changed-only');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^twinlint: --changed-only needs a Git repository.*\n$/);
  });
});

describe('--baseline', () => {
  test('only new findings are listed and fail; a known one that became worse is new', async () => {
    const baseline = join(data, '..', 'baseline.json');
    put('train/20-copy.png', await picture(8));
    await runCli(['scan', data, '--out', baseline]);
    const same = await scan('--baseline', baseline, '--fail-on', 'any');
    expect(same).toMatchObject({ code: 0, found: [], notes: ['2 findings are in the baseline and not listed.'] });
    put('train/3-copy.png', await picture(3));
    expect(await scan('--baseline', baseline, '--fail-on', 'any')).toMatchObject({
      code: 1,
      found: ['exact-duplicate train/3-copy.png'],
    });
  });

  test('refuses what is no report', async () => {
    put('not.json', '{"version":1}');
    expect((await scan('--baseline', join(data, 'not.json'))).stderr).toContain('is no report of "twinlint scan --format json"');
    const missing = await scan('--baseline', 'nowhere.json');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('there is no such file; "twinlint scan DIR --out FILE.json" makes one');
  });
});

describe('--keep-list and --drop-list', () => {
  test('part the readable images: what goes has a twin that stays', async () => {
    put('train/broken.png', 'not an image');
    put('train/20-copy.png', await picture(20));
    const [keep, drop] = [join(data, '..', 'keep.txt'), join(data, '..', 'drop.txt')];
    const { code } = await scan('--keep-list', keep, '--drop-list', drop);
    expect(code).toBe(0);
    const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(linesOf(drop).sort()).toEqual(['train/1-copy.png', 'train/20-copy.png']);
    const rest = [1, 2, 3, 4, 5, 6, 7, 8].map(seed => `train/${seed}.png`);
    expect(linesOf(keep)).toEqual(['test/20.png', ...rest]);
  });
});
