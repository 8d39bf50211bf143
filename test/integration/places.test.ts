import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LabelingPage, verdictLines } from './harness/labelingPage';
import { PictureFolder, scene, shrunk } from './harness/pictures';
import { VscodeWindow } from './harness/vscodeWindow';

/** Names and workspaces that are out of the ordinary. */
describe('places', () => {
  it('takes names with any characters', async () => {
    const folder = new PictureFolder();
    const odd = '100% #1 [a](b) \'q\' "d" é 日本 &?.png';
    await folder.write(`odd/${odd}`, scene(1));
    await folder.write('odd/two\nlines.jpg', shrunk(1));
    await folder.write('odd/plain.png', scene(2));
    const window = await VscodeWindow.open({ open: folder.path });
    try {
      await window.explorerMenu('odd', 'Twinlint: Find Similar Images');
      const [text] = await window.problemTexts(1);
      expect(text).toContain(`Near-duplicate of odd/${odd} (distance`);
      await window.openFinding(odd);
      const panel = await window.panel('text=Not a Duplicate');
      await window.pictureIsShown(panel);
      expect(await panel.getByText(odd).count()).toBeGreaterThan(0);
    } finally {
      await window.close();
      folder.remove();
    }
  });

  it('finds twins across the folders of a workspace, and says in which folder each is', async () => {
    const folder = new PictureFolder();
    await folder.write('first/tree.png', scene(1));
    await folder.write('second/bush.jpg', shrunk(1));
    await folder.write('second/house.png', scene(2));
    const file = folder.at('both.code-workspace');
    writeFileSync(file, JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }] }));
    const window = await VscodeWindow.open({ open: file });
    try {
      await window.runCommand('Twinlint: Scan Workspace');
      const texts = await window.problemTexts(1);
      expect(texts).toEqual([expect.stringMatching(/^Near-duplicate of first\/tree\.png \(distance/)]);
    } finally {
      await window.close();
      folder.remove();
    }
  });

  it('tells when there are no images, and shows no panel', async () => {
    const folder = new PictureFolder();
    await folder.write('pictures/one.png', scene(1));
    writeFileSync(folder.at('pictures/readme.txt'), 'no image');
    const window = await VscodeWindow.open({ open: folder.path, settings: { 'files.exclude': { '**/*.png': true } } });
    try {
      await window.explorerMenu('pictures', 'Twinlint: Find Similar Images');
      await window.waitForNotification('There are no images in');
      expect(await window.page.locator('.tab', { hasText: 'Twinlint: Pairs' }).count()).toBe(0);
    } finally {
      await window.close();
      folder.remove();
    }
  });

  it('keeps asking about a pair where answers cannot be written, and says so before the first one', async () => {
    const folder = new PictureFolder();
    await folder.writeCopies(3);
    // Permissions mean nothing where the tests run as root; a file in the way does.
    writeFileSync(folder.at('.twinlint'), 'mine');
    const window = await VscodeWindow.open({ open: folder.path });
    try {
      const page = await LabelingPage.open(window);
      await page.scanned();
      const alert = page.frame.getByRole('alert');
      await alert.getByText(/^Answers cannot be saved in .*\.twinlint \(ENOTDIR\)/).waitFor();
      await window.screenshot('place-1-no-answers');
      const asked = await page.asked();
      await page.frame.locator('twinlint-picture-stage').click();
      await window.page.keyboard.press('s');
      await window.page.waitForTimeout(1500);
      expect(await page.asked()).toEqual(asked);
      expect(await page.counter()).toBe('No answers yet');
      await window.runCommand('Twinlint: Train');
      await window.waitForNotification(/cannot be written/);
      expect(readFileSync(folder.at('.twinlint'), 'utf8')).toBe('mine');
      // Once there is room, the very next answer is kept.
      rmSync(folder.at('.twinlint'));
      await page.answer();
      expect(verdictLines(folder)).toHaveLength(1);
      await alert.waitFor({ state: 'hidden' });
    } finally {
      await window.close();
      folder.remove();
    }
  });
});
