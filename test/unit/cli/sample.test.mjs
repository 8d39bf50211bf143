import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareWithPlanted, formatComparison } from '../../../scripts/sample/compareWithPlanted.mjs';
import { makeSample } from '../../../scripts/sample/makeSample.mjs';

const finding = (kind, path, ...twins) => ({
  kind,
  path,
  severity: 'warning',
  related: twins.map(twin => ({ path: twin, distance: 0.125 })),
});
const plants = [
  { kind: 'near-duplicate', path: 'b.png', of: 'a.png', alteration: 'JPEG 40' },
  { kind: 'split-leak', path: 'train/c.png', of: 'test/c.png', alteration: 'exact copy' },
  { kind: 'near-duplicate', path: 'e.png', of: 'd.png', alteration: 'crop 10 %' },
  { kind: 'near-duplicate', path: 'g.png', of: 'f.png', alteration: 'mirror', needs: 'mirrors' },
  { kind: 'mislabeled', path: 'h.png', alteration: 'a 3 in another folder', needs: 'training' },
  { kind: 'unreadable-image', path: 'i.png', alteration: 'empty' },
];
const scan = {
  findings: [
    finding('unreadable-image', 'i.png'),
    finding('near-duplicate', 'a.png', 'b.png'),
    finding('exact-duplicate', 'train/c.png', 'test/c.png'),
    finding('near-duplicate', 'x.png', 'y.png'),
  ],
};

test('hits, misses, other kinds and findings that nobody planted are told apart', () => {
  const result = compareWithPlanted(scan, { plants });
  const paths = list => list.map(({ plant, path }) => (plant ?? { path }).path);
  expect(paths(result.hits)).toEqual(['b.png', 'i.png']);
  expect(paths(result.otherKind)).toEqual(['train/c.png']);
  expect(paths(result.missed)).toEqual(['e.png']);
  expect(paths(result.notLookedFor)).toEqual(['g.png', 'h.png']);
  expect(paths(result.unplanted)).toEqual(['x.png']);
  expect(paths(compareWithPlanted(scan, { plants }, { mirrors: true }).missed)).toEqual(['e.png', 'g.png']);
});

test('with a model wrong labels count too; a copy in the wrong class explains a second finding', () => {
  const conflict = { kind: 'label-conflict', path: 'j.png', of: 'a.png', alteration: 'exact copy' };
  const findings = [
    ...scan.findings,
    finding('mislabeled', 'h.png', 'k.png'),
    finding('mislabeled', 'j.png'),
    finding('mislabeled', 'l.png'),
  ];
  const result = compareWithPlanted({ findings }, { plants: [...plants, conflict] }, { training: true });
  expect(result.hits.map(({ plant }) => plant.path)).toContain('h.png');
  expect(result.missed.map(({ path }) => path)).toEqual(['e.png', 'j.png']);
  expect(result.unplanted.map(({ path }) => path)).toEqual(['x.png', 'l.png']);
});

test('the table adds up and hides no miss', () => {
  const text = formatComparison(compareWithPlanted(scan, { plants }));
  expect(text).toMatch(/^all +6 +3 +1 +2$/m);
  expect(text).toMatch(/Missed:\n {2}near-duplicate: e\.png of d\.png \(crop 10 %\)/);
  expect(text).toMatch(/Found as another kind:\n.*train\/c\.png of test\/c\.png \(exact copy\): exact-duplicate/);
  expect(text).toMatch(/Not planted.*:\n {2}near-duplicate: x\.png and y\.png \(distance 0\.125\)/);
  expect(text).toContain('mirrored twins need --mirrors; wrong labels without a twin need a trained model');
});

test('a folder that was not made here is never replaced', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'twinlint-sample-'));
  const folder = join(parent, 'mine');
  try {
    mkdirSync(folder);
    // A sample of another name was made beside it.
    writeFileSync(join(parent, 'planted.json'), JSON.stringify({ folder: 'sample', recipe: 0, seed: 1 }));
    writeFileSync(join(folder, 'thesis.txt'), 'mine');
    await expect(makeSample(folder)).rejects.toThrow('holds files that were not made here');
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
