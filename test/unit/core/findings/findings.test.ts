import { describe, expect, test } from 'vitest';
import { deriveFindings } from '../../../../src/core/findings/deriveFindings';
import type { Finding } from '../../../../src/core/findings/finding';
import { FindingsTable } from '../../../../src/core/findings/findingsTable';
import { allFindingKinds } from '../../../../src/core/findings/kinds';
import { imagesOf, inputOf, pairsOf, randomOf, tableOf, verdictOf } from './support';

/** `kind image → twin`, the shortest form that shows what a finding says. */
const brief = (findings: readonly Finding[]) => findings.map(f => [f.kind, f.path, ...f.related.map(r => r.path)].join(' '));
const at = (threshold: number, ...args: Parameters<typeof inputOf>) =>
  brief(deriveFindings(inputOf(...args), threshold).findings);

describe('kinds of a pair', () => {
  const train = { split: 'train', label: 'cat' };
  const test_ = { split: 'test', label: 'dog' };

  test('a pair is one finding of its most urgent kind and names the others', () => {
    const images = imagesOf({ path: 'train/a.png', ...train }, { path: 'test/b.png', ...test_ });
    const { findings, counts } = deriveFindings(inputOf(images, pairsOf([0, 1, 0.125])), 0.2);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      kind: 'split-leak',
      severity: 'warning',
      path: 'train/a.png',
      related: [{ image: 1, root: 0, path: 'test/b.png', distance: 0.125 }],
      score: 0.875,
      details: { also: ['label-conflict', 'near-duplicate'], labels: ['cat', 'dog'], splits: ['train', 'test'] },
    });
    expect(counts).toEqual({ 'split-leak': 1 });
  });

  test('off lets a pair fall back to its next kind, and all off hides it', () => {
    const images = imagesOf({ path: 'train/a.png', ...train }, { path: 'test/b.png', ...test_ });
    const pairs = pairsOf([0, 1, 0.1]);
    const withOff = (...off: string[]) => [
      { severity: Object.fromEntries(off.map(kind => [kind, 'off'])), pairs: 'all' as const },
    ];
    expect(at(0.2, images, pairs, [], withOff('split-leak'))).toEqual(['label-conflict train/a.png test/b.png']);
    expect(at(0.2, images, pairs, [], withOff('split-leak', 'label-conflict'))).toEqual([
      'near-duplicate train/a.png test/b.png',
    ]);
    expect(at(0.2, images, pairs, [], withOff('split-leak', 'label-conflict', 'near-duplicate'))).toEqual([]);
    const [leak] = deriveFindings(inputOf(images, pairs, [], withOff('label-conflict')), 0.2).findings;
    expect(leak.details.also).toEqual(['near-duplicate']);
  });

  test('an image without a label or split is in no conflict', () => {
    const images = imagesOf({ path: 'a.png', label: 'cat' }, { path: 'b.png', split: 'test' });
    expect(at(0.2, images, pairsOf([0, 1, 0.1]))).toEqual(['near-duplicate a.png b.png']);
  });

  test('severity comes from the root of the image that the finding stands on', () => {
    const images = imagesOf({ path: 'small.png', width: 10 }, { path: 'big.png', root: 1 });
    const settings = [
      { severity: { 'near-duplicate': 'error' } as const, pairs: 'all' as const },
      { severity: {}, pairs: 'all' as const },
    ];
    expect(deriveFindings(inputOf(images, pairsOf([0, 1, 0.1]), [], settings), 1).findings[0].severity).toBe('error');
  });
});

describe('threshold', () => {
  const images = imagesOf({ path: 'a.png' }, { path: 'b.png' }, { path: 'c.png' });
  const table = tableOf(images, pairsOf([0, 1, 0.1], [0, 2, 0.3]));

  test('is inclusive, in float32 as the distances are', () => {
    expect(table.counts(0.0999)).toEqual({});
    expect(table.counts(0.1)).toEqual({ 'near-duplicate': 1 });
    expect(table.counts(0.3)).toEqual({ 'near-duplicate': 2 });
    expect(table.countPairs(0.1)).toBe(1);
  });

  test('equal files are found at 0', () => {
    const copies = imagesOf({ path: 'a.png', content: 'x' }, { path: 'b.png', content: 'x' });
    expect(tableOf(copies).counts(0)).toEqual({ 'exact-duplicate': 1 });
  });
});

describe('the image to keep', () => {
  const kept = (a: object, b: object) => {
    const images = imagesOf({ path: 'b/first.png', ...a }, { path: 'a/other.png', ...b });
    return deriveFindings(inputOf(images, pairsOf([0, 1, 0.1])), 1).findings[0].related[0].image;
  };
  test.each([
    ['a reference, whatever else', { width: 10, reference: true, root: 1 }, {}],
    ['the test image of a leak, though it is smaller', { split: 'test', width: 10 }, { split: 'train' }],
    ['test before val', { split: 'test', width: 10 }, { split: 'val' }],
    ['more pixels', { width: 101, format: 'jpeg' }, {}],
    ['the less lossy format', { sizeBytes: 1 }, { format: 'jpeg' }],
    ['the larger file', { sizeBytes: 1001, modifiedMs: 6000 }, {}],
    ['the older file', { modifiedMs: 4999 }, {}],
    ['the shorter path', { path: 'z.png' }, {}],
    ['the path that comes first', { path: 'Z/other.png' }, {}],
  ])('%s', (_, a, b) => {
    expect(kept(a, b)).toBe(0);
    expect(kept(b, a)).toBe(1);
  });

  test('k equal files give k − 1 findings on the kept one', () => {
    const same = { content: 'x' };
    const images = imagesOf(
      { path: 'c.png', ...same },
      { path: 'copy/a.png', ...same },
      { path: 'a.png', ...same, modifiedMs: 1 },
    );
    expect(at(0, images)).toEqual(['exact-duplicate c.png a.png', 'exact-duplicate copy/a.png a.png']);
  });

  test('a reference is never the one to remove, nor compared with its like, nor reported as unreadable', () => {
    const reference = { content: 'x', root: 1, reference: true };
    const problem = { kind: 'unreadable-image', reason: 'empty', detail: '' } as const;
    const images = imagesOf(
      { path: 'new.png', content: 'x' },
      { path: 'old.png', ...reference },
      { path: 'older.png', ...reference, modifiedMs: 1 },
      { path: 'bad.png', content: '', root: 1, reference: true, problem },
    );
    expect(at(0, images)).toEqual(['exact-duplicate new.png older.png']);
  });
});

test('a transform is told from the side that reads it', () => {
  // The pair table: picture 1 turned by 90° matches picture 0.
  const pairs = pairsOf([0, 1, 0.1, 'turn-90']);
  const firstKept = imagesOf({ path: 'a.png' }, { path: 'b.png', width: 50 });
  expect(tableOf(firstKept, pairs).pair(0)).toMatchObject({ remove: 1, keep: 0, transform: 'turn-90' });
  expect(deriveFindings(inputOf(firstKept, pairs), 1).findings[0].details.transform).toBe('turn-270');
  const secondKept = imagesOf({ path: 'a.png', width: 50 }, { path: 'b.png' });
  expect(tableOf(secondKept, pairs).pair(0)).toMatchObject({ remove: 0, keep: 1, transform: 'turn-270' });
  expect(deriveFindings(inputOf(secondKept, pairs), 1).findings[0].details.transform).toBe('turn-90');
  const mirrored = pairsOf([0, 1, 0.1, 'mirror-turn-90']);
  expect(deriveFindings(inputOf(firstKept, mirrored), 1).findings[0].details.transform).toBe('mirror-turn-90');
});

describe('which pairs are compared', () => {
  const same = { content: 'x' };
  const images = imagesOf({ path: 'f/1.png', ...same }, { path: 'f/2.png', ...same }, { path: 'g/3.png', ...same });
  const scoped = (pairs: 'across-folders' | 'within-folder') => at(0, images, pairsOf(), [], [{ severity: {}, pairs }]);
  test('across folders', () => expect(scoped('across-folders')).toEqual(['exact-duplicate g/3.png f/1.png']));
  test('within a folder', () => expect(scoped('within-folder')).toEqual(['exact-duplicate f/2.png f/1.png']));
});

describe('verdicts', () => {
  const images = imagesOf({ path: 'a.png' }, { path: 'b.png' }, { path: 'c.png' });
  const pairs = pairsOf([0, 1, 0.1], [1, 2, 0.2]);

  test('different removes a pair, also after a rename', () => {
    const moved = images.map(image => ({ ...image, path: `moved/${image.path}` }));
    const table = tableOf(moved, pairs, [verdictOf('different', images[1], images[0])]);
    expect(brief(table.page({ threshold: 1, offset: 0, limit: 9 }).findings)).toEqual(['near-duplicate moved/c.png moved/b.png']);
    expect([...table.distances]).toEqual([Math.fround(0.2)]);
  });

  test('a verdict that two are of different classes says that they are different pictures; similar classes say nothing', () => {
    const different = { ...verdictOf('different', images[0], images[1]), relation: 'same-class' };
    expect(at(1, images, pairs, [different])).toEqual(['near-duplicate c.png b.png']);
    const similar = { ...verdictOf('similar', images[0], images[1]), relation: 'same-class' };
    expect(tableOf(images, pairs, [similar]).pair(0).verdict).toBeUndefined();
    expect(tableOf(images, pairs, [verdictOf('similar', images[0], images[1])]).pair(0).verdict).toBe('similar');
  });

  test('ignore hides every finding of an image', () => {
    expect(at(1, images, pairs, [verdictOf('ignore', images[1])])).toEqual([]);
    const broken = imagesOf({ path: 'x.png', content: '', problem: { kind: 'unreadable-image', reason: 'empty', detail: '' } });
    expect(at(1, broken)).toEqual(['unreadable-image x.png']);
    expect(at(1, broken, pairsOf(), [verdictOf('ignore', broken[0])])).toEqual([]);
  });

  test('between equal contents, ignore and different hold for the named paths only', () => {
    const copies = imagesOf({ path: 'a.png', content: 'x' }, { path: 'b.png', content: 'x' }, { path: 'c.png', content: 'x' });
    expect(at(0, copies, pairsOf(), [verdictOf('ignore', copies[0])])).toEqual(['exact-duplicate c.png b.png']);
    expect(at(0, copies, pairsOf(), [verdictOf('different', copies[0], copies[1])])).toEqual(['exact-duplicate c.png a.png']);
  });
});

describe('order, pages and ids', () => {
  const random = randomOf(7);
  const images = imagesOf(
    ...Array.from({ length: 120 }, (_, i) => ({
      path: `${'zyx'[i % 3]}/${i}.png`,
      content: i < 30 ? `shared ${i % 8}` : `own ${i}`,
      width: 100 + Math.floor(random() * 4),
      ...(i % 2 === 0 && { label: `l${i % 3}` }),
      ...(i % 5 === 0 && { split: i % 10 === 0 ? 'train' : 'test' }),
      ...(i > 110 && { problem: { kind: i % 2 ? 'unreadable-image' : 'not-fetched', reason: 'empty', detail: '' } as const }),
    })),
  );
  const rows = new Map<string, [number, number, number]>();
  while (rows.size < 400) {
    const a = Math.floor(random() * 110);
    const b = Math.floor(random() * 110);
    if (images[a].content !== images[b].content && a < b) {
      rows.set(
        [a, b]
          .map(i => images[i].content)
          .sort()
          .join(),
        [a, b, Math.floor(random() * 20) / 32],
      );
    }
  }
  const input = inputOf(images, pairsOf(...rows.values()));
  const table = tableOf(images, pairsOf(...rows.values()));

  test('worst first: severity, kind, score, path', () => {
    const { findings } = deriveFindings(input, 1);
    const severity = ['error', 'warning', 'information'];
    const key = (f: Finding) => [
      severity.indexOf(f.severity),
      allFindingKinds.indexOf(f.kind),
      -f.score,
      f.path,
      f.related[0]?.path ?? '',
    ];
    const sorted = [...findings].sort((x, y) => {
      const [kx, ky] = [key(x), key(y)];
      const i = kx.findIndex((value, at) => value !== ky[at]);
      return i < 0 ? 0 : kx[i] < ky[i] ? -1 : 1;
    });
    expect(findings.length).toBeGreaterThan(400);
    expect(brief(findings)).toEqual(brief(sorted));
  });

  test.each([0, 0.1, 0.3, 1])('pages, counts and filters at %s agree with the whole list', threshold => {
    const all = deriveFindings(input, threshold).findings;
    const pages: Finding[] = [];
    for (let offset = 0; offset < all.length + 7; offset += 7) {
      const page = table.page({ threshold, offset, limit: 7 });
      expect(page.total).toBe(all.length);
      pages.push(...page.findings);
    }
    expect(pages).toEqual(all);
    const counts = Object.fromEntries(
      allFindingKinds.map(k => [k, all.filter(f => f.kind === k).length]).filter(([, n]) => n !== 0),
    );
    expect(table.counts(threshold)).toEqual(counts);
    const leaks = table.page({ threshold, offset: 0, limit: 1e9, kinds: ['split-leak', 'not-fetched'] });
    expect(leaks.findings).toEqual(all.filter(f => f.kind === 'split-leak' || f.kind === 'not-fetched'));
    const on3 = table.page({ threshold, offset: 0, limit: 1e9, image: 3 });
    expect(on3.findings).toEqual(all.filter(f => f.image === 3 || f.related.some(r => r.image === 3)));
    expect(on3.total).toBe(on3.findings.length);
  });

  test('what is found does not depend on the order in which pairs of equal distance stand', () => {
    const pairs = pairsOf(...rows.values());
    const reversed = inputOf(images, { ...pairs, ...flipTies(pairs) });
    expect(deriveFindings(reversed, 1).findings).toEqual(deriveFindings(input, 1).findings);
  });

  test('ids are distinct, lead back to their row, and outlive threshold, kind, and a rename', () => {
    const { findings } = deriveFindings(input, 1);
    expect(new Set(findings.map(f => f.id)).size).toBe(findings.length);
    for (const finding of findings) {
      expect(finding.id).toMatch(/^[0-9a-f]{16}$/);
      const row = table.rowOfId(finding.id);
      if (finding.related.length === 0) expect(row).toBeUndefined();
      else expect(table.pair(row!)).toMatchObject({ remove: finding.image, keep: finding.related[0].image, kind: finding.kind });
    }
    const moved = images.map(({ label: _, split: __, ...image }) => ({ ...image, path: `m/${image.path}` }));
    const ids = (list: readonly Finding[]) => new Set(list.filter(f => f.related.length > 0 && !f.details.exact).map(f => f.id));
    expect(ids(deriveFindings(inputOf(moved, pairsOf(...rows.values())), 1).findings)).toEqual(ids(findings));
  });
});

function flipTies(pairs: ReturnType<typeof pairsOf>) {
  const order = [...pairs.a.keys()].sort((x, y) => pairs.distance[x] - pairs.distance[y] || y - x);
  return { a: pairs.a.map((_, i) => pairs.a[order[i]]), b: pairs.b.map((_, i) => pairs.b[order[i]]) };
}

describe('only what touches some images', () => {
  const images = imagesOf(
    { path: 'a.png' },
    { path: 'b.png' },
    { path: 'c.png' },
    { path: 'd.png', problem: { kind: 'unreadable-image', reason: 'empty', detail: '' } },
    { path: 'e.png', problem: { kind: 'unreadable-image', reason: 'empty', detail: '' } },
    { path: 'f.png', content: 'content of 0' },
  );
  const input = inputOf(images, pairsOf([0, 1, 0.1], [1, 2, 0.2]));
  const pathsWith = (...shown: number[]): string[] => {
    const only = Uint8Array.from(images, (_, i) => Number(shown.includes(i)));
    const { findings } = new FindingsTable({ ...input, only }).page({ threshold: 1, offset: 0, limit: 99 });
    return findings.map(({ path, related }) => [path, ...related.map(twin => twin.path)].join(' ~ ')).sort();
  };

  test('lists pairs with one of them, and files among them', () => {
    expect(pathsWith(2, 3)).toEqual(['c.png ~ b.png', 'd.png']);
    expect(pathsWith(5)).toEqual(['f.png ~ a.png']);
    expect(pathsWith()).toEqual([]);
    expect(pathsWith(0, 1, 2, 3, 4, 5)).toHaveLength(5);
  });

  test('says for each image the most urgent kind of finding it takes part in', () => {
    const none = 0xff;
    const kinds = new FindingsTable(input).kindsOfImages(0.15, none);
    const name = (kind: number): string => (kind === none ? 'none' : allFindingKinds[kind]);
    expect([...kinds].map(name)).toEqual([
      'exact-duplicate',
      'near-duplicate',
      'none',
      'unreadable-image',
      'unreadable-image',
      'exact-duplicate',
    ]);
  });
});
