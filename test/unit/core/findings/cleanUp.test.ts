import { describe, expect, test } from 'vitest';
import { cleanUp } from '../../../../src/core/findings/cleanUp';
import { deriveFindings } from '../../../../src/core/findings/deriveFindings';
import { imagesOf, inputOf, pairsOf } from './support';

/** Images named by letters; of two alike, the one of more pixels is kept: the first letters are the largest. */
const images = (letters: string) => imagesOf(...[...letters].map((path, i) => ({ path, width: 1000 - i })));
const going = (letters: string, ...pairs: [number, number, number][]) =>
  cleanUp(deriveFindings(inputOf(images(letters), pairsOf(...pairs)), 0.5).findings)
    .map(({ path }) => path)
    .sort()
    .join('');

describe('what can go', () => {
  test('of a pair, the one that a clean-up would remove; of a full group, all but one', () => {
    expect(going('ab', [0, 1, 0.1])).toBe('b');
    expect(going('abc', [0, 1, 0.1], [0, 2, 0.1], [1, 2, 0.1])).toBe('bc');
  });

  test('in a chain whose ends are not alike, the middle', () => {
    // a > b > c; a ~ b ~ c: b gives way to a, then c has no twin left.
    expect(going('abc', [0, 1, 0.1], [1, 2, 0.1])).toBe('b');
    // The best is in the middle: both ends give way to it.
    expect(going('abc', [0, 1, 0.1], [0, 2, 0.1])).toBe('bc');
  });

  test('every file that goes has a twin that stays, and no pair is left, on random graphs', () => {
    let state = 1;
    const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 50; round++) {
      const pairs: [number, number, number][] = [];
      for (let a = 0; a < 20; a++) for (let b = a + 1; b < 20; b++) if (random() < 0.12) pairs.push([a, b, 0.1]);
      const letters = 'abcdefghijklmnopqrst';
      const gone = new Set([...going(letters, ...pairs)].map(letter => letters.indexOf(letter)));
      for (const [a, b] of pairs) expect(gone.has(a) || gone.has(b)).toBe(true);
      for (const image of gone) {
        const twins = pairs.filter(pair => pair.slice(0, 2).includes(image)).map(([a, b]) => (a === image ? b : a));
        expect(twins.some(twin => !gone.has(twin))).toBe(true);
      }
    }
  });

  test('a chain of 50,000 is no problem', () => {
    const count = 50_000;
    const many = imagesOf(...Array.from({ length: count }, (_, i) => ({ path: String(i), width: 2 * count - i })));
    const pairs = Array.from({ length: count - 1 }, (_, i): [number, number, number] => [i, i + 1, 0.1]);
    expect(cleanUp(deriveFindings(inputOf(many, pairsOf(...pairs)), 0.5).findings)).toHaveLength(count / 2);
  });
});
