import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../../../src/core/dataset/image';
import { deriveFindings } from '../../../../src/core/findings/deriveFindings';
import { allFindingKinds } from '../../../../src/core/findings/kinds';
import type { PairColumns } from '../../../../src/core/pairs/pairColumns';
import { csvReport } from '../../../../src/core/report/csvReport';
import { htmlReport } from '../../../../src/core/report/htmlReport';
import { jsonReport } from '../../../../src/core/report/jsonReport';
import { maxSarifResults, relativeUri, sarifReport } from '../../../../src/core/report/sarifReport';
import type { ScanReport } from '../../../../src/core/report/scanReport';
import { textReport } from '../../../../src/core/report/textReport';
import { shortenPath, textWidth } from '../../../../src/core/report/textWidth';
import { imagesOf, inputOf, pairsOf } from '../findings/support';

const nasty = 'train/<b>"x",\'&\n%20[1](http:..)\u202e é 图.png';

const reportOf = (images: ImageRecord[], pairs: PairColumns, more: Partial<ScanReport> = {}): ScanReport => ({
  toolVersion: '0.1.0',
  images: images.length,
  readable: images.filter(image => !image.problem).length,
  threshold: 0.2,
  radius: 0.4,
  expectedFalsePairs: 0.25,
  ...deriveFindings(inputOf(images, pairs), 0.2),
  notes: [{ message: 'The folder {0} could not be read.', args: ['<secret>'] }],
  roots: [
    { name: 'data', reference: false },
    { name: 'old', reference: true },
  ],
  ...more,
});

const mixed = reportOf(
  imagesOf(
    { path: nasty, split: 'train', label: 'cat', width: 50 },
    { path: 'test/b.png', split: 'test', label: 'dog' },
    { path: 'c.png', content: 'x' },
    { path: 'd.png', content: 'x' },
    { path: 'old.png', root: 1, reference: true },
    { path: 'empty.png', content: '', problem: { kind: 'unreadable-image', reason: 'empty', detail: '' } },
    { path: 'a.heic', content: '', problem: { kind: 'unsupported-format', reason: 'unsupported', detail: 'HEIC' } },
  ),
  pairsOf([0, 1, 0.03125], [3, 4, 0.1, 'mirror']),
);
const clean = reportOf(imagesOf({ path: 'a.png' }), pairsOf(), { notes: [], expectedFalsePairs: null });
const join = (pieces: Iterable<string>) => [...pieces].join('');

describe('JSON', () => {
  const schema = JSON.parse(readFileSync(new URL('../../../../docs/schema/scan-v1.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(schema);

  test.each([
    ['with findings of many kinds', mixed],
    ['without any', clean],
  ])('%s fits the published schema', (_, report) => {
    const valid = validate(JSON.parse(join(jsonReport(report))));
    expect(validate.errors).toBeNull();
    expect(valid).toBe(true);
  });

  test('the schema refuses what it should, and names every kind', () => {
    const json = JSON.parse(join(jsonReport(mixed)));
    expect(validate({ ...json, version: 2 })).toBe(false);
    expect(validate({ ...json, findings: [{ ...json.findings[0], score: 1.5 }] })).toBe(false);
    expect(validate({ ...json, findings: [{ ...json.findings[0], kind: 'nonsense' }] })).toBe(false);
    expect(schema.definitions.kind.enum).toEqual(allFindingKinds);
  });

  test('says what was found', () => {
    const json = JSON.parse(join(jsonReport(mixed)));
    expect(json.summary).toMatchObject({ readable: 5, threshold: 0.2, radius: 0.4, expectedFalsePairs: 0.25, findings: 5 });
    expect(json.findings.map((f: { kind: string }) => f.kind)).toEqual([
      'unreadable-image',
      'split-leak',
      'exact-duplicate',
      'near-duplicate',
      'unsupported-format',
    ]);
    expect(json.findings[1]).toMatchObject({
      path: nasty,
      related: [{ path: 'test/b.png', distance: 0.03125 }],
      score: 0.96875,
      also: ['label-conflict', 'near-duplicate'],
      suggestion: 'remove-file',
    });
    expect(json.findings[3]).toMatchObject({
      related: [{ path: 'old.png', distance: 0.1, reference: true }],
      transform: 'mirror',
    });
    expect(json.notes).toEqual(['The folder <secret> could not be read.']);
  });

  test('has one finding a line', () => {
    const lines = join(jsonReport(mixed)).split('\n');
    expect(lines.filter(line => line.includes('"id"'))).toHaveLength(5);
  });
});

describe('SARIF', () => {
  const run = (report: ScanReport) => JSON.parse(join(sarifReport(report))).runs[0];

  test('rules, results, locations and fingerprints', () => {
    const { tool, results, invocations } = run(mixed);
    expect(tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(allFindingKinds);
    expect(results.map((r: { level: string }) => r.level)).toEqual(['error', 'warning', 'note', 'note', 'note']);
    const leak = results[1];
    expect(leak.ruleId).toBe(tool.driver.rules[leak.ruleIndex].id);
    expect(leak.partialFingerprints).toEqual({ 'twinlint/v1': mixed.findings[1].id });
    const { uri } = leak.locations[0].physicalLocation.artifactLocation;
    expect(uri).toMatch(/^[A-Za-z0-9._~%/-]+$/);
    expect(decodeURIComponent(uri)).toBe(nasty);
    expect(results[3].relatedLocations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'old.png',
      uriBaseId: '%REFERENCEROOT%',
    });
    expect(invocations[0].toolExecutionNotifications).toHaveLength(1);
    expect(run(clean).results).toEqual([]);
  });

  test('a file name makes no link in a message', () => {
    const images = imagesOf({ path: 'a.png', width: 10 }, { path: '[click](http://x).png' });
    const [result] = run(reportOf(images, pairsOf([0, 1, 0.1]))).results;
    expect(result.message.text).toContain('\\[click\\](http');
  });

  test('keeps the worst 5,000 and says so', () => {
    const images = imagesOf(...Array.from({ length: maxSarifResults + 2 }, (_, i) => ({ path: `${i}.png`, content: 'x' })));
    const { results, invocations } = run(reportOf(images, pairsOf(), { notes: [] }));
    expect(results).toHaveLength(maxSarifResults);
    expect(invocations[0].toolExecutionNotifications[0].message.text).toContain('5000 of 5001');
  });

  test('relativeUri survives half a surrogate pair', () => expect(relativeUri('a/\ud800 b')).toBe('a/%EF%BF%BD%20b'));
});

/** RFC 4180, read character by character. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let value = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (quoted && text[i] === '"' && text[i + 1] === '"') value += text[i++];
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && text[i] === ',') value = (rows.at(-1)!.push(value), '');
    else if (!quoted && text[i] === '\r' && text[i + 1] === '\n') {
      rows.at(-1)!.push(value);
      rows.push([]);
      value = '';
      i++;
    } else value += text[i];
  }
  expect([quoted, value, rows.pop()]).toEqual([false, '', []]);
  return rows;
}

test('CSV comes back as it was, whatever the path', () => {
  const [header, ...rows] = parseCsv(join(csvReport(mixed)));
  const leak = Object.fromEntries(header.map((name, i) => [name, rows[1][i]]));
  expect(rows.map(row => row.length)).toEqual(rows.map(() => header.length));
  expect(leak).toMatchObject({
    id: mixed.findings[1].id,
    kind: 'split-leak',
    path: nasty,
    related: 'test/b.png',
    distance: '0.03125',
    label: 'cat',
    related_label: 'dog',
    split: 'train',
    related_split: 'test',
  });
});

describe('text', () => {
  test('worst first under one heading a kind, escaped, the summary last', () => {
    const lines = join(textReport(mixed, { colours: false })).split('\n');
    expect(lines[0]).toBe(
      'Unreadable image (1, error): The file looks like an image but cannot be decoded: empty, cut off, damaged, or too large to open safely.',
    );
    expect(lines).toContain(
      '  train/<b>"x",\'&\\n%20[1](http:..)\\u{202e} é 图.png → test/b.png  0.031, train → test, labels cat → dog',
    );
    expect(lines).toContain('  d.png → c.png  same bytes');
    expect(lines).toContain('  d.png → old/old.png  0.100, mirrored');
    expect(lines.at(-2)).toBe(
      '7 images scanned, 2 of them not readable. 5 findings at threshold 0.200: Unreadable image: 1, Split leak: 1, ' +
        'Exact duplicate: 1, Near-duplicate: 1, Unsupported format: 1. At this threshold about 0.3 false pairs are expected. ' +
        'Pairs were looked for up to distance 0.400.',
    );
    const rescorer = { path: '.twinlint/models/two.twinlint', network: 'two-channel' };
    expect(join(textReport({ ...clean, rescorer }, { colours: false }))).toMatch(
      / Pairs judged again by \.twinlint\/models\/two\.twinlint \(two-channel\)\.\n$/,
    );
    expect(join(textReport(clean, { colours: false }))).toBe(
      '1 image scanned. No findings at threshold 0.200. Pairs were looked for up to distance 0.400.\n',
    );
  });

  test('no escape codes without colours, and the same words with them', () => {
    const plain = join(textReport(mixed, { colours: false }));
    const coloured = join(textReport(mixed, { colours: true }));
    expect(plain).not.toContain('\u001b');
    // eslint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(coloured).not.toBe(plain);
  });

  test('pairs fit the terminal, and file names stay', () => {
    const long = (name: string) => `a/rather/long/folder/that/goes/on/${name}.png`;
    const images = imagesOf({ path: long('图片图片图片one'), width: 10 }, { path: long('two') });
    const rows = [...textReport(reportOf(images, pairsOf([0, 1, 0.1])), { colours: false, width: 70 })];
    const row = rows.find(line => line.includes('→'))!.trimEnd();
    expect(textWidth(row)).toBeLessThanOrEqual(70);
    expect(row).toMatch(/^ {2}a\/.*….*one\.png.*→ .*….*\/two\.png +0\.100$/);
  });

  test('shortenPath never exceeds its columns, also with wide characters', () => {
    for (const path of ['short', '图片/图片/图片/图片.png', 'e\u0301e\u0301/aaaaaaaaaaaaaaaaaaaa.png']) {
      for (let columns = 4; columns < 30; columns++) {
        const short = shortenPath(path, columns);
        expect(textWidth(short)).toBeLessThanOrEqual(columns);
        if (textWidth(path) <= columns) expect(short).toBe(path);
      }
    }
  });
});

describe('HTML', () => {
  const html = (thumbnail: (root: number, path: string) => string | undefined) => join(htmlReport(mixed, thumbnail));

  test('nothing in a path becomes markup', () => {
    const page = html(() => undefined);
    expect(page).not.toContain('<b>');
    expect(page).not.toContain('<secret>');
    expect(page).toContain('train/&lt;b&gt;&quot;x&quot;,&#39;&amp;\\n%20');
  });

  test('shows data URIs of pictures only', () => {
    expect(html(() => 'data:image/png;base64,AAAA')).toContain('src="data:image/png;base64,AAAA"');
    for (const uri of ['javascript:alert(1)', 'data:text/html,x', 'https://x/y.png', 'data:image/png;base64,A" onerror="x']) {
      expect(html(() => uri)).not.toContain('<img');
    }
  });
});
