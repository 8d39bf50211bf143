import { describe, expect, test } from 'vitest';
import { english } from '../../../src/core/l10n';
import { rootSpecs } from '../../../src/extension/scan/rootSpecs';
import { expectedText, percentDone, progressText, summaryText } from '../../../src/extension/scan/scanText';
import { summaryOf } from './fakeEngine';

const words = { t: english, language: 'en' };
const summary = (changes: object) => summaryOf({ roots: [] }, changes);

describe('the line after a scan', () => {
  test.each([
    [{ images: 0, readable: 0, pairs: 0, counts: {} }, 'No images were found.'],
    [{ images: 1, readable: 1, pairs: 0, counts: {} }, '1 image: nothing found.'],
    [
      {
        images: 1234,
        readable: 1234,
        pairs: 15,
        counts: { 'near-duplicate': 12, 'exact-duplicate': 3 },
        expectedFalsePairs: 0.4,
      },
      '1,234 images: 3 exact duplicates, 12 near-duplicates; expected false pairs: 0.4.',
    ],
    [
      { images: 9, readable: 8, pairs: 2, counts: { 'unreadable-image': 1, 'split-leak': 1 }, expectedFalsePairs: 0.03 },
      '9 images: 1 unreadable image, 1 split leak; expected false pairs: under 0.1.',
    ],
    [
      { images: 4, readable: 0, pairs: 0, counts: { 'unreadable-image': 4 } },
      '4 images: none of them could be read (4 unreadable images). The Problems panel says why for each.',
    ],
  ])('%j', (changes, text) => {
    expect(summaryText(summary(changes), words)).toBe(text);
  });

  test.each([
    [0, '0'],
    [0.05, 'under 0.1'],
    [0.44, '0.4'],
    [7.25, '7.3'],
    [1234.4, '1,234'],
  ])('%d expected pairs are written %s', (value, text) => {
    expect(expectedText(value, words)).toBe(text);
  });
});

describe('progress', () => {
  test('says what is done, of how many, and how long it takes', () => {
    expect(progressText({ phase: 'count', done: 1500, total: 0 }, words)).toBe('Looking for images: 1,500 found');
    expect(progressText({ phase: 'decode', done: 1234, total: 5000, etaMs: 11_200 }, words)).toBe(
      'Reading images: 1,234 of 5,000 · about 12 s left',
    );
    expect(progressText({ phase: 'join', done: 1, total: 4, etaMs: 61_000 }, words)).toBe(
      'Looking for twins: 25 % · about 2 min left',
    );
    // 11 images: the engine counts in thousandths of its work, not in pairs.
    expect(progressText({ phase: 'rescore', done: 999, total: 1000 }, words)).toBe('Comparing pairs: 99 %');
    expect(progressText({ phase: 'rescore', done: 1000, total: 1000 }, words)).toBe('Comparing pairs: 100 %');
    expect(progressText({ phase: 'rescore', done: 0, total: 0 }, words)).toBe('Comparing pairs');
    expect(progressText({ phase: 'join', done: 0, total: 1 }, words)).toBe('Looking for twins');
  });

  test('the bar only grows, from 0 to 100', () => {
    const steps = (['count', 'decode', 'join', 'rescore'] as const).flatMap(phase =>
      [0, 50, 100].map(done => percentDone({ phase, done, total: 100 })),
    );
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(100);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});

describe('roots of a choice of folders', () => {
  const folders = [
    { path: '/w/a', name: 'A' },
    { path: '/w/a/inner', name: 'Inner' },
    { path: '/w/b', name: 'B' },
  ];

  test('parts of a workspace folder share its root; the innermost one holds them', () => {
    expect(rootSpecs(['/w/a/x', '/w/b', '/w/a/y/z', '/w/a/inner/q'], folders)).toEqual([
      { path: '/w/a', name: 'A', only: ['x', 'y/z'] },
      { path: '/w/b', name: 'B', only: [] },
      { path: '/w/a/inner', name: 'Inner', only: ['q'] },
    ]);
  });

  test('a folder in another that is chosen too adds nothing', () => {
    expect(rootSpecs(['/w/a/x/y', '/w/a/x', '/w/a/xy'], folders)[0].only).toEqual(['x', 'xy']);
    expect(rootSpecs(['/w/a/x', '/w/a'], folders)).toEqual([{ path: '/w/a', name: 'A', only: [] }]);
  });

  test('a folder outside of all is a root of its own', () => {
    expect(rootSpecs(['/elsewhere/photos'], folders)).toEqual([{ path: '/elsewhere/photos', name: 'photos', only: [] }]);
    expect(rootSpecs(['/w/abc'], folders)).toEqual([{ path: '/w/abc', name: 'abc', only: [] }]);
  });
});
