import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { spliced } from '../../../src/core/curation/splices';
import { noteText } from '../../../src/core/dataset/note';
import { labelTexts, relabelSplices } from '../../../src/workspace/labels/labelTexts';
import { readSidecars } from '../../../src/workspace/labels/readSidecars';
import { tempFolder, write } from './tempFolder';

/** The file's text after an image got another label; undefined where it can't. */
async function relabeled(
  files: Readonly<Record<string, string>>,
  labels: string,
  image: string,
  label: string,
  all: readonly string[] = [image],
): Promise<string | undefined> {
  const root = tempFolder();
  write(root, files);
  const [text] = await labelTexts({
    root,
    settings: { labels, labelColumns: {} },
    images: new Set([image]),
    all,
    read: file => readFile(path.join(root, file), 'utf8'),
  });
  const splices = text ? relabelSplices(text, label) : [];
  return splices.length === 0 ? undefined : spliced(text.text, splices);
}

describe('another label', () => {
  it('is written in its row alone, in the style of the row', async () => {
    expect(await relabeled({ 'l.csv': '\uFEFFpath,label\r\na.png,"x"\r\nb.png,y\r\n' }, 'l.csv', 'a.png', 'z "q"')).toBe(
      '\uFEFFpath,label\r\na.png,"z ""q"""\r\nb.png,y\r\n',
    );
    expect(await relabeled({ 'l.tsv': 'class\tfile\nx\ta.png\n' }, 'l.tsv', 'a.png', 'y, z')).toBe('class\tfile\ny, z\ta.png\n');
    const lines = '{"label": 3, "file": "a.png"}\n{"label": "3", "file": "b.png", "note": "label"}\n';
    expect(await relabeled({ 'l.jsonl': lines }, 'l.jsonl', 'a.png', '8')).toBe(lines.replace('3', '8'));
    expect(await relabeled({ 'l.jsonl': lines }, 'l.jsonl', 'b.png', '8')).toBe(lines.replace('"3"', '"8"'));
  });

  it('in COCO is the category of its only annotation, and must be one that the file lists', async () => {
    const coco = (category: string): string => `{"categories": [{"id": 10, "name": "cat"}, {"id": "d", "name": "dog"}],
  "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
  "annotations": [{"id": 5, "category_id": 10, "image_id": 2}, {"id": 6, "image_id": 1, "category_id":${category}}]}`;
    const all = ['train/a.png', 'train/b.png'];
    expect(await relabeled({ 'c.json': coco('10') }, 'c.json', 'train/a.png', 'dog', all)).toBe(coco('"d"'));
    expect(await relabeled({ 'c.json': coco('10') }, 'c.json', 'train/a.png', 'fish', all)).toBeUndefined();
  });

  it('is written in a sidecar, around which all stays as it is', async () => {
    expect(await relabeled({ 'a.txt': '\uFEFF tabby cat\r\n' }, 'sidecars', 'a.png', 'pug')).toBe('\uFEFF pug\r\n');
    const json = '{ "id": 4,\n  "label" : "cat", "by": "cat" }\n';
    expect(await relabeled({ 'a.png.json': json }, 'sidecars', 'a.png', 'pug')).toBe(json.replace('"cat"', '"pug"'));
    expect(await relabeled({ 'a.json': '"cat"' }, 'sidecars', 'a.png', 'pug')).toBe('"pug"');
  });
});

describe('sidecars', () => {
  it('give classes; boxes, captions and others are told from them', async () => {
    const root = tempFolder();
    write(root, {
      'a/1.json': '{"class": "cat", "split": "val"}',
      'a/1.txt': 'dog',
      'a/2.png.txt': 'tabby cat\n',
      'a/3.txt': '0 0.5 0.5 0.25 0.25\n1 0.1 0.1 0.1 0.1\n',
      'a/4.txt': 'A cat sits on a mat, and looks out of the window.',
      'a/5.json': '{"shapes": [], "version": "5"}',
      'a/6.json': '{"label": ["cat", "dog"]}',
      'a/7.json': '{"label": ',
      'a/8.json': '{"breed": "pug"}',
      'a/9.txt': '',
    });
    const images = Array.from({ length: 10 }, (_, i) => `a/${i + 1}.png`);
    const { found, notes } = await readSidecars(root, images, {});
    expect([...found].map(([image, { content }]) => [image, content.label, content.split]).sort()).toEqual([
      ['a/1.png', 'cat', 'val'],
      ['a/2.png', 'tabby cat', undefined],
    ]);
    expect(notes.map(noteText)).toEqual([
      '1 sidecar files name another class than the .json or .txt file that counts, for example a/1.txt.',
      '2 sidecar files hold boxes or shapes, not a class, for example a/3.txt.',
      '1 sidecar files hold captions, not a class, for example a/4.txt.',
      '1 sidecar files name several classes, and so give no label, for example a/6.json.',
      '1 sidecar files have no class under a usual key, for example a/8.json. Say which key it is in "labelColumns".',
      '1 sidecar files are not valid JSON, for example a/7.json.',
    ]);
    const { found: named } = await readSidecars(root, ['a/8.png'], { label: 'breed' });
    expect(named.get('a/8.png')?.content.label).toBe('pug');
  });

  it('of short captions are no classes, as hardly any comes twice', async () => {
    const root = tempFolder();
    const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
    write(root, Object.fromEntries(names.map((name, i) => [name.replace('.png', '.txt'), `a red number ${i}`])));
    const { found, notes } = await readSidecars(root, names, {});
    expect(found.size).toBe(0);
    expect(notes.map(noteText)).toEqual([
      '30 sidecar files hold captions, not a class, for example 0.txt.',
      'No labels: no image has a .json or .txt file with a class beside it.',
    ]);
  });
});
