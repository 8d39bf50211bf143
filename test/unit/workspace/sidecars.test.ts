import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { spliced } from '../../../src/core/curation/splices';
import { noteText } from '../../../src/core/dataset/note';
import { findCompanions, type Travel } from '../../../src/workspace/sidecars/companions';
import { tempFolder, write } from './tempFolder';

/** What goes along, and the texts as they are to be. */
async function along(root: string, ...travels: readonly Travel[]) {
  const { files, edits, refused } = await findCompanions(root, travels);
  return {
    files: Object.fromEntries([...files].map(([image, own]) => [image, own.map(({ from, to }) => [from, to])])),
    texts: Object.fromEntries(edits.map(({ path: list, text, splices }) => [list, spliced(text, splices)])),
    refused: Object.fromEntries([...refused].map(([image, why]) => [image, noteText(why)])),
  };
}
const nothing = { files: {}, texts: {}, refused: {} };

describe('files of an image', () => {
  it('stand beside it under its name: captions, annotations, masks, sounds', async () => {
    const root = tempFolder();
    const own = ['a.txt', 'a.json', 'a.xml', 'a.png.json', 'a_mask.png', 'a-seg.png', 'a.ogg'];
    const others = ['a2.txt', 'ab.json', 'a.exe', 'b_mask.png', 'a_mask_old.png', 'a_view.png'];
    write(root, Object.fromEntries(['cat/a.png', ...[...own, ...others].map(name => `cat/${name}`)].map(name => [name, 'x'])));
    const { files, refused } = await along(root, { image: 'cat/a.png', to: 'dog/new.png' });
    expect(refused).toEqual({});
    expect(new Set(files['cat/a.png'].map(([from, to]) => `${from} ${to}`))).toEqual(
      new Set([
        'cat/a.txt dog/new.txt',
        'cat/a.json dog/new.json',
        'cat/a.xml dog/new.xml',
        'cat/a.png.json dog/new.png.json',
        'cat/a_mask.png dog/new_mask.png',
        'cat/a-seg.png dog/new-seg.png',
        'cat/a.ogg dog/new.ogg',
      ]),
    );
    expect((await along(root, { image: 'cat/a.png' })).files['cat/a.png']).toHaveLength(own.length);
  });

  it('that another image of the same name needs stay with it, or hold both back', async () => {
    const root = tempFolder();
    write(root, { 'a.png': 'x', 'a.jpg': 'y', 'a.txt': 'caption' });
    // The twin goes to the trash, the caption stays with the one that is kept.
    expect(await along(root, { image: 'a.png' })).toEqual(nothing);
    expect((await along(root, { image: 'a.png', to: 'dog/a.png' })).refused).toEqual({
      'a.png': 'a.png was not moved: a.txt belongs to a.jpg too, which stays.',
    });
    const both = await along(root, { image: 'a.png', to: 'dog/a.png' }, { image: 'a.jpg', to: 'dog/a.jpg' });
    expect(both).toEqual({ ...nothing, files: { 'a.png': [['a.txt', 'dog/a.txt']] } });
  });

  it('lie in a tree beside the images, as YOLO has it', async () => {
    const root = tempFolder();
    write(root, {
      'images/train/a.jpg': 'x',
      'labels/train/a.txt': '0 .5 .5 1 1',
      'masks/train/a.png': 'm',
      'labels/train/ab.txt': 'other',
      'val/images/b.jpg': 'x',
      'val/labels/b.txt': '0',
    });
    expect((await along(root, { image: 'images/train/a.jpg', to: 'images/val/c.jpg' })).files).toEqual({
      'images/train/a.jpg': [
        ['labels/train/a.txt', 'labels/val/c.txt'],
        ['masks/train/a.png', 'masks/val/c.png'],
      ],
    });
    expect((await along(root, { image: 'val/images/b.jpg', to: 'train/images/b.jpg' })).files).toEqual({
      'val/images/b.jpg': [['val/labels/b.txt', 'train/labels/b.txt']],
    });
    expect((await along(root, { image: 'val/images/b.jpg', to: 'train/b.jpg' })).refused).toEqual({
      'val/images/b.jpg':
        'val/images/b.jpg was not moved: what belongs to it lies in a folder labels beside images, and the new place has no folder images.',
    });
  });
});

describe('rows of lists', () => {
  it('of a table follow a move, with their label; quotes, line ends and other columns stay', async () => {
    const root = tempFolder();
    const table = 'id,path,label\r\n1,"cat/a, 1.png",cat\r\n2,cat/b.png,cat\r\n3,./dog/c.png,dog\r\n';
    write(root, { 'labels.csv': table, 'cat/a, 1.png': 'x', 'cat/b.png': 'x', 'dog/c.png': 'x' });
    expect((await along(root, { image: 'cat/a, 1.png', to: 'dog/a, 1.png', relabel: ['cat', 'dog'] })).texts).toEqual({
      'labels.csv': table.replace('"cat/a, 1.png",cat', '"dog/a, 1.png",dog'),
    });
    expect((await along(root, { image: 'dog/c.png', to: 'cat/c.png' })).texts).toEqual({
      'labels.csv': table.replace('./dog/c.png', './cat/c.png'),
    });
    expect((await along(root, { image: 'cat/b.png' }, { image: 'dog/c.png' })).texts).toEqual({
      'labels.csv': 'id,path,label\r\n1,"cat/a, 1.png",cat\r\n',
    });
  });

  it('of JSON lines and lists of paths', async () => {
    const root = tempFolder();
    write(root, {
      'a/1.jpg': 'x',
      'a/2.jpg': 'x',
      'meta.jsonl': '{"n": 1, "file_name": "a\\/1.jpg", "label": "a"}\n{"file_name":"a/2.jpg"}\n',
      'all.txt': 'a/1.jpg 0\na/2.jpg 0',
      'notes.txt': 'a/1.jpg is my favourite\nand some more prose\nand more\nand more\nand more\n',
    });
    expect((await along(root, { image: 'a/1.jpg', to: 'b/1.jpg', relabel: ['a', 'b'] })).texts).toEqual({
      'meta.jsonl': '{"n": 1, "file_name": "b/1.jpg", "label": "b"}\n{"file_name":"a/2.jpg"}\n',
      'all.txt': 'b/1.jpg 0\na/2.jpg 0',
    });
    expect((await along(root, { image: 'a/2.jpg' })).texts).toEqual({
      'meta.jsonl': '{"n": 1, "file_name": "a\\/1.jpg", "label": "a"}\n',
      'all.txt': 'a/1.jpg 0\n',
    });
  });

  const coco = (images: unknown[], annotations: unknown[]): string =>
    JSON.stringify({ info: { note: 'kept [as] "is"' }, images, annotations, categories: [{ id: 1, name: 'cat' }] }, undefined, 1);

  it('of COCO go with their annotations; the rest of the file stays to the byte', async () => {
    const root = tempFolder();
    const images = [1, 2, 3].map(id => ({ id, file_name: `${id}.jpg` }));
    const annotations = [11, 12, 13, 14].map((id, i) => ({ id, image_id: [1, 3, 3, 2][i], category_id: 1, bbox: [1, 2, 3, 4] }));
    write(root, { 'annotations/instances_train2017.json': coco(images, annotations) });
    write(root, Object.fromEntries(images.map(({ file_name }) => [`train2017/${file_name}`, 'x'])));
    const { texts } = await along(root, { image: 'train2017/3.jpg' });
    const text = texts['annotations/instances_train2017.json']!;
    expect(JSON.parse(text)).toEqual(JSON.parse(coco(images.slice(0, 2), [annotations[0], annotations[3]])));
    expect(text.startsWith(coco(images, annotations).slice(0, 60))).toBe(true);
  });

  it('move to the list of the other split, under free numbers', async () => {
    const root = tempFolder();
    const [train, val] = ['annotations/instances_train2017.json', 'annotations/instances_val2017.json'];
    write(root, {
      [train]: coco(
        [
          { id: 1, file_name: 'a.jpg' },
          { id: 2, file_name: 'b.jpg' },
        ],
        [{ id: 1, image_id: 2, category_id: 1 }],
      ),
      [val]: coco([{ id: 2, file_name: 'c.jpg' }], [{ id: 1, image_id: 2, category_id: 1 }]),
    });
    write(root, { 'train2017/a.jpg': 'x', 'train2017/b.jpg': 'x', 'val2017/c.jpg': 'x' });
    const { texts, refused } = await along(root, { image: 'train2017/b.jpg', to: 'val2017/b.jpg' });
    expect(refused).toEqual({});
    expect(JSON.parse(texts[train]!)).toMatchObject({ images: [{ id: 1, file_name: 'a.jpg' }], annotations: [] });
    expect(JSON.parse(texts[val]!)).toMatchObject({
      images: [
        { id: 2, file_name: 'c.jpg' },
        { id: 3, file_name: 'b.jpg' },
      ],
      annotations: [
        { id: 1, image_id: 2 },
        { id: 2, image_id: 3 },
      ],
    });
    // Two that change places: each list loses its last and gets another.
    const swap = await along(
      root,
      { image: 'train2017/b.jpg', to: 'val2017/b.jpg' },
      { image: 'val2017/c.jpg', to: 'train2017/c.jpg' },
    );
    expect((JSON.parse(swap.texts[val]!) as { images: { file_name: string }[] }).images.map(each => each.file_name)).toEqual([
      'b.jpg',
    ]);
    expect((JSON.parse(swap.texts[train]!) as { images: { file_name: string }[] }).images.map(each => each.file_name)).toEqual([
      'a.jpg',
      'c.jpg',
    ]);
  });

  it('of a split’s own list: to the other’s, or the move is refused', async () => {
    const root = tempFolder();
    write(root, { 'train/a.png': 'x', 'train/b.png': 'x', 'train/labels.csv': 'file,label\na.png,1\nb.png,2\n' });
    const travel = { image: 'train/a.png', to: 'val/a.png' };
    expect((await along(root, travel)).refused).toEqual({
      'train/a.png':
        'train/a.png was not moved: train/labels.csv lists the images of train, and there is no such list of val to take its row.',
    });
    write(root, { 'val/labels.csv': 'file,label\n', 'val/z.png': 'x' });
    expect((await along(root, travel)).texts).toEqual({
      'train/labels.csv': 'file,label\nb.png,2\n',
      'val/labels.csv': 'file,label\na.png,1\n',
    });
    write(root, { 'val/labels.csv': 'file,quality\n' });
    expect((await along(root, travel)).refused['train/a.png']).toMatch(
      /its row in train\/labels\.csv has other columns than val\/labels\.csv/,
    );
  });

  it('are not taken for those of another image of the same name', async () => {
    const root = tempFolder();
    write(root, {
      'cat/1.png': 'x',
      'dog/1.png': 'x',
      'dog/2.png': 'x',
      'lists/dogs.csv': 'path\n1.png\n2.png\n',
      'cat/list.csv': 'path\n1.png\n',
    });
    // lists/dogs.csv is about dog/, where all its names are.
    expect((await along(root, { image: 'cat/1.png', to: 'bird/1.png' })).refused).toEqual({
      'cat/1.png': 'cat/1.png was not moved: cat/list.csv names it, and cannot name bird/1.png.',
    });
    expect((await along(root, { image: 'dog/1.png' })).texts).toEqual({ 'lists/dogs.csv': 'path\n2.png\n' });
    // Nothing tells whose it is.
    write(root, { 'lists/dogs.csv': 'path\n1.png\n', 'cat/list.csv': '' });
    const why = (image: string): string =>
      `${image} was not moved: lists/dogs.csv names 1.png, which may be this image or another.`;
    expect((await along(root, { image: 'dog/1.png' })).refused).toEqual({ 'dog/1.png': why('dog/1.png') });
    expect((await along(root, { image: 'dog/1.png' }, { image: 'cat/1.png' })).refused).toEqual({
      'dog/1.png': why('dog/1.png'),
      'cat/1.png': why('cat/1.png'),
    });
  });

  it('that cannot be edited hold their image back: a link, another encoding', async () => {
    const root = tempFolder();
    write(root, { 'a.png': 'x', 'real/labels.csv': 'path\na.png\n' });
    symlinkSync('real/labels.csv', path.join(root, 'labels.csv'));
    expect((await along(root, { image: 'a.png' })).refused).toEqual({
      'a.png': 'a.png was not moved: labels.csv names it, which is a link.',
    });
    writeFileSync(path.join(root, 'other.csv'), Buffer.from('path,label\na.png,caf\xe9\n', 'latin1'));
    expect((await along(root, { image: 'a.png' })).refused['a.png']).toMatch(/names it, which is/);
    expect(readFileSync(path.join(root, 'real/labels.csv'), 'utf8')).toBe('path\na.png\n');
  });
});
