import Ajv from 'ajv';
import { spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli } from './buildCli';
import { patchwork } from './patchwork';

interface JsonFinding {
  kind: string;
  path: string;
  severity: string;
  related: { path: string; distance: number; reference?: true }[];
}

let cli: string;
let work: string;
let data: string;
const at = (...parts: string[]) => join(work, ...parts);

function put(path: string, bytes: Uint8Array | string, year = 2020): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const time = new Date(`${year}-05-05T05:05:05Z`);
  utimesSync(path, time, time);
}

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: work,
    env: { ...process.env, XDG_CACHE_HOME: at('cache'), ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve =>
    child.on('close', code => resolve({ code, stdout, stderr })),
  );
  return { child, ended };
}
const run = (...args: string[]) => start(args).ended;
const findingsOf = (json: string): JsonFinding[] => JSON.parse(json).findings;
/** `kind path twin`, the shortest form that shows what a finding says. */
const brief = (findings: JsonFinding[]) => findings.map(f => [f.kind, f.path, ...f.related.map(r => r.path)].join(' '));

beforeAll(async () => {
  cli = await buildCli();
  work = mkdtempSync(join(tmpdir(), 'twinlint-cli-'));
  data = at('data');
  for (let i = 0; i < 12; i++) {
    put(join(data, i % 2 ? 'train/cat' : 'train/dog', `p${i}.png`), await patchwork(i).png().toBuffer());
  }
  for (let i = 12; i < 16; i++) {
    put(join(data, i % 2 ? 'test/cat' : 'test/dog', `p${i}.png`), await patchwork(i).png().toBuffer());
  }
  put(join(data, 'train/dog/p0 copy.png'), await patchwork(0).png().toBuffer(), 2022);
  put(join(data, 'train/cat/half.png'), await patchwork(1).resize(120, 90).png().toBuffer(), 2022);
  put(join(data, 'train/cat/leaked.jpg'), await patchwork(13, 200, 150).jpeg({ quality: 70 }).toBuffer(), 2022);
  put(join(data, 'train/cat/wrong "class", 图\n.webp'), await patchwork(2, 220, 165).webp({ quality: 70 }).toBuffer(), 2022);
  put(join(data, 'train/cat/empty.png'), '');
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
  rmSync(dirname(dirname(cli)), { recursive: true, force: true });
});

const expected = [
  'unreadable-image train/cat/empty.png',
  'split-leak train/cat/leaked.jpg test/cat/p13.png',
  'label-conflict train/cat/wrong "class", 图\n.webp train/dog/p2.png',
  'exact-duplicate train/dog/p0 copy.png train/dog/p0.png',
  'near-duplicate train/cat/half.png train/cat/p1.png',
];

describe('twinlint scan', () => {
  test('finds what was planted, in the published schema, byte for byte the same at any thread count', async () => {
    const one = await run('scan', data, '--format', 'json', '--threads', '1', '--no-cache');
    expect(one.stderr).toBe('');
    expect(one.code).toBe(0);
    expect(brief(findingsOf(one.stdout))).toEqual(expected);
    const schema = JSON.parse(readFileSync(new URL('../../../docs/schema/scan-v1.schema.json', import.meta.url), 'utf8'));
    const validate = new Ajv({ strictTypes: false }).compile(schema);
    validate(JSON.parse(one.stdout));
    expect(validate.errors).toBeNull();
    const three = await run('scan', data, '--format', 'json', '--threads', '3');
    expect(three.stdout).toBe(one.stdout);
    const cached = await run('scan', data, '--format', 'json');
    expect(cached.stdout).toBe(one.stdout);
  });

  test('exit code 1 only for the kinds that were named', async () => {
    expect((await run('scan', data, '--fail-on', 'unsupported-format,not-fetched')).code).toBe(0);
    expect((await run('scan', data, '--fail-on', 'near-duplicate,split-leak')).code).toBe(1);
    const off = ['--severity', 'near-duplicate=off', '--fail-on', 'near-duplicate'];
    expect((await run('scan', data, ...off)).code).toBe(0);
  });

  test('text is readable, and has no escape codes where it is no terminal', async () => {
    const { stdout } = await run('scan', data);
    expect(stdout).toContain('Split leak (1, warning)');
    expect(stdout).toContain('train/cat/wrong "class", 图\\n.webp');
    expect(stdout).toMatch(/21 images scanned, 1 of them not readable\. 5 findings/);
    expect(stdout).not.toContain('\u001b');
  });

  test('SARIF, CSV and HTML, chosen by the output file', async () => {
    expect((await run('scan', data, '--out', at('r.sarif'))).stdout).toBe('');
    const sarif = JSON.parse(readFileSync(at('r.sarif'), 'utf8'));
    expect(sarif.runs[0].results).toHaveLength(5);
    await run('scan', data, '--out', at('r.csv'));
    expect(readFileSync(at('r.csv'), 'utf8')).toMatch(/^id,kind,severity,path,.*\r\n[0-9a-f]{16},unreadable-image,error,/);
    await run('scan', data, '--out', at('r.html'));
    const html = readFileSync(at('r.html'), 'utf8');
    expect(html.match(/<img /g)).toHaveLength(8);
    expect(html).toContain('wrong &quot;class&quot;');
    expect(readdirSync(work).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });

  test('options reach the engine: labels, splits, pairs, exclude, mirrors', async () => {
    const json = async (...args: string[]) => brief(findingsOf((await run('scan', data, '--format', 'json', ...args)).stdout));
    const plain = await json('--labels', 'none', '--splits', 'nowhere/**=test');
    const pairsOfAll = expected.slice(1).map(line => line.slice(line.indexOf(' ')));
    expect(plain.slice(0, 2)).toEqual([expected[0], expected[3]]);
    expect(plain.slice(2).sort()).toEqual(
      pairsOfAll
        .filter(pair => !expected[3].endsWith(pair))
        .map(pair => `near-duplicate${pair}`)
        .sort(),
    );
    expect(await json('--pairs', 'within-folder')).toEqual([expected[0], expected[3], expected[4]]);
    expect(await json('--exclude', 'train/cat/**')).toEqual([expected[3]]);
    put(at('turned/a.png'), await patchwork(40).png().toBuffer());
    put(at('turned/b.png'), await patchwork(40, 200, 150).flop().png().toBuffer());
    const turned = async (...args: string[]) => findingsOf((await run('scan', at('turned'), '--format', 'json', ...args)).stdout);
    expect(await turned()).toEqual([]);
    expect(await turned('--mirrors')).toMatchObject([{ kind: 'near-duplicate', transform: 'mirror', path: 'b.png' }]);
  });

  test('labels of a CSV alone make a conflict; its broken rows are told, and left out', async () => {
    put(at('table/a.png'), await patchwork(70).png().toBuffer());
    put(at('table/b.png'), await patchwork(70, 200, 150).png().toBuffer());
    const rows = ['file,label', 'a.png,cat', 'b.png,dog', 'b.png', '../outside.png,cat', 'gone.png,cat'];
    put(at('table/labels.csv'), rows.join('\n') + '\n');
    const scan = (...args: string[]) => run('scan', at('table'), '--format', 'json', ...args);
    expect(brief(findingsOf((await scan()).stdout))).toEqual(['near-duplicate b.png a.png']);

    const { code, stdout, stderr } = await scan('--labels', 'labels.csv');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).findings).toMatchObject([{ kind: 'label-conflict', path: 'b.png', labels: ['dog', 'cat'] }]);
    const notes = [
      'labels.csv, row 4: no path or no label; the row was left out.',
      'labels.csv: 1 rows name files that do not lie below the scanned folder, for example "../outside.png" in row 5.',
      'labels.csv: 1 rows name files that are not among the scanned images, for example "gone.png" in row 6.',
    ];
    expect(JSON.parse(stdout).notes).toEqual(notes);
    expect(stderr).toBe('');
  });

  test('the config file is read, options win over it, and a verdict removes a pair', async () => {
    for (const name of ['a', 'b']) {
      put(
        at('own', `${name}.png`),
        await patchwork(50)
          .png({ compressionLevel: name === 'a' ? 9 : 1 })
          .toBuffer(),
      );
    }
    const json = async (...args: string[]) => findingsOf((await run('scan', at('own'), '--format', 'json', ...args)).stdout);
    put(at('own/.twinlint/config.json'), '{ "severity": { "near-duplicate": "error" } }');
    const [finding] = await json();
    expect(finding).toMatchObject({ kind: 'near-duplicate', severity: 'error' });
    expect((await json('--severity', 'near-duplicate=warning'))[0].severity).toBe('warning');
    const { createHash } = await import('node:crypto');
    const image = (name: string) => ({
      content: createHash('sha256')
        .update(readFileSync(at('own', name)))
        .digest('hex'),
      path: name,
    });
    const line = {
      id: 'v1',
      time: '2024-01-01T00:00:00.000Z',
      relation: 'same-picture',
      verdict: 'different',
      images: [image('a.png'), image('b.png')],
    };
    put(at('own/.twinlint/verdicts/me.jsonl'), `${JSON.stringify(line)}\n`);
    expect(await json()).toEqual([]);
  });

  test('--against compares with a reference, which is not compared with itself; a reference around DIR leaves DIR out', async () => {
    const old = at('all/old');
    put(join(old, 'a.png'), await patchwork(60).png().toBuffer());
    put(join(old, 'a2.png'), await patchwork(60).png().toBuffer());
    put(at('all/batch/big.png'), await patchwork(60, 480, 360).png().toBuffer());
    const { stdout } = await run('scan', at('all/batch'), '--against', old, '--format', 'json');
    expect(findingsOf(stdout)).toMatchObject([{ kind: 'near-duplicate', path: 'big.png', related: [{ reference: true }] }]);
    const around = await run('scan', at('all/batch'), '--against', at('all'), '--format', 'json');
    expect(findingsOf(around.stdout).map(f => [f.path, f.related[0].path])).toEqual([['big.png', 'old/a.png']]);
    expect((await run('scan', old, '--against', old)).code).toBe(2);
  });

  test('an empty folder is clean', async () => {
    mkdirSync(at('nothing'));
    const { code, stdout } = await run('scan', at('nothing'));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^0 images scanned\. No findings/)]);
  });
});

describe('twinlint similar', () => {
  test('lists the nearest first, not the image itself', async () => {
    const json = JSON.parse((await run('similar', join(data, 'train/cat/p1.png'), data, '-k', '3', '--format', 'json')).stdout);
    expect(json.query).toBe('train/cat/p1.png');
    expect(json.neighbours.length).toBeLessThanOrEqual(3);
    expect(json.neighbours[0].path).toBe('train/cat/half.png');
    expect(json.neighbours.map((n: { path: string }) => n.path)).not.toContain('train/cat/p1.png');
    const distances = json.neighbours.map((n: { distance: number }) => n.distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  test('an image from elsewhere, and one that is none', async () => {
    put(at('query.jpg'), await patchwork(1).jpeg().toBuffer());
    const { stdout } = await run('similar', at('query.jpg'), data, '-k', '2');
    expect(stdout.split('\n').slice(1, 3).join('\n')).toMatch(
      /train\/cat\/(p1|half)\.png +0\.\d{3}\n.*train\/cat\/(p1|half)\.png/,
    );
    const none = await run('similar', join(data, 'train/cat/empty.png'), data);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/^twinlint: .*the file is empty.*\n$/);
  });
});

describe('errors', () => {
  test.each([
    [['scan', 'no-such-folder'], 'there is no folder no-such-folder'],
    [['scan'], 'scan takes one folder'],
    [['scan', 'data', 'more'], 'scan takes one folder'],
    [['scan', 'data/train/cat/p1.png'], 'is a file; what is scanned must be a folder'],
    [['scan', 'data', '--out', 'no/such/x.json'], 'cannot be written: there is no folder'],
    [['scan', 'data', '--out', 'data'], 'is a folder; name a file'],
    [['scan', 'data', '--model', 'm.tlm'], 'must be auto, none, or a model file; there is no such file'],
    [['scan', 'data', '--fail-on', 'leaks'], 'no kind of finding "leaks"'],
    [['similar', 'data', 'data'], 'is not a file'],
    [['scann', 'data'], 'did you mean scan?'],
  ])('%j is told in one line with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^twinlint: [^\n]+\n$/);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('help and version', async () => {
    expect(await run('help', 'scan')).toMatchObject({ code: 0, stdout: expect.stringContaining('--fail-on KIND,…|any') });
    const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'));
    expect(await run('version')).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect((await run('engine')).stdout).toMatch(/Decoder +sharp/);
  });

  test('Ctrl+C: exit code 130, nothing half-written, no engine left', async () => {
    for (let i = 0; i < 40; i++) linkOrCopy(join(data, 'train/cat/p1.png'), at('many', `${i}.png`));
    const { child, ended } = start(['scan', at('many'), '--no-cache', '--out', at('stopped.json')]);
    const temporary = () => readdirSync(work).filter(name => name.startsWith('.stopped.json'));
    while (temporary().length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
    expect(temporary()).toEqual([]);
    expect(existsSync(at('stopped.json'))).toBe(false);
  });

  test('a reader that goes away is no error', async () => {
    const { child, ended } = start(['scan', data, '--format', 'json']);
    child.stdout.destroy();
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([0, '']);
  });

  test('--no-cache keeps nothing', async () => {
    const folder = at('empty-cache');
    mkdirSync(folder);
    mkdirSync(at('tmp'));
    const { ended } = start(['scan', data, '--no-cache'], { XDG_CACHE_HOME: folder, TMPDIR: at('tmp') });
    await ended;
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(at('tmp'))).toEqual([]);
  });
});

function linkOrCopy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    writeFileSync(to, readFileSync(from));
  }
}
