import { expect, it } from 'vitest';
import { contradictions } from '../../../../src/core/findings/contradictions';
import type { ImageRecord } from '../../../../src/core/dataset/image';
import type { Verdict } from '../../../../src/core/verdicts/verdict';
import { imagesOf, pairsOf } from './support';

const images = imagesOf(...['a', 'b', 'c', 'd', 'e'].map(name => ({ path: `${name}.png` })));
const [a, b, c, d, e] = images;
const said = (verdict: 'similar' | 'different', x: ImageRecord, y: ImageRecord, relation = 'same-picture'): Verdict => ({
  id: `${x.path} ${verdict} ${y.path}`,
  relation,
  verdict,
  images: [x, y].map(({ content, path }) => ({ content, path })),
});
const found = (verdicts: readonly Verdict[], rows: [number, number, number][] = [], isTaught = true, of = images) =>
  contradictions({ images: of, verdicts, pairs: pairsOf(...rows), isTaught }).map(
    ({ image, other, why }) => `${images[image].path} ${images[other].path} ${JSON.stringify(why)}`,
  );

it('a verdict of different is odd where a model that was taught finds the two almost the same, not merely near', () => {
  const rows: [number, number, number][] = [
    [0, 1, 0.05],
    [2, 3, 0.2],
  ];
  expect(found([said('different', a, b), said('different', c, d)], rows)).toEqual([
    `a.png b.png ${JSON.stringify({ kind: 'near', distance: Math.fround(0.05) })}`,
  ]);
  // The built-in distance has learned nothing: "not a duplicate" is said to it every day.
  expect(found([said('different', a, b)], rows, false)).toEqual([]);
});

it('a verdict of similar is odd where a model that learned from the person lists no such pair', () => {
  expect(found([said('similar', a, b)])).toEqual(['a.png b.png {"kind":"far"}']);
  expect(found([said('similar', a, b)], [[0, 1, 0.39]])).toEqual([]);
  expect(found([said('similar', a, b)], [], false)).toEqual([]);
});

it('circles are named with those between, in either relation', () => {
  const circle = (relation: string) => [
    said('similar', a, b, relation),
    said('similar', b, c, relation),
    said('different', a, c, relation),
  ];
  const expected = ['a.png c.png {"kind":"cycle","via":["b.png"]}'];
  expect(found(circle('same-picture'), [], false)).toEqual(expected);
  expect(found(circle('same-class'), [], false)).toEqual(expected);
  expect(found(circle('same-picture').slice(1), [], false)).toEqual([]);
});

it('an image has one finding, circles first; equal files and files that are gone have none', () => {
  const twins = imagesOf({ path: 'a.png', content: 'same' }, { path: 'b.png', content: 'same' });
  expect(found([said('similar', twins[0], twins[1])], [], true, twins)).toEqual([]);
  expect(found([said('similar', a, b), said('similar', a, e)], [])).toEqual(['a.png b.png {"kind":"far"}']);
  expect(found([said('different', { ...a, content: 'gone' }, b)], [[0, 1, 0.01]])).toEqual([]);
});
