import { describe, expect, it } from 'vitest';
import { chooseByGroups } from '../../../../src/core/labeling/neighbourhoods';
import type { AnsweredPair, OpenImages } from '../../../../src/core/labeling/neighbourhoods';
import { seededRandom } from '../../../../src/core/labeling/random';

/** Images on a line: kinds at 0…9, 100…109, 200…209. */
const place = (image: number): number => 100 * Math.floor(image / 10) + (image % 10);
const images = (answered: readonly AnsweredPair[], more: Partial<OpenImages> = {}): OpenImages => ({
  count: 30,
  distance: (a, b) => Math.abs(place(a) - place(b)),
  answered,
  isExcluded: () => false,
  last: [],
  ...more,
});
const alike = (a: number, b: number): AnsweredPair => ({ a, b, similar: true });
const unlike = (a: number, b: number): AnsweredPair => ({ a, b, similar: false });

describe('chooseByGroups', () => {
  it('begins with near pictures, of which nothing is known', () => {
    const [{ a, b, reason }] = chooseByGroups(images([]), 1, seededRandom(1));
    expect(Math.floor(a / 10)).toBe(Math.floor(b / 10));
    expect(reason).toBe('new-region');
  });

  it('compares a picture without a place with the next group, not with one that it differs from', () => {
    // 25 was not like 0 and 1, and their whole group is one: next are 10 and 11, the nearer of which is asked about.
    const [next] = chooseByGroups(images([alike(0, 1), alike(10, 11), unlike(25, 0)]), 1, seededRandom(1));
    expect(next).toEqual({ a: 25, b: 11, reason: 'place' });
  });

  it('leaves a picture alone after four groups', () => {
    const groups = [alike(0, 1), alike(10, 11)];
    const asked = [unlike(25, 0), unlike(25, 10), unlike(25, 20), unlike(25, 28)];
    const next = chooseByGroups(images([...groups, ...asked]), 8, seededRandom(1));
    expect(next.some(({ a }) => a === 25)).toBe(false);
  });

  it('never asks about a picture twice in one go, nor about the last ones', () => {
    const next = chooseByGroups(images([alike(0, 1), alike(10, 11), unlike(25, 0)], { last: [25, 11] }), 3, seededRandom(2));
    const shown = next.flatMap(({ a, b }) => [a, b]);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).not.toContain(25);
    expect(shown).not.toContain(11);
  });

  it('leaves out what was skipped', () => {
    const isExcluded = (a: number, b: number): boolean => a === 25 && b === 11;
    const [next] = chooseByGroups(images([alike(0, 1), alike(10, 11), unlike(25, 0)], { isExcluded }), 1, seededRandom(1));
    expect(next).toMatchObject({ a: 25, b: 10 });
  });

  it('places every picture of three kinds with few answers', () => {
    const random = seededRandom(3);
    const answered: AnsweredPair[] = [];
    while (answered.length < 60) {
      const next = chooseByGroups(images(answered), 1, random);
      if (next.length === 0) break;
      for (const { a, b } of next) answered.push({ a, b, similar: Math.floor(a / 10) === Math.floor(b / 10) });
    }
    // Each similar answer places one picture; 27 place all 30 in three groups.
    expect(answered.filter(({ similar }) => similar)).toHaveLength(27);
    expect(answered.length).toBeLessThan(45);
  });

  it('is the same for a seed', () => {
    const state = images([alike(0, 1)]);
    expect(chooseByGroups(state, 5, seededRandom(4))).toEqual(chooseByGroups(state, 5, seededRandom(4)));
  });
});
