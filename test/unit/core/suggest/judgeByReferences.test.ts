import { describe, expect, test } from 'vitest';
import { classMoves } from '../../../../src/core/suggest/classPlaces';
import { confidenceOf } from '../../../../src/core/suggest/confidence';
import { judgeByReferences } from '../../../../src/core/suggest/judgeByReferences';
import { centred, joined, prototypesOf, refinedPrototypes, rowAt } from '../../../../src/core/suggest/prototypes';
import type { Rows } from '../../../../src/core/suggest/prototypes';
import { SeededRandom } from '../../../../src/engine/samplers/random';

const rows = (...list: readonly (readonly number[])[]): Rows => ({
  values: Float32Array.from(list.flat()),
  size: list[0].length,
});
const length = (row: Float32Array): number => Math.hypot(...row);

describe('prototypes', () => {
  test('centred rows have length 1 and point away from the mean', () => {
    const found = centred(rows([3, 0], [0, 5]), [0.5, 0.5]);
    expect([...found.values].map(value => Number(value.toFixed(6)))).toEqual([0.707107, -0.707107, -0.707107, 0.707107]);
    expect([...centred(rows([0, 0], [0, 0]), [0.5, 0.5]).values]).toEqual([0, 0, 0, 0]);
  });

  test('kinds stand side by side by their weights', () => {
    const found = joined([rows([1, 0], [0, 1]), rows([2], [1])], [1, 0], [0.5, 0.5]);
    expect(found.size).toBe(3);
    expect(length(rowAt(found, 0))).toBeCloseTo(1);
    expect(rowAt(found, 0)[2]).toBe(0);
  });

  test('are the middle of their references, and leave −1 out', () => {
    const found = prototypesOf(rows([1, 0], [0, 1], [-1, 0]), [0, 0, -1], 2);
    expect([...rowAt(found, 0)].map(value => Number(value.toFixed(4)))).toEqual([0.7071, 0.7071]);
    expect([...rowAt(found, 1)]).toEqual([0, 0]);
  });

  test('move to where unlabeled images are', () => {
    const turned = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const references = rows(turned(0), turned(180));
    const crowd = rows(...[30, 32, 34, 36].map(turned), ...[150, 152].map(turned));
    const found = refinedPrototypes(references, [0, 1], 2, crowd);
    const angle = (row: Float32Array): number => (Math.atan2(row[1], row[0]) * 180) / Math.PI;
    expect(angle(rowAt(found, 0))).toBeGreaterThan(10);
    expect(angle(rowAt(found, 1))).toBeLessThan(175);
  });
});

/** Points around a middle a class, in many dimensions; the last middle belongs to no known class. */
function cloud(count: number, perClass: number, shots: number, seed = 5) {
  const random = new SeededRandom(seed);
  const middles = Array.from({ length: count + 1 }, () => Array.from({ length: 24 }, () => random.normal()));
  const near = (k: number): number[] => middles[k].map(value => value + 0.5 * random.normal());
  const truth: number[] = [];
  const list: number[][] = [];
  for (let k = 0; k <= count; k++) {
    for (let i = 0; i < perClass; i++) {
      list.push(near(k));
      truth.push(k < count ? k : -1);
    }
  }
  const classes: number[] = [];
  for (let k = 0; k < count; k++) {
    for (let s = 0; s < shots; s++) {
      list.push(near(k));
      classes.push(k);
    }
  }
  return { kinds: [rows(...list)], weights: [1], queries: truth.length, classes: Int32Array.from(classes), count, truth };
}

describe('judging by references', () => {
  test('names the class of each, and is less sure of what belongs to none', () => {
    const input = cloud(4, 12, 1);
    const { judged, trial } = judgeByReferences(input);
    expect(trial).toBeUndefined();
    const known = judged.filter((_, i) => input.truth[i] >= 0);
    expect(known.every((each, i) => each.first === Math.floor(i / 12))).toBe(true);
    const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;
    const unknown = judged.filter((_, i) => input.truth[i] < 0);
    expect(mean(known.map(({ confidence }) => confidence))).toBeGreaterThan(mean(unknown.map(({ confidence }) => confidence)));
    expect(judged.every(({ first, reference }) => input.classes[reference] === first)).toBe(true);
  });

  test('tries references on each other, a class with one stays out', () => {
    const input = cloud(3, 6, 3);
    expect(judgeByReferences(input).trial).toMatchObject({ judged: 9, right: 9 });
    const single = { ...input, classes: Int32Array.from([0, 0, 0, 1, 1, 1, 2, 2, 2]) };
    expect(judgeByReferences(single).trial?.judged).toBe(9);
  });

  test('one image, and as many classes as images, give numbers', () => {
    const { judged } = judgeByReferences({
      kinds: [rows([1, 0, 0], [0.9, 0.1, 0], [0, 1, 0])],
      weights: [1],
      queries: 1,
      classes: Int32Array.of(0, 1),
      count: 2,
    });
    expect(judged).toHaveLength(1);
    expect(judged[0].first).toBe(0);
    expect(judged[0].confidence).toBeGreaterThanOrEqual(0);
    expect(judged[0].confidence).toBeLessThanOrEqual(1);
  });

  test('an inbox of one class only is still of that class', () => {
    const input = cloud(4, 12, 1);
    const ofFirst = Array.from({ length: 12 }, (_, i) => i);
    const references = Array.from({ length: 4 }, (_, i) => 60 + i);
    const [all] = input.kinds;
    const kinds = [rows(...[...ofFirst, ...references].map(i => [...rowAt(all, i)]))];
    const { judged } = judgeByReferences({ ...input, kinds, queries: 12 });
    expect(judged.map(({ first }) => first)).toEqual(ofFirst.map(() => 0));
    expect(judged.filter(({ confidence }) => confidence >= 0.5).length).toBeGreaterThan(9);
  });

  test('the confidence grows with how far an image stands out', () => {
    const at = (outstanding: number): number => confidenceOf({ first: 0, second: 1, outstanding }, 5);
    expect(at(2)).toBeGreaterThan(at(1));
    expect(at(1)).toBeGreaterThan(at(-1));
    expect(confidenceOf({ first: 0, second: 1, outstanding: 1 }, 2)).toBeGreaterThan(at(1));
  });
});

describe('where accepted images go', () => {
  const image = (path: string, label: string) => ({ path, label, content: path });
  test('to the folder of their class; equal names get numbers, what is there stays', () => {
    const accepted = [image('a/1.png', 'cat'), image('b/1.png', 'cat'), image('cat/2.png', 'cat')];
    expect(classMoves(accepted, '').map(({ to }) => to)).toEqual(['cat/1.png', 'cat/1_2.png']);
    expect(classMoves(accepted, 'train', place => place === 'train/cat/2.png').map(({ to }) => to)).toEqual([
      'train/cat/1.png',
      'train/cat/1_2.png',
      'train/cat/2_2.png',
    ]);
  });
});
