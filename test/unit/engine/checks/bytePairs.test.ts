import { describe, expect, test } from 'vitest';
import {
  learnBytePairs,
  PADDING,
  suitableLength,
  tokenRows,
  UNKNOWN,
  wordsOf,
} from '../../../../src/engine/checks/captions/bytePairs';

describe('captions in pieces', () => {
  test('words of any script; case, width and marks of composition make no difference', () => {
    expect(wordsOf('A Cat_girl, 2 dogs!')).toEqual(['a', 'cat', '_', 'girl', ',', '2', 'dogs', '!']);
    expect(wordsOf('Ｃａｆe\u0301')).toEqual(['café']);
    expect(wordsOf('一只猫 на окне')).toEqual(['一只猫', 'на', 'окне']);
  });

  test('frequent words are one piece, others a few; in Chinese too', () => {
    const pieces = learnBytePairs([...Array<string>(9).fill('a red car'), ...Array<string>(9).fill('红色汽车'), 'a rare oar']);
    expect(pieces.encode('red')).toHaveLength(1);
    expect(pieces.encode('红色汽车')).toHaveLength(1);
    expect(pieces.encode('oar').length).toBeGreaterThan(1);
    expect(pieces.encode('red')).toEqual(pieces.encode('RED'));
    expect(pieces.encode('')).toEqual([]);
    // Characters nobody used are known as such.
    expect(pieces.encode('ж')).toEqual([UNKNOWN]);
    expect(Math.max(...pieces.encode('a red car oar rare'))).toBeLessThan(pieces.vocabulary);
  });

  test('rows are padded, and cut where they are too long', () => {
    const captions = ['a', 'b a b a b a b a b a b a'];
    const pieces = learnBytePairs(captions);
    expect(suitableLength(captions, pieces)).toBe(12);
    const rows = tokenRows(captions, pieces, 4);
    expect(Array.from(rows.subarray(1, 4))).toEqual([PADDING, PADDING, PADDING]);
    expect(rows.subarray(4, 8)).not.toContain(PADDING);
  });
});
