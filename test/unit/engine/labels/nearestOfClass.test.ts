import { expect, test } from 'vitest';
import { nearestOfClass } from '../../../../src/engine/labels/nearestOfClass';

const signal = new AbortController().signal;
/** Eight pictures on a line; the fold's own are the first four. */
const values = [0, 1, 10, 11, 2, 3, 12, 0.5];
const space = { images: Int32Array.from(values, (_, i) => i), own: 4, embeddings: Float32Array.from(values), size: 1 };
const labels = Int32Array.of(0, 0, 1, 1, 0, 1, 1, 0);
const apart = Int32Array.from(values, (_, i) => i);

test('finds the nearest of a class, nearest first, never the picture itself', async () => {
  const queries = [0, 1].map(label => ({ picture: 0, label, most: Infinity }));
  expect(await nearestOfClass([space], apart, labels, queries, signal)).toEqual([
    [7, 1, 4],
    [5, 2, 3],
  ]);
});

test('shows one of a group of near-duplicates, the nearest, and none of its own group', async () => {
  // 7 is a copy of 0; 1 and 4 are copies of each other.
  const groups = Int32Array.of(0, 1, 2, 3, 1, 5, 6, 0);
  expect(await nearestOfClass([space], groups, labels, [{ picture: 0, label: 0, most: Infinity }], signal)).toEqual([[1]]);
});

test('looks at some members only where that is enough, and knows nothing of pictures without a space', async () => {
  const [few] = await nearestOfClass([space], apart, labels, [{ picture: 0, label: 1, most: 2 }], signal);
  expect(few).toEqual([5, 2]);
  expect(await nearestOfClass([], apart, labels, [{ picture: 0, label: 1, most: 2 }], signal)).toEqual([[]]);
});
