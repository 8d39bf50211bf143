import { expect, it } from 'vitest';
import { decideKeeps, type KeepFacts, type KeepPolicy } from '../../../src/core/curation/keepPolicy';
import type { ImageRecord } from '../../../src/core/dataset/image';

const image = (index: number, changes: Partial<ImageRecord> = {}): ImageRecord => ({
  index,
  root: 0,
  path: `${index}.png`,
  content: String(index),
  sizeBytes: 10,
  modifiedMs: 1000 + index,
  width: 10,
  height: 10,
  format: 'png',
  ...changes,
});
const facts: KeepFacts = {
  isProtected: ({ path }) => path.startsWith('gold/'),
  hasCaption: ({ path }) => path.includes('captioned'),
  sharpness: ({ index }) => [0.2, 0.9, 0.5][index],
  centrality: ({ index }) => [0.8, 0.7, 0.95][index],
};
const decide = (images: readonly ImageRecord[], pairs: readonly number[], ...policies: KeepPolicy[]) =>
  decideKeeps({ images, groups: [images.map(({ index }) => index)], pairs: Uint32Array.from(pairs) }, policies, facts).map(
    ({ keep, trash, stay }) => [keep.index, trash.map(each => each.index), stay.map(each => each.index)],
  );
const all = [0, 1, 0, 2, 1, 2];

it('keeps by the first policy that tells two apart', () => {
  const images = [
    image(0, { width: 30, format: 'jpeg', split: 'train' }),
    image(1, { modifiedMs: 1, path: 'captioned.png', label: 'cat' }),
    image(2, { modifiedMs: 9000, path: 'gold/2.png', width: 5 }),
  ];
  const kept = (...policies: KeepPolicy[]): unknown => decide(images, all, ...policies)[0][0];
  expect(kept('largest')).toBe(0);
  expect(kept('oldest')).toBe(1);
  expect(kept('newest')).toBe(2);
  expect(kept('sharpest')).toBe(1);
  expect(kept('central')).toBe(2);
  expect(kept('best-format')).toBe(1);
  expect(kept('in-train')).toBe(0);
  expect(kept('has-label')).toBe(1);
  expect(kept('has-caption')).toBe(1);
  expect(kept('protected', 'largest')).toBe(2);
  expect(kept('has-label', 'newest')).toBe(1);
});

it('touches no protected image, no reference, and none whose own distance to the kept one is beyond the threshold', () => {
  const chain = [image(0, { width: 99 }), image(1), image(2), image(3, { path: 'gold/3.png' }), image(4, { content: '0' })];
  expect(decide(chain, [0, 1, 1, 2, 0, 3])).toEqual([[0, [1, 4], [2, 3]]]);
  expect(decide([image(0), image(1, { reference: true })], [0, 1], 'oldest')).toEqual([[1, [0], []]]);
  expect(decide([image(0, { path: 'gold/0.png' }), image(1, { path: 'gold/1.png' })], [0, 1])).toEqual([]);
});

it('an equal file of a twin is as near as the twin', () => {
  const images = [image(0, { width: 99 }), image(1), image(2, { content: '1' })];
  expect(decide(images, [0, 1, 1, 2])).toEqual([[0, [1, 2], []]]);
});
