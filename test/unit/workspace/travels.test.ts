import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { note, noteText } from '../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import { Journal } from '../../../src/workspace/journal/journal';
import { planTravels } from '../../../src/workspace/sidecars/planTravels';
import { listTrash } from '../../../src/workspace/trash/listTrash';
import { moveToTrash } from '../../../src/workspace/trash/moveToTrash';
import { tempFolder, write } from './tempFolder';

const settings = { ...defaultScanSettings, labels: 'none' };
const read = (root: string, file: string): string => readFileSync(path.join(root, file), 'utf8');

it('an image goes to the trash with its caption and its row, in one action that undo takes back whole', async () => {
  const root = tempFolder();
  const table = 'path,label\nkeep.png,cat\na.png,cat\nz.png,dog\n';
  write(root, { 'keep.png': 'k', 'a.png': 'a', 'a.txt': 'caption', 'z.png': 'z', 'labels.csv': table });
  const outcome = await moveToTrash({ root, settings, keep: { root, path: 'keep.png' }, files: [{ path: 'a.png' }] });
  expect(outcome.refused).toEqual([]);
  expect(outcome.edited).toEqual(['labels.csv']);
  expect([existsSync(path.join(root, 'a.png')), existsSync(path.join(root, 'a.txt'))]).toEqual([false, false]);
  expect(read(root, 'labels.csv')).toBe('path,label\nkeep.png,cat\nz.png,dog\n');
  expect((await listTrash(root, settings))[0].files.map(file => file.path)).toEqual(['a.png', 'a.txt']);
  const journal = new Journal(root, settings);
  expect((await journal.lastDone())?.what).toEqual({ message: '{0} to the trash', args: ['a.png'] });
  await journal.undo(outcome.entry!.id);
  expect([read(root, 'a.png'), read(root, 'a.txt'), read(root, 'labels.csv')]).toEqual(['a', 'caption', table]);
  expect(await listTrash(root, settings)).toEqual([]);
  await journal.redo(outcome.entry!.id);
  expect((await listTrash(root, settings))[0].files).toHaveLength(2);
  expect(read(root, 'labels.csv')).toBe('path,label\nkeep.png,cat\nz.png,dog\n');
});

it('what cannot take along its caption stays, the others go, and no list is edited for it', async () => {
  const root = tempFolder();
  write(root, {
    'cat/a.png': 'a',
    'cat/a.txt': 'caption a',
    'cat/b.png': 'b',
    'dog/a.txt': 'another caption',
    'labels.csv': 'path,label\ncat/a.png,cat\ncat/b.png,cat\n',
  });
  const plan = await planTravels(
    root,
    ['a', 'b'].map(name => ({ file: { path: `cat/${name}.png` }, to: `dog/${name}.png`, relabel: ['cat', 'dog'] as const })),
  );
  expect(plan.refused.map(({ path: image, note: why }) => [image, noteText(why)])).toEqual([
    ['cat/a.png', 'cat/a.txt was not moved: dog/a.txt exists already.'],
  ]);
  await new Journal(root, settings).perform({ what: note('x'), steps: plan.steps, seen: plan.seen });
  expect(read(root, 'labels.csv')).toBe('path,label\ncat/a.png,cat\ndog/b.png,dog\n');
  expect([read(root, 'cat/a.png'), read(root, 'dog/b.png')]).toEqual(['a', 'b']);
});

it('of two that would go to one place, the second stays', async () => {
  const root = tempFolder();
  write(root, { 'a/1.png': 'a', 'b/1.png': 'b' });
  const plan = await planTravels(
    root,
    ['a', 'b'].map(folder => ({ file: { path: `${folder}/1.png` }, to: 'c/1.png' })),
  );
  expect(plan.images).toEqual(['a/1.png']);
  expect(plan.refused.map(({ note: why }) => noteText(why))).toEqual([
    'b/1.png was not moved: another file goes to c/1.png too.',
  ]);
});

it('images with rows in one list go together or not at all', async () => {
  const root = tempFolder();
  write(root, { 'a.png': 'a', 'b.png': 'b', 'labels.csv': 'path\na.png\nb.png\n', 'c.png': 'c', 'new/c.png': 'taken' });
  const plan = await planTravels(
    root,
    ['a', 'b'].map(name => ({ file: { path: `${name}.png` }, to: `new/${name}.png` })),
  );
  write(root, { 'new/b.png': 'came meanwhile' });
  const { refused } = await new Journal(root, settings).perform({ what: note('x'), steps: plan.steps, seen: plan.seen });
  expect(refused).toHaveLength(1);
  expect([read(root, 'a.png'), read(root, 'labels.csv')]).toEqual(['a', 'path\na.png\nb.png\n']);
});
