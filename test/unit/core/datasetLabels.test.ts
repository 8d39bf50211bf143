import { describe, expect, it } from 'vitest';
import { analyseFolders } from '../../../src/core/dataset/labels';
import type { FolderAnalysis, LabelSettings } from '../../../src/core/dataset/labels';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';

const analyse = (paths: string[], settings: Partial<LabelSettings> = {}, csv?: ReadonlyMap<string, string>): FolderAnalysis =>
  analyseFolders(paths, { ...defaultScanSettings, ...settings }, csv);
const labels = (paths: string[], settings: Partial<LabelSettings> = {}): (string | undefined)[] => {
  const { labelOf } = analyse(paths, settings);
  return paths.map(path => labelOf(path));
};
const none = (paths: string[]): undefined[] => paths.map(() => undefined);

describe('folders are classes', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['side by side', { 'cat/1.jpg': 'cat', 'dog/2.jpg': 'dog' }],
    ['below splits', { 'train/cat/1.jpg': 'cat', 'train/dog/2.jpg': 'dog', 'test/cat/3.jpg': 'cat' }],
    ['below splits that hold one class each', { 'train/cat/1.jpg': 'cat', 'test/dog/2.jpg': 'dog' }],
    ['above splits', { 'cat/train/1.jpg': 'cat', 'cat/test/2.jpg': 'cat', 'dog/train/3.jpg': 'dog' }],
    ['of digits, as in MNIST', Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`train/${i}/a.png`, String(i)]))],
    [
      'of digits in two data sets',
      { 'mnist/0/a.png': '0', 'mnist/1/a.png': '1', 'mnist/2/a.png': '2', 'fashion/0/b.png': '0', 'fashion/1/b.png': '1' },
    ],
    ['of zero-padded numbers', { '0000/a.png': '0000', '0001/a.png': '0001', '1999/a.png': '1999' }],
    ['inside a wrapper', { 'pets/images/cat/1.jpg': 'cat', 'pets/images/dog/2.jpg': 'dog', 'pets/logo.png': undefined }],
    ['in a nested tree', { 'animal/cat/1.jpg': 'cat', 'animal/dog/2.jpg': 'dog', 'vehicle/car/3.jpg': 'car' }],
    ['in a nested tree of single branches', { 'animal/cat/1.jpg': 'cat', 'vehicle/car/3.jpg': 'car' }],
    ['at different depths', { 'car/1.jpg': 'car', 'animal/cat/2.jpg': 'cat', 'animal/dog/3.jpg': 'dog' }],
    ['with details inside', { 'cat/1.jpg': 'cat', 'cat/new stuff/2.jpg': 'cat', 'dog/puppies/small/3.jpg': 'dog' }],
    [
      'with containers, batches and dates inside',
      { 'cat/thumbs/1.jpg': 'cat', 'cat/batch_2/2.jpg': 'cat', 'dog/2024-05-01/3.jpg': 'dog', 'dog/x.jpg': 'dog' },
    ],
    ['in several batches', { 'batch_1/cat/1.jpg': 'cat', 'part-003/dog/2.jpg': 'dog' }],
    [
      'but images beside class folders have none',
      { '0.jpg': undefined, 'animal/1.jpg': undefined, 'animal/cat/2.jpg': 'cat', 'animal/dog/3.jpg': 'dog' },
    ],
    [
      'but not what waits for a label',
      { 'cat/1.jpg': 'cat', 'dog/2.jpg': 'dog', 'unlabeled/3.jpg': undefined, 'unlabeled/a/4.jpg': undefined },
    ],
    [
      'and numbers inside many of them are parts',
      { 'ann/0/1.jpg': 'ann', 'ann/1/2.jpg': 'ann', 'bob/0/3.jpg': 'bob', 'bob/1/3.jpg': 'bob', 'eve/0/4.jpg': 'eve' },
    ],
    ['also one named as a split, among vehicles', { 'car/1.jpg': 'car', 'bus/2.jpg': 'bus', 'train/3.jpg': 'train' }],
    [
      'also one named as a split, inside a split',
      { 'test/train/1.jpg': 'train', 'test/car/2.jpg': 'car', 'train/train/3.jpg': 'train', 'train/car/4.jpg': 'car' },
    ],
    ['in other scripts', { '训练集/猫/1.jpg': '猫', '训练集/狗/2.jpg': '狗', '测试集/猫/3.jpg': '猫' }],
    ['named like properties of objects', { 'constructor/1.jpg': 'constructor', '__proto__/2.jpg': '__proto__' }],
  ])('%s', (_, expected) => {
    expect(labels(Object.keys(expected))).toEqual(Object.values(expected));
  });
});

describe('folders are no classes', () => {
  it.each<[string, string[]]>([
    ['one alone', ['images/1.jpg', 'images/2.jpg']],
    ['a chain', ['a/b/c/1.jpg', 'a/b/c/2.jpg']],
    ['a chain with images on the way', ['a/1.jpg', 'a/b/2.jpg', 'a/b/c/3.jpg']],
    ['days', ['photos/2024-05-01/1.jpg', 'photos/2024-05-02/2.jpg', 'photos/20240503_1200/3.jpg']],
    ['years and months', ['2023/12/1.jpg', '2024/05/2.jpg', '2024/June/3.jpg', '2024/05/07/3.jpg']],
    [
      'albums among days',
      ['photos/2024-05-01 Rome/1.jpg', 'photos/wedding/2.jpg', 'photos/wedding/party/3.jpg', 'photos/hikes/4.jpg'],
    ],
    ['what a camera makes', ['DCIM/100CANON/1.jpg', 'DCIM/101CANON/2.jpg', 'DCIM/Camera/3.jpg', '101_PANA/4.jpg']],
    ['batches', ['batch_1/1.jpg', 'batch_2/2.jpg', 'part-003/3.jpg', 'shard-00001/4.jpg', 'part_A/5.jpg']],
    ['splits', ['train/1.jpg', 'val2017/2.jpg', 'test_images/3.jpg']],
    ['containers', ['docs/1.png', 'media/2.png', 'src/assets/3.png', 'test/fixtures/4.png']],
    ['hash buckets', Array.from({ length: 256 }, (_, i) => `${i.toString(16).padStart(2, '0')}/1.jpg`)],
  ])('%s', (_, paths) => {
    expect(labels(paths)).toEqual(none(paths));
  });
});

describe('settings', () => {
  const paths = ['2024-05-01/cat/1.jpg', '2024-05-02/dog/x/2.jpg', 'cat/3.jpg', 'junk/4.jpg'];

  it('say which folders are classes, instead of the rule', () => {
    expect(labels(paths)).toEqual([undefined, undefined, undefined, undefined]);
    expect(labels(paths, { classFolders: ['**/cat', '*/dog'] })).toEqual(['cat', 'dog', 'cat', undefined]);
    expect(labels(paths, { classFolders: ['**', '!**/x', '!*-*-*'] })).toEqual(['cat', 'dog', 'cat', 'junk']);
  });

  it('say which folders are none, and the rule decides on the others', () => {
    const some = ['cat/1.jpg', 'dog/2.jpg', 'junk/3.jpg'];
    expect(labels(some, { classFolders: ['!junk'] })).toEqual(['cat', 'dog', undefined]);
  });

  it('turn labels off, or take them from a CSV', () => {
    const some = ['cat/1.jpg', 'dog/2.jpg'];
    expect(labels(some, { labels: 'none' })).toEqual([undefined, undefined]);
    const csv = analyse(
      some,
      { labels: 'labels.csv' },
      new Map([
        ['cat/1.jpg', 'tabby'],
        ['gone.jpg', 'x'],
      ]),
    );
    expect(some.map(path => csv.labelOf(path))).toEqual(['tabby', undefined]);
    expect(csv.classes).toEqual(['tabby']);
  });
});

describe('the analysis', () => {
  it('explains every folder', () => {
    const { folders, classes, splits, isClassRoot } = analyse([
      'train/cat/1.jpg',
      'train/cat/2.jpg',
      'train/cat/old/3.jpg',
      'train/dog/4.jpg',
      'test/images/cat/5.jpg',
      'photos/2024-05-01/6.jpg',
      'photos/2024-05-01/best/7.jpg',
    ]);
    expect(Object.fromEntries(folders.map(({ folder, reason }) => [folder, reason]))).toEqual({
      photos: 'container',
      'photos/2024-05-01': 'date',
      'photos/2024-05-01/best': 'album',
      test: 'split',
      'test/images': 'container',
      'test/images/cat': 'class',
      train: 'split',
      'train/cat': 'class',
      'train/cat/old': 'part-of-class',
      'train/dog': 'class',
    });
    expect(folders.find(({ folder }) => folder === 'train/cat')).toEqual({
      folder: 'train/cat',
      images: 2,
      isClass: true,
      reason: 'class',
    });
    expect([classes, splits, isClassRoot]).toEqual([['cat', 'dog'], ['test', 'train'], false]);
  });

  it('tells a root whose own folders are classes', () => {
    expect(analyse(['cat/1.jpg', 'dog/2.jpg']).isClassRoot).toBe(true);
    expect(analyse(['x/cat/1.jpg', 'x/dog/2.jpg']).isClassRoot).toBe(false);
    expect(analyse(['cat/1.jpg', 'dog/2.jpg'], { labels: 'none' }).isClassRoot).toBe(false);
  });

  it('does not depend on the order of the images', () => {
    const paths = ['a/x/1.jpg', 'a/y/2.jpg', 'b/3.jpg', 'train/c/4.jpg', 'b/d/5.jpg', '2024/05/6.jpg'];
    const { folders } = analyse(paths);
    expect(analyse(paths.slice().reverse()).folders).toEqual(folders);
  });
});

describe('splits', () => {
  it.each<[string, string | undefined]>([
    ['train/1.jpg', 'train'],
    ['a/b/Validation/c/1.jpg', 'val'],
    ['x/dev/1.jpg', 'val'],
    ['cat/test/1.jpg', 'test'],
    ['train2017/1.jpg', 'train'],
    ['images_val/1.jpg', 'val'],
    ['TestSet/1.jpg', 'test'],
    ['training data/1.jpg', 'train'],
    ['test.jpg', undefined],
    ['tests/1.jpg', undefined],
    ['contest/1.jpg', undefined],
    ['device/1.jpg', undefined],
    ['test/train/1.jpg', 'test'],
  ])('%s → %s', (path, split) => {
    expect(analyse([path]).splitOf(path)).toBe(split);
  });

  it('come from globs where the settings name some', () => {
    const splits = { train: ['day1', 'day2/**'], holdout: ['**/*_h.jpg', 'train'] };
    const paths = ['day1/a/1.jpg', 'day2/1_h.jpg', 'day3/1_h.jpg', 'train/1.jpg', 'test/1.jpg'];
    const analysis = analyse(paths, { splits });
    expect(paths.map(path => analysis.splitOf(path))).toEqual(['train', 'train', 'holdout', 'holdout', undefined]);
    expect(analysis.splits).toEqual(['holdout', 'train']);
  });

  it('are none where one name stands alone among classes', () => {
    const analysis = analyse(['car/1.jpg', 'bus/2.jpg', 'train/3.jpg']);
    expect(analysis.splitOf('train/3.jpg')).toBeUndefined();
    expect(analyse(['train/cat/1.jpg', 'train/dog/2.jpg', 'extra/3.jpg']).splitOf('train/cat/1.jpg')).toBe('train');
  });
});
