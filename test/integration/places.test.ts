import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
});
