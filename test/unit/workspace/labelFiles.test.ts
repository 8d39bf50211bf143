import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '../../../src/core/dataset/csv';
import type { LabelColumns } from '../../../src/core/dataset/labelColumns';
import { matchLabels } from '../../../src/core/dataset/labelRows';
import { noteText } from '../../../src/core/dataset/note';
import { readLabelFile } from '../../../src/workspace/labels/readLabelFile';
import { tempFolder, write } from './tempFolder';

interface Read {
  readonly labels: Record<string, string>;
  readonly splits: Record<string, string>;
  readonly notes: readonly string[];
}

/** Labels of a file for images of these paths. */
async function read(
  file: string,
  text: string | Uint8Array,
  images: readonly string[],
  columns: LabelColumns = {},
  root = tempFolder(),
): Promise<Read> {
  write(root, { [file]: text });
  const table = await readLabelFile(root, file, columns);
  const { labels, splits, notes } = matchLabels(table, root, images, true);
  return {
    labels: Object.fromEntries(labels),
    splits: Object.fromEntries(splits),
    notes: [...table.notes, ...notes].map(noteText),
  };
}

describe('a table', () => {
  it('gives labels by path, from named columns, quoted or not', async () => {
    const text =
      '\uFEFFid,Label,path\r\n1,cat,a/1.png\r\n2,"big ""dog""","b, c/2\n.png"\r\n\r\n3,fish,./x/../3.png\n4,bird,d\\4.png';
    const labels = { 'a/1.png': 'cat', 'b, c/2\n.png': 'big "dog"', '3.png': 'fish', 'd/4.png': 'bird' };
    expect(await read('labels.csv', text, Object.keys(labels))).toEqual({ labels, splits: {}, notes: [] });
  });

  it('may be separated by tabs, say the split, and have columns of any name', async () => {
    const text = 'img id\tbreed\tsubset\r\na.png\tpug, black\ttrain\r\nb.png\tlab\t\r\n';
    const columns = { path: 'img id', label: 'Breed' };
    expect(await read('labels.tsv', text, ['a.png', 'b.png'], columns)).toEqual({
      labels: { 'a.png': 'pug, black', 'b.png': 'lab' },
      splits: { 'a.png': 'train' },
      notes: [],
    });
  });

  it('tells identities in a column that is asked for, as JSON lines do', async () => {
    const root = tempFolder();
    const identitiesIn = async (file: string, text: string): Promise<Record<string, string>> => {
      write(root, { [file]: text });
      const table = await readLabelFile(root, file, { identity: 'patient' });
      return Object.fromEntries(matchLabels(table, root, ['a.png', 'b.png'], true).identities);
    };
    expect(await identitiesIn('labels.csv', 'path,label,patient\na.png,cat,7\nb.png,dog,\n')).toEqual({ 'a.png': '7' });
    const lines = '{"path":"a.png","label":"cat","patient":7}\n{"path":"b.png","label":"cat"}\n';
    expect(await identitiesIn('labels.jsonl', lines)).toEqual({ 'a.png': '7' });
    await expect(identitiesIn('none.csv', 'path,label\na.png,cat\n')).rejects.toThrow('has no column "patient"');
  });

  it('is used around broken rows, which are told by number', async () => {
    const root = tempFolder();
    const text = `path,label\na.png,cat\nb.png\n,dog\n../c.png,dog\na.png,dog\n${path.join(root, 'd/e.png')},cat\n/z/f.png,cat\n"f.png,cat\n`;
    expect(await read('labels.csv', text, ['a.png', 'b.png', 'd/e.png'], {}, root)).toMatchObject({
      labels: { 'a.png': 'dog', 'd/e.png': 'cat' },
      notes: [
        'labels.csv, row 3: no path or no label; the row was left out.',
        'labels.csv, row 4: no path or no label; the row was left out.',
        'labels.csv, row 9: a quote is never closed; the rest of the file was left out.',
        'labels.csv, row 6: "a.png" was labeled cat before and is labeled dog here; the last one counts.',
        'labels.csv: 2 rows name files that do not lie below the scanned folder, for example "../c.png" in row 5.',
      ],
    });
  });

  it('with many broken rows tells some and counts the others', async () => {
    const { notes } = await read('labels.csv', `path,label\n${'x\n'.repeat(50)}`, []);
    expect(notes).toHaveLength(21);
    expect(notes.at(-1)).toBe('labels.csv: 30 more broken rows.');
  });

  it('that is missing, empty, of no known kind or without the columns is an error that says what there is', async () => {
    const root = tempFolder();
    await expect(readLabelFile(root, 'no.csv', {})).rejects.toThrow('The label file no.csv cannot be read (ENOENT).');
    await expect(readLabelFile(root, 'no.xlsx', {})).rejects.toThrow('must be a .csv, .tsv, .jsonl or .json file');
    await expect(read('labels.csv', '', [])).rejects.toThrow('The label file labels.csv gives no image a label.');
    await expect(read('labels.csv', 'id,breed\n', [])).rejects.toThrow(
      'no column for the path under a usual name (path, file, filename, file_name, filepath, image, image_path, img, img_path, image_file, image_name); it has "id", "breed".',
    );
    await expect(read('labels.csv', 'path,breed\n', [], { label: 'race' })).rejects.toThrow(
      'The label file labels.csv has no column "race"; it has "path", "breed".',
    );
    await expect(read('labels.csv', 'path,label\n', [], { split: 'part' })).rejects.toThrow('has no column "part"');
  });

  it('longer than one read is whole, and its unknown files are counted', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `"猫/${i}.png",${i % 7}`);
    const images = rows.map((_, i) => `猫/${i}.png`).filter((_, i) => i !== 5 && i !== 6);
    const { labels, notes } = await read('labels.csv', `path,label\n${rows.join('\n')}`, images);
    expect(Object.keys(labels)).toHaveLength(19_998);
    expect(labels['猫/19999.png']).toBe(String(19_999 % 7));
    expect(notes).toEqual([
      'labels.csv: 2 rows name files that are not among the scanned images, for example "猫/5.png" in row 7.',
    ]);
  });
});

describe('JSON lines', () => {
  it('give labels, numbers too, around lines that are none', async () => {
    const lines = [
      '\uFEFF{"image": "a.png", "label": "cat", "split": "val"}',
      '',
      '{"image": "b.png", "label": 7}',
      '{"image": "c.png"}',
      '["c.png"]',
      '{"image": ',
    ];
    expect(await read('labels.jsonl', lines.join('\r\n'), ['a.png', 'b.png', 'c.png'])).toEqual({
      labels: { 'a.png': 'cat', 'b.png': '7' },
      splits: { 'a.png': 'val' },
      notes: [
        'labels.jsonl, line 4: no "image" or no "label"; it was left out.',
        'labels.jsonl, line 5: not a JSON object; it was left out.',
        'labels.jsonl, line 6: not a JSON object; it was left out.',
      ],
    });
  });

  it('without the keys are an error that names those they have', async () => {
    await expect(read('l.jsonl', '{"image": "a.png", "breed": "pug"}', [])).rejects.toThrow('it has "image", "breed"');
    await expect(read('l.jsonl', 'nothing\n', [])).rejects.toThrow('The label file l.jsonl gives no image a label.');
  });
});

describe('a JSON file', () => {
  const coco = {
    images: [
      { id: 1, file_name: 'a.png' },
      { id: 2, file_name: 'b.png' },
      { id: 3, file_name: 'c.png' },
      { id: 4, file_name: 'd.png' },
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 10 },
      { id: 2, image_id: 2, category_id: 10 },
      { id: 3, image_id: 2, category_id: 20 },
      { id: 4, image_id: 3, category_id: 99 },
      { id: 5, image_id: 77, category_id: 10 },
      { id: 6, image_id: 4, category_id: 20 },
      { id: 7, image_id: 4, category_id: 20 },
    ],
    categories: [
      { id: 10, name: 'cat' },
      { id: 20, name: 'dog' },
    ],
  };

  it('of COCO gives the category by its id, where there is one; its names may be below a folder', async () => {
    const images = ['train/a.png', 'train/b.png', 'train/c.png', 'train/d.png', 'test/x.png'];
    expect(await read('annotations/train.json', JSON.stringify(coco), images)).toEqual({
      labels: { 'train/a.png': 'cat', 'train/d.png': 'dog' },
      splits: {},
      notes: [
        'annotations/train.json: 1 annotations have a category that the file does not list, for example 99; they were left out.',
        'annotations/train.json: 1 annotations belong to images that the file does not list, for example 5; they were left out.',
        'annotations/train.json: 1 images have annotations of several categories, and so no label, for example "b.png".',
      ],
    });
  });

  it('says which names mean several images', async () => {
    const { labels, notes } = await read('t.json', JSON.stringify(coco), ['train/a.png', 'val/a.png', 'train/d.png']);
    expect(labels).toEqual({ 'train/d.png': 'dog' });
    expect(notes.at(-1)).toBe(
      't.json: 1 rows name files of which there are several, for example "a.png" in row 1; give more of their paths.',
    );
  });

  it('may be a list of objects, and is told from others', async () => {
    const list = [{ file: 'a.png', class: 'cat' }];
    expect(await read('l.json', JSON.stringify(list), ['a.png'])).toMatchObject({ labels: { 'a.png': 'cat' }, notes: [] });
    await expect(read('l.json', '{"a.png": "cat"}', [])).rejects.toThrow('is neither COCO');
    await expect(read('l.json', '{"a.png": ', [])).rejects.toThrow('is not valid JSON');
  });
});

it('names without an extension mean the image of that name', async () => {
  const text = 'id,breed\n000bec,pug\n001513,lab\n';
  const { labels } = await read('labels.csv', text, ['train/000bec.jpg', 'train/001513.jpg'], { path: 'id', label: 'breed' });
  expect(labels).toEqual({ 'train/000bec.jpg': 'pug', 'train/001513.jpg': 'lab' });
});

it('names may be relative to the file, and a list of paths with classes is one', async () => {
  const { labels } = await read('lists/val.txt', '../images/a b.png 3\nc.png 12\n', ['images/a b.png', 'lists/c.png']);
  expect(labels).toEqual({ 'images/a b.png': '3', 'lists/c.png': '12' });
});

it('CSV comes out the same however it is cut into pieces', () => {
  const text = 'a,"b ""q"" c",\r\n"x\r\ny",z\rlast,"e"';
  const expected = [
    ['a', 'b "q" c', ''],
    ['x\r\ny', 'z'],
    ['last', 'e'],
  ];
  for (let cut = 0; cut <= text.length; cut++) {
    const csv = new CsvReader();
    const rows = [...csv.push(text.slice(0, cut)), ...csv.push(text.slice(cut)), ...csv.end().rows];
    expect(rows, String(cut)).toEqual(expected);
  }
});
