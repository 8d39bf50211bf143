import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { PictureFolder, scene, shrunk } from './harness/pictures';
import { keepEvidence, VscodeWindow } from './harness/vscodeWindow';

const folder = new PictureFolder();
let window: VscodeWindow | undefined;
keepEvidence(() => window);
afterAll(async () => {
  await window?.close();
  folder.remove();
});

it('trashes all but the best of each group with its caption and row, and takes it back after a reload', async () => {
  await folder.write('train/cat/tree.png', scene(1));
  await folder.write('train/cat/bush.jpg', shrunk(1));
  await folder.write('train/dog/house.png', scene(2));
  const table = 'path,label\ntrain/cat/tree.png,cat\ntrain/cat/bush.jpg,cat\ntrain/dog/house.png,dog\n';
  writeFileSync(folder.at('train/cat/bush.txt'), 'a small tree');
  writeFileSync(folder.at('labels.csv'), table);
  window = await VscodeWindow.open({ open: folder.path });
  await window.runCommand('Twinlint: Scan Workspace');
  await window.problemTexts(1);

  await window.runCommand('Twinlint: Trash All but the Best of Each Group…');
  await window.quickPickRows('Keep train/cat/tree.png').first().waitFor();
  await window.page.keyboard.press('Enter');
  await window.waitForNotification('2 files are in the trash');
  expect(['bush.jpg', 'bush.txt'].map(name => existsSync(folder.at(`train/cat/${name}`)))).toEqual([false, false]);
  expect(readFileSync(folder.at('labels.csv'), 'utf8')).toBe(table.replace('train/cat/bush.jpg,cat\n', ''));

  await window.reload();
  await window.runCommand('Twinlint: Undo Last Twinlint Action');
  await window.waitForNotification('Undone: train/cat/bush.jpg to the trash.');
  expect(readFileSync(folder.at('train/cat/bush.txt'), 'utf8')).toBe('a small tree');
  expect(existsSync(folder.at('train/cat/bush.jpg'))).toBe(true);
  expect(readFileSync(folder.at('labels.csv'), 'utf8')).toBe(table);

  // The history knows it, and does it again.
  await window.runCommand('Twinlint: Show Twinlint History');
  await window.pick('', 'train/cat/bush.jpg to the trash');
  await window.waitForNotification('Done again: train/cat/bush.jpg to the trash.');
  expect(existsSync(folder.at('train/cat/bush.jpg'))).toBe(false);
});
