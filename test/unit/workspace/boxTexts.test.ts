import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { spliced } from '../../../src/core/curation/splices';
import { boxTexts } from '../../../src/workspace/labels/boxTexts';
import { relabelSplices } from '../../../src/workspace/labels/labelTexts';
import { tempFolder, write } from './tempFolder';

/** The file's text after one of its boxes got another class; undefined where it can't. */
async function relabeled(
  files: Readonly<Record<string, string>>,
  at: readonly [file: string, line: number, column: number],
  from: string,
  to: string,
): Promise<string | undefined> {
  const root = tempFolder();
  write(root, files);
  const box = { image: 'a.png', at: { file: at[0], line: at[1], column: at[2] }, label: from };
  const [text] = await boxTexts(root, [box], file => readFile(path.join(root, file), 'utf8'));
  const splices = relabelSplices(text, to);
  return splices.length === 0 ? undefined : spliced(text.text, splices);
}

describe('another class of a box', () => {
  const yaml = { 'data.yaml': 'names: [cat, dog]' };

  it('is its number in the row of a YOLO file', async () => {
    const text = '\uFEFF0 0.5 0.5 0.1 0.1\r\n 1 0.5 0.5 0.2 0.2\r\n1 0.1 0.1 0.1 0.1\r\n';
    const files = { ...yaml, 'labels/a.txt': text };
    expect(await relabeled(files, ['labels/a.txt', 2, 2], 'dog', 'cat')).toBe(text.replace(' 1 ', ' 0 '));
    expect(await relabeled(files, ['labels/a.txt', 1, 1], 'cat', 'dog')).toBe(text.replace('\uFEFF0', '\uFEFF1'));
    // There is no such class; the row is another by now; the file is shorter by now.
    expect(await relabeled(files, ['labels/a.txt', 1, 1], 'cat', 'fish')).toBeUndefined();
    expect(await relabeled(files, ['labels/a.txt', 3, 1], 'cat', 'dog')).toBeUndefined();
    expect(await relabeled(files, ['labels/a.txt', 9, 1], 'cat', 'dog')).toBeUndefined();
    expect(await relabeled({ 'a.txt': '7 0.5 0.5 0.1 0.1' }, ['a.txt', 1, 1], '7', '12')).toBe('12 0.5 0.5 0.1 0.1');
  });

  it('is the category of an annotation of COCO', async () => {
    const head = '{"categories": [{"id": 3, "name": "cat"}, {"id": 4, "name": "dog"}], "annotations": [\n';
    const coco = (category: number): string =>
      `${head}  {"id": 3, "category_id": 3, "image_id": 3},\n  {"id": 4, "category_id": ${category}, "image_id": 3}]}`;
    expect(await relabeled({ 'c.json': coco(3) }, ['c.json', 3, 3], 'cat', 'dog')).toBe(coco(4));
    expect(await relabeled({ 'c.json': coco(4) }, ['c.json', 3, 3], 'cat', 'dog')).toBeUndefined();
  });
});
