import { expect, test } from 'vitest';
import { classTable } from '../../../../src/core/metrics/classTable';
import type { AnsweredImages } from '../../../../src/core/metrics/classTable';

const labels = ['cat', 'cat', 'dog', 'dog', 'bird', undefined];
const pairs: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 2],
  [3, 1],
  [4, 0],
  [2, 3],
  [4, 5],
];
const tableOf = (answers: readonly AnsweredImages[] = [], threshold = 0.2) =>
  classTable({ labels, pairs: pairs.length, a: row => pairs[row][0], b: row => pairs[row][1], answers, threshold });

test('counts pairs within a class and with others, and names the one that most are with', () => {
  expect(tableOf()).toEqual([
    { label: 'bird', images: 1, within: 0, across: 1, mostWith: { label: 'cat', pairs: 1 }, answered: 0, agreeing: 0 },
    { label: 'cat', images: 2, within: 1, across: 3, mostWith: { label: 'dog', pairs: 2 }, answered: 0, agreeing: 0 },
    { label: 'dog', images: 2, within: 1, across: 2, mostWith: { label: 'cat', pairs: 2 }, answered: 0, agreeing: 0 },
  ]);
});

test('an answer counts for both of its classes, once for a class of its own, and is met on its side of the threshold', () => {
  const answers = [
    // Exactly at the threshold, rounded as the distances are: within.
    { a: 0, b: 2, distance: Math.fround(0.2), similar: true },
    { a: 0, b: 1, distance: 0.3, similar: true },
    { a: 2, b: 3, distance: Infinity, similar: false },
    { a: 4, b: 5, distance: 0.1, similar: false },
  ];
  const met = Object.fromEntries(tableOf(answers).map(({ label, answered, agreeing }) => [label, [agreeing, answered]]));
  expect(met).toEqual({ cat: [1, 2], dog: [2, 2], bird: [0, 1] });
});

test('of two classes with as many pairs the first by name is named; without labels there is no row', () => {
  const input = { a: (row: number) => [0, 0][row], b: (row: number) => [1, 2][row], answers: [], threshold: 1 };
  const [a] = classTable({ labels: ['a', 'c', 'b'], pairs: 2, ...input });
  expect(a.mostWith).toEqual({ label: 'b', pairs: 1 });
  expect(classTable({ labels: [undefined, undefined, undefined], pairs: 2, ...input })).toEqual([]);
});
