import { describe, expect, it } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import { yoloYaml } from '../../../src/core/dataset/yolo';
import { readBoxes } from '../../../src/workspace/labels/readBoxes';
import { tempFolder, write } from './tempFolder';

/** Label and place of each box. */
const shown = (read: Awaited<ReturnType<typeof readBoxes>>): Record<string, string[]> =>
  Object.fromEntries(
    [...read.boxes].map(([image, boxes]) => [
      image,
      boxes.map(({ label, box, at }) => `${label} ${box.map(v => +v.toFixed(3)).join(' ')} ${at.file}:${at.line}:${at.column}`),
    ]),
  );

describe('boxes of YOLO', () => {
  it('stand in the tree beside the images, with names from data.yaml; what is no box is told by its line', async () => {
    const root = tempFolder();
    const rows = [
      '1 0.5 0.5 0.2 0.4',
      '',
      ' 0 0.1 0.1 0.2 0.2 0.97',
      '0 0.2 0.2 0.6 0.2 0.4 0.7',
      '0 0.95 0.5 0.2 0.2',
      '2 0.5 0.5 0.1 0.1',
      '0 150 200 30 40',
      '0 0.5 0.5 0.1',
      'cat 0.5 0.5 0.1 0.1',
      '0 0.5 0.5 0 0.1',
    ];
    write(root, {
      'data.yaml': 'train: images/train # here\r\nnc: 2\r\nnames:\r\n  0: cat\r\n  1: "big dog"\r\n',
      'labels/train/a.txt': rows.join('\r\n'),
      'labels/train/c.txt': '',
      'other/d.txt': '0 0.5 0.5 0.5 0.5\n',
      'other/e.txt': 'a cat on a mat',
    });
    const images = ['images/train/a.png', 'images/train/b.png', 'images/train/c.png', 'other/d.jpg', 'other/e.jpg'];
    const read = await readBoxes(root, 'folders', images);
    expect(shown(read)).toEqual({
      'images/train/a.png': [
        'big dog 0.4 0.3 0.2 0.4 labels/train/a.txt:1:1',
        'cat 0 0 0.2 0.2 labels/train/a.txt:3:2',
        'cat 0.2 0.2 0.4 0.5 labels/train/a.txt:4:1',
        'cat 0.85 0.4 0.2 0.2 labels/train/a.txt:5:1',
      ],
      'other/d.jpg': ['cat 0.25 0.25 0.5 0.5 other/d.txt:1:1'],
    });
    expect(read.notes.map(noteText)).toEqual([
      'labels/train/a.txt, line 5: the box reaches out of its image; what lies inside is judged.',
      'labels/train/a.txt, line 6: there is no class 2 among the 2 that have names; the box was left out.',
      'labels/train/a.txt, line 7: the box lies outside of its image; it was left out.',
      'labels/train/a.txt, line 8: not a box of a class and four numbers; it was left out.',
      'labels/train/a.txt, line 9: not a box of a class and four numbers; it was left out.',
      'labels/train/a.txt, line 10: not a box of a class and four numbers; it was left out.',
    ]);
  });

  it('have names from classes.txt, or numbers where nothing names them', async () => {
    const root = tempFolder();
    write(root, { 'train/labels/a.txt': '1 0.5 0.5 0.2 0.4\n', 'train/labels/classes.txt': 'cat\ndog\n' });
    expect(shown(await readBoxes(root, 'sidecars', ['train/images/a.png']))).toEqual({
      'train/images/a.png': ['dog 0.4 0.3 0.2 0.4 train/labels/a.txt:1:1'],
    });
    const bare = tempFolder();
    write(bare, { 'a.txt': '7 0.5 0.5 0.2 0.4\n' });
    const { boxes, notes } = await readBoxes(bare, 'folders', ['a.png']);
    expect(boxes.get('a.png')![0].label).toBe('7');
    expect(notes.map(noteText)).toEqual([
      'No data.yaml or classes.txt names the classes of the boxes; their numbers stand for them.',
    ]);
  });

  it('that are not there are an error that says where they were looked for', async () => {
    const root = tempFolder();
    write(root, { 'labels/a.txt': '' });
    await expect(readBoxes(root, 'folders', ['x/a.png'])).rejects.toThrow('There are no boxes: no image has a YOLO label file');
    await expect(readBoxes(root, 'folders', ['images/a.png'])).rejects.toThrow('none of 1 YOLO label files holds one');
    await expect(readBoxes(root, 'l.csv', ['images/a.png'])).rejects.toThrow('l.csv is neither');
  });

  it.each([
    ["names: ['a b', c] # x", ['a b', 'c']],
    ['names: [a,\n  b]', ['a', 'b']],
    ['names:\n- a\n- "b"\nnc: 2', ['a', 'b']],
    ['names: {0: a, 1: b}', ['a', 'b']],
  ])('%j names classes', (text, expected) => expect([...yoloYaml(text)!.names.values()]).toEqual(expected));
});

it('boxes of COCO point to their annotations', async () => {
  const root = tempFolder();
  const annotations = [
    '{"id": 1, "image_id": 5, "category_id": 3, "bbox": [10, 20, 30.5, 40]}',
    '{"id": 2, "image_id": 5, "category_id": 4, "bbox": [90, 90, 20, 10]}',
    '{"id": 3, "image_id": 5, "category_id": 9, "bbox": [1, 1, 9, 9]}',
    '{"id": 4, "image_id": 6, "category_id": 3, "bbox": [1, 1, 9, 9]}',
    '{"id": 5, "image_id": 5, "category_id": 3, "bbox": [100, 5, 9, 9]}',
    '{"id": 6, "image_id": 5, "category_id": 3, "bbox": [1, 1, -9, 9]}',
    '{"id": 7, "image_id": 8, "category_id": 3, "bbox": [1, 1, 9, 9]}',
  ];
  const images = '[{"id": 5, "file_name": "a.png", "width": 100, "height": 100}, {"id": 8, "file_name": "gone.png"}]';
  const categories = '[{"id": 3, "name": "cat"}, {"id": 4, "name": "dog"}]';
  write(root, {
    'c.json': `{"images": ${images},\n"categories": ${categories},\n"annotations": [\n  ${annotations.join(',\n  ')}]}\n`,
    'n.json': `{"images": ${images}, "categories": ${categories}, "annotations": []}`,
  });
  const read = await readBoxes(root, 'c.json', ['train/a.png']);
  expect(shown(read)).toEqual({ 'train/a.png': ['cat 10 20 30.5 40 c.json:4:3', 'dog 90 90 20 10 c.json:5:3'] });
  expect(read.notes.map(noteText)).toEqual([
    'c.json: 1 images are not among the scanned ones, for example "gone.png".',
    'c.json, line 5: the box reaches out of its image; what lies inside is judged.',
    'c.json, line 6: there is no class 9 among the 2 that have names; the box was left out.',
    'c.json, line 7: the box belongs to an image that the file does not list; it was left out.',
    'c.json, line 8: the box lies outside of its image; it was left out.',
    'c.json, line 9: not a box of a class and four numbers; it was left out.',
  ]);
  await expect(readBoxes(root, 'n.json', ['train/a.png'])).rejects.toThrow('n.json has none for any scanned image');
});
