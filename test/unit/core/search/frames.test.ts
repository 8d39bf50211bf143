import { expect, test } from 'vitest';
import { noteText } from '../../../../src/core/dataset/note';
import { orderFrames } from '../../../../src/core/search/frames';

const orderOf = (paths: string[], start?: string) => {
  const { frames, notes } = orderFrames(paths, start);
  return { paths: frames.map(({ path }) => path), notes: notes.map(noteText) };
};

test('by number, not by letter', () => {
  const { paths, notes } = orderOf(['f10.png', 'f9.png', 'f11.png', 'f8.png']);
  expect(paths).toEqual(['f8.png', 'f9.png', 'f10.png', 'f11.png']);
  expect(notes).toEqual([]);
});

test('leading zeros and the extension do not matter; the last number counts', () => {
  expect(orderOf(['cam2_0010.jpg', 'cam2_0009.png', 'cam2_008.jpg']).paths).toEqual([
    'cam2_008.jpg',
    'cam2_0009.png',
    'cam2_0010.jpg',
  ]);
});

test('says which numbers are missing or there twice; a regular step is no gap', () => {
  expect(orderOf(['f1.png', 'f2.png', 'f4.png', 'f8.png']).notes).toEqual(['4 frame numbers are missing: 3, 5–7.']);
  expect(orderOf(['f0.png', 'f5.png', 'f10.png', 'f20.png']).notes).toEqual(['1 frame numbers are missing: 15.']);
  expect(orderOf(['f1.png', 'f2.jpg', 'f2.png', 'f3.png']).notes).toEqual([
    '1 frame numbers are there more than once, as that of f2.png; those frames follow each other.',
  ]);
});

test('one sequence of several: that of the start frame, or the longest', () => {
  const paths = ['a1.png', 'a2.png', 'a3.png', 'b1.png', 'b2.png', 'cover.png'];
  expect(orderOf(paths).paths).toEqual(['a1.png', 'a2.png', 'a3.png']);
  expect(orderOf(paths, 'b2.png')).toEqual({
    paths: ['b1.png', 'b2.png'],
    notes: ['4 images in the folder do not belong to the sequence of b1.png and were left out.'],
  });
});

test('without numbers, by name', () => {
  expect(orderOf(['one.png', 'three.png', 'two.png'])).toEqual({
    paths: ['one.png', 'three.png', 'two.png'],
    notes: ['The file names have no numbers; the frames were taken in the order of their names.'],
  });
  expect(orderOf([])).toEqual({ paths: [], notes: [] });
});
