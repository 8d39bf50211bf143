import { describe, expect, it } from 'vitest';
import { countSplits, resplit, type ResplitImage } from '../../../src/core/curation/resplit';
import { freePlace, SplitPlaces } from '../../../src/core/curation/splitPlaces';

const shares = { train: 0.8, val: 0.1, test: 0.1 };
/** 100 cats and 50 dogs, all in train. */
const images: ResplitImage[] = Array.from({ length: 150 }, (_, i) => {
  const label = i < 100 ? 'cat' : 'dog';
  return { path: `train/${label}/${i}.png`, label, split: 'train' };
});
const countsOf = (splits: readonly string[], label: string): Record<string, number> => {
  const counts: Record<string, number> = { train: 0, val: 0, test: 0 };
  splits.forEach((split, i) => images[i].label === label && counts[split]++);
  return counts;
};

describe('dealing images to splits', () => {
  it('keeps the shares in every class, and the same seed gives the same splits', () => {
    const { splits, moves } = resplit({ images, together: [], shares, seed: 1 });
    expect(countsOf(splits, 'cat')).toEqual({ train: 80, val: 10, test: 10 });
    expect(countsOf(splits, 'dog')).toEqual({ train: 40, val: 5, test: 5 });
    expect(moves).toHaveLength(30);
    for (const { image, to } of moves) expect(to).toBe(images[image].path.replace('train', splits[image]));
    expect(resplit({ images, together: [], shares, seed: 1 })).toEqual({ splits, moves });
    expect(resplit({ images, together: [], shares, seed: 2 }).splits).not.toEqual(splits);
  });

  it('never parts what belongs together, also through a common image, and still keeps the shares', () => {
    const together = [[0, 1, 2], [2, 3, 100], [110, 111], ...Array.from({ length: 10 }, (_, i) => [20 + 2 * i, 21 + 2 * i])];
    for (let seed = 0; seed < 20; seed++) {
      const { splits } = resplit({ images, together, shares, seed });
      for (const set of [[0, 1, 2, 3, 100], ...together]) expect(new Set(set.map(image => splits[image])).size).toBe(1);
      const cats = countsOf(splits, 'cat');
      expect(Math.abs(cats.val - 10) + Math.abs(cats.test - 10)).toBeLessThanOrEqual(2);
    }
  });

  it('gives nothing to a split without a share', () => {
    const { splits } = resplit({ images, together: [], shares: { train: 0.5, val: 0.5, test: 0 }, seed: 3 });
    expect(countsOf(splits, 'dog')).toEqual({ train: 25, val: 25, test: 0 });
  });

  it('counts before and after, by class', () => {
    const few = [
      { path: 'a/1.png', label: 'a' },
      { path: 'train/b/2.png', label: 'b', split: 'train' },
    ];
    expect(countSplits(few, ['val', 'train'], ['train', 'val'])).toEqual({
      names: ['train', 'val', ''],
      rows: [
        { label: '', before: [1, 0, 1], after: [1, 1, 0] },
        { label: 'a', before: [0, 0, 1], after: [0, 1, 0] },
        { label: 'b', before: [1, 0, 0], after: [1, 0, 0] },
      ],
    });
  });
});

describe('places', () => {
  it('change the folder of the split, as folders are named here', () => {
    const places = new SplitPlaces(['train2017/a.jpg', 'valid/x/b.jpg', 'train/x/c.jpg']);
    expect(places.placeOf('train/x/c.jpg', 'val')).toBe('valid/x/c.jpg');
    expect(new SplitPlaces(['images/train2017/a.jpg']).placeOf('images/train2017/a.jpg', 'test')).toBe('images/test2017/a.jpg');
    expect(new SplitPlaces([]).placeOf('cat/1.png', 'train')).toBe('train/cat/1.png');
    expect(new SplitPlaces([]).placeOf('images/1.png', 'val')).toBe('images/val/1.png');
    expect(places.placeOf('train/x/c.jpg', 'train')).toBe('train/x/c.jpg');
  });

  it('that are taken get a number', () => {
    const taken = new Set(['val/1.png', 'val/1_2.png']);
    expect(freePlace('val/1.png', place => taken.has(place))).toBe('val/1_3.png');
    const clash = [
      { path: 'train/1.png', split: 'train' },
      { path: 'val/1.png', split: 'val' },
    ];
    const moved = resplit({ images: clash, together: [[0, 1]], shares: { train: 1, val: 0 }, seed: 1 }).moves;
    expect(moved).toEqual([{ image: 1, to: 'train/1_2.png' }]);
  });
});
