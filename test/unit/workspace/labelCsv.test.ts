import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '../../../src/core/dataset/csv';
import { noteText } from '../../../src/core/dataset/note';
import { readLabelCsv, unmatchedLabels } from '../../../src/workspace/labelCsv';
import { tempFolder, write } from './tempFolder';

const read = async (text: string, root = tempFolder()): Promise<{ labels: object; notes: string[] }> => {
  write(root, { 'labels.csv': text });
  const { labels, notes } = await readLabelCsv(root, 'labels.csv');
  return { labels: Object.fromEntries(labels), notes: notes.map(noteText) };
};

describe('a label file', () => {
  it('gives labels by path, from named columns, quoted or not', async () => {
    const text =
      '\uFEFFid,Label,path\r\n1,cat,a/1.png\r\n2,"big ""dog""","b, c/2\n.png"\r\n\r\n3,fish,./x/../3.png\n4,bird,d\\4.png';
    expect(await read(text)).toEqual({
      labels: { 'a/1.png': 'cat', 'b, c/2\n.png': 'big "dog"', '3.png': 'fish', 'd/4.png': 'bird' },
      notes: [],
    });
  });

  it('is used around broken rows, which are told by number', async () => {
    const root = tempFolder();
    const text = `path,label\na.png,cat\nb.png\n,dog\n../c.png,dog\na.png,dog\n${path.join(root, 'd/e.png')},cat\n"f.png,cat\n`;
    expect(await read(text, root)).toEqual({
      labels: { 'a.png': 'dog', 'd/e.png': 'cat' },
      notes: [
        'labels.csv, row 3: no path or no label; the row was left out.',
        'labels.csv, row 4: no path or no label; the row was left out.',
        'labels.csv, row 5: "../c.png" does not lie below the scanned folder; the row was left out.',
        'labels.csv, row 6: "a.png" already has a label; the last one counts.',
        'labels.csv, row 8: a quote is never closed; the rest of the file was left out.',
      ],
    });
  });

  it('with many broken rows tells some and counts the others', async () => {
    const { notes } = await read(`path,label\n${'x\n'.repeat(50)}`);
    expect(notes).toHaveLength(21);
    expect(notes.at(-1)).toBe('labels.csv: 30 more broken rows.');
  });

  it('that is missing, empty or without the columns is an error', async () => {
    const root = tempFolder();
    await expect(readLabelCsv(root, 'no.csv')).rejects.toThrow('The label file no.csv cannot be read (ENOENT).');
    await expect(read('')).rejects.toThrow('The label file labels.csv has no columns named "path" and "label" in its first row.');
    await expect(read('a.png,cat\n')).rejects.toThrow('no columns named');
  });

  it('longer than one read is whole, and its unknown files are counted', async () => {
    const root = tempFolder();
    const rows = Array.from({ length: 20_000 }, (_, i) => `"猫/${i}.png",${i % 7}`);
    write(root, { 'labels.csv': `path,label\n${rows.join('\n')}` });
    const { labels } = await readLabelCsv(root, 'labels.csv');
    expect(labels.size).toBe(20_000);
    expect(labels.get('猫/19999.png')).toBe(String(19_999 % 7));
    const known = [...labels.keys()].filter(key => key !== '猫/5.png' && key !== '猫/6.png');
    expect(noteText(unmatchedLabels('labels.csv', labels, known)!)).toBe(
      'labels.csv: 2 rows name files that are not among the scanned images, for example "猫/5.png".',
    );
    expect(unmatchedLabels('labels.csv', labels, labels.keys())).toBeUndefined();
  });
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
