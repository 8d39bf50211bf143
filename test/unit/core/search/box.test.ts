import { expect, test } from 'vitest';
import { overlap, parseBox } from '../../../../src/core/search/box';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

test('intersection over union', () => {
  expect(overlap(box(0, 0, 10, 10), box(0, 0, 10, 10))).toBe(1);
  expect(overlap(box(0, 0, 10, 10), box(5, 0, 10, 10))).toBeCloseTo(50 / 150);
  expect(overlap(box(0, 0, 10, 10), box(2, 2, 5, 5))).toBeCloseTo(0.25);
  expect(overlap(box(0, 0, 10, 10), box(10, 0, 10, 10))).toBe(0);
  expect(overlap(box(0, 0, 10, 10), box(30, 30, 1, 1))).toBe(0);
});

test('four whole numbers, of an area', () => {
  expect(parseBox('1,2,30,40')).toEqual(box(1, 2, 30, 40));
  expect(parseBox(' 0, 0 ,5,6 ')).toEqual(box(0, 0, 5, 6));
  for (const text of ['', '1,2,3', '1,2,3,4,5', '1,2,0,4', '-1,2,3,4', '1.5,2,3,4', 'a,b,c,d', '1,2,3,99999999999']) {
    expect(parseBox(text), text).toBeUndefined();
  }
});
