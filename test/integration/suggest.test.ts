import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PictureFolder, scene } from './harness/pictures';
import { folderAndWindow, VscodeWindow } from './harness/vscodeWindow';

const held = folderAndWindow();

/** A scene a class, seen a little differently each time. */
async function makeInbox(): Promise<PictureFolder> {
  const made = new PictureFolder();
  for (const [seed, label] of ['harbour', 'meadow', 'tower'].entries()) {
    await made.write(`references/${label}/0.png`, scene(seed + 1));
    for (const view of [1, 2, 3]) {
      const region = { left: 6 * view, top: 5 * view, width: 480 - 14 * view, height: 360 - 11 * view };
      await made.write(
        `inbox/${label}-${view}.jpg`,
        scene(seed + 1)
          .extract(region)
          .jpeg({ quality: 80 }),
      );
    }
  }
  await made.write('inbox/stranger.png', scene(77));
  return made;
}

it('suggests labels from references; all of a class are accepted by two keys, and taken back by one', async () => {
  const folder = (held.folder = await makeInbox());
  const at = folder.at.bind(folder);
  const window = (held.window = await VscodeWindow.open({ open: folder.path }));
  await window.runCommand('Twinlint: Suggest Labels from References…');
  await window.pick('inbox', `${folder.path.split('/').at(-1)}/inbox`);
  await window.pick('references', `${folder.path.split('/').at(-1)}/references`);
  await window.pick('Class folders in references');

  const page = await window.panel('twinlint-suggest-view li > button', 120_000);
  const items = (group: string) => page.getByRole('region', { name: group }).locator('li > button');
  await expect.poll(() => items('harbour').count()).toBe(3);
  expect(await items('tower').count()).toBe(3);
  await items('Unknown').filter({ hasText: 'stranger.png' }).waitFor();
  await window.pictureIsShown(page);
  await window.screenshot('suggest-1-by-class');

  await items('meadow').first().focus();
  await page.page().keyboard.press('s');
  await page.page().keyboard.press('a');
  await expect.poll(() => existsSync(at('references/meadow/meadow-3.jpg')), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => page.locator('#left').innerText()).toBe('3 accepted, 7 left');
  expect(existsSync(at('inbox/meadow-1.jpg'))).toBe(false);
  await window.screenshot('suggest-2-accepted');

  await page.page().keyboard.press('z');
  await expect.poll(() => existsSync(at('inbox/meadow-3.jpg')), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => page.locator('#left').innerText()).toBe('10 images');
  expect(existsSync(at('references/meadow/meadow-1.jpg'))).toBe(false);
}, 300_000);
