import { expect, test } from 'vitest';
import { findPeaks } from '../../../../src/engine/search/peaks';
import type { ScoreMap } from '../../../../src/engine/search/peaks';

/** A region of 40 pixels at places 4 pixels apart; hills of one height around middles in pixels. */
function mapOf(size: number, hills: readonly { x: number; y: number; height: number }[]): ScoreMap {
  const [columns, rows] = [30, 20];
  const scores = Float32Array.from({ length: columns * rows }, (_, at) => {
    const [x, y] = [(at % columns) * 4 + size / 2, Math.floor(at / columns) * 4 + size / 2];
    return Math.max(0, ...hills.map(hill => hill.height - ((x - hill.x) ** 2 + (y - hill.y) ** 2) / 1000));
  });
  return { columns, rows, scores, width: size, height: size, stepX: 4, stepY: 4 };
}

test('lies between the cells where the top of the hill does', () => {
  const [peak] = findPeaks([mapOf(40, [{ x: 61.5, y: 50.6, height: 0.9 }])], 3, 0.1);
  expect(peak.box.x).toBeCloseTo(41.5, 1);
  expect(peak.box.y).toBeCloseTo(30.6, 1);
  expect(peak.score).toBeCloseTo(0.9, 3);
});

test('several places, best first; what overlaps a better one is the same', () => {
  const hills = [
    { x: 100, y: 60, height: 0.6 },
    { x: 40, y: 40, height: 0.9 },
    { x: 48, y: 40, height: 0.88 },
  ];
  const peaks = findPeaks([mapOf(40, hills)], 5, 0.3);
  expect(peaks.map(({ score }) => score.toFixed(2))).toEqual(['0.90', '0.60']);
  expect(findPeaks([mapOf(40, hills)], 1, 0.3)).toHaveLength(1);
  expect(findPeaks([mapOf(40, hills)], 5, 0.7)).toHaveLength(1);
});

test('the size lies between the sizes looked for, towards the better neighbour', () => {
  const hill = (height: number) => [{ x: 60, y: 60, height }];
  const [even] = findPeaks([mapOf(36, hill(0.7)), mapOf(40, hill(0.8)), mapOf(44, hill(0.7))], 1, 0.1);
  expect(even.box.width).toBeCloseTo(40, 1);
  const [larger] = findPeaks([mapOf(36, hill(0.6)), mapOf(40, hill(0.8)), mapOf(44, hill(0.75))], 1, 0.1);
  expect(larger.box.width).toBeGreaterThan(40.5);
  expect(larger.box.width).toBeLessThan(42.1);
  expect(larger.box.x + larger.box.width / 2).toBeCloseTo(60, 1);
});

test('a flat map has one place, an empty list of maps none', () => {
  const flat = { ...mapOf(40, []), scores: new Float32Array(600).fill(0.5) };
  expect(findPeaks([flat], 9, 0.1)).toHaveLength(1);
  expect(findPeaks([], 9, 0.1)).toEqual([]);
});
