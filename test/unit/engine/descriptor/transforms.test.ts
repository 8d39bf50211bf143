import { describe, expect, it } from 'vitest';
import { transformNames } from '../../../../src/core/pairs/pairColumns';
import { inverseTransform, transformPlane, transformsOf } from '../../../../src/engine/descriptor/transforms';

// a b
// c d
const plane = [1, 2, 3, 4];
const expected: Record<(typeof transformNames)[number], number[]> = {
  none: [1, 2, 3, 4],
  mirror: [2, 1, 4, 3],
  'turn-90': [3, 1, 4, 2],
  'turn-180': [4, 3, 2, 1],
  'turn-270': [2, 4, 1, 3],
  'mirror-turn-90': [4, 2, 3, 1],
  'mirror-turn-180': [3, 4, 1, 2],
  'mirror-turn-270': [1, 3, 2, 4],
};

describe('transformPlane', () => {
  it.each(transformNames.map((name, i) => [name, i] as const))(
    'does %s as its name says, and its inverse undoes it',
    (name, i) => {
      const once = new Float32Array(4);
      transformPlane(plane, 2, i, once);
      expect([...once]).toEqual(expected[name]);
      const back = new Float32Array(4);
      transformPlane(once, 2, inverseTransform(i), back);
      expect([...back]).toEqual(plane);
    },
  );
});

describe('transformsOf', () => {
  it('tries nothing but the picture itself unless asked', () => {
    expect(transformsOf({ mirrors: false, turns: false })).toEqual([0]);
    expect(transformsOf({ mirrors: true, turns: false })).toEqual([0, 1, 6]);
    expect(transformsOf({ mirrors: false, turns: true })).toEqual([0, 2, 3, 4]);
    expect(transformsOf({ mirrors: true, turns: true }).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
