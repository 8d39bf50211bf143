import { describe, expect, it } from 'vitest';
import { holdOut } from '../../../src/engine/trainingService/holdOut';
import type { Pictures, Side } from '../../../src/engine/trainingService/pictures';
import { ByteImages } from '../../../src/engine/training/images';

/** Images of six classes by turns; the last tenth is the validation part. */
function material(count: number, { classes = 6, tests = 0 } = {}) {
  const sides: Side[] = Array.from({ length: count }, (_, i) => (i < tests ? 'test' : 'free'));
  const pictures: Pictures = {
    images: new ByteImages(new Uint8Array(count * 4), [2, 2, 1]),
    contents: Array.from({ length: count }, (_, i) => `c${i}`),
    paths: Array.from({ length: count }, (_, i) => `${i}.png`),
    labels: Array.from({ length: count }, (_, i) => `k${i % classes}`),
    sides,
    identities: [],
  };
  const numbers = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
  const cut = Math.round(count * 0.9);
  // 1 and 2 are near-duplicates of each other, though of different classes.
  const groups = numbers(0, count).map(i => (i === 2 ? 1 : i));
  return { pictures, groups, split: { training: numbers(tests, cut), validation: numbers(cut, count) } };
}
const overlap = (...parts: Int32Array[]): number => {
  const all = parts.flatMap(part => [...part]);
  return all.length - new Set(all).size;
};

describe('what losses are judged on', () => {
  it('images: those held back; others of the training part choose the weights', () => {
    const given = material(300);
    const { split, judged, classes } = holdOut(given, 'images', 1);
    expect(judged).toEqual(given.split.validation);
    expect(classes).toEqual([]);
    expect(overlap(split.training, split.validation, judged)).toBe(0);
    expect(split.training.length + split.validation.length).toBe(given.split.training.length);
    expect(split.validation.length / given.split.training.length).toBeCloseTo(0.15, 1);
  });

  it('images: the test split, where there is one', () => {
    const given = material(300, { tests: 60 });
    const { split, judged } = holdOut(given, 'images', 1);
    expect([...judged]).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(split).toBe(given.split);
  });

  it('classes: a third of them, and nothing that is learned is a near-duplicate of theirs', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const given = material(300);
      const { split, judged, classes } = holdOut(given, 'classes', seed);
      expect(classes).toHaveLength(2);
      expect(judged).toHaveLength(100);
      const classOf = (i: number): string => `k${i % 6}`;
      expect(new Set([...judged].map(classOf))).toEqual(new Set(classes));
      const learned = [...split.training, ...split.validation];
      expect(learned.map(classOf).filter(name => classes.includes(name))).toEqual([]);
      const groups = new Set([...judged].map(i => given.groups[i]));
      expect(learned.filter(i => groups.has(given.groups[i]))).toEqual([]);
    }
  });

  it('classes: not with three of them', () => {
    expect(() => holdOut(material(30, { classes: 3 }), 'classes', 1)).toThrow('at least 4 classes; there are 3');
  });
});
