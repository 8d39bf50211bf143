import { expect, it } from 'vitest';
import { PictureFolder, scene } from './harness/pictures';
import { folderAndWindow, VscodeWindow } from './harness/vscodeWindow';

const held = folderAndWindow();

it('marks a region by dragging, and shows where it occurs in other images', async () => {
  const folder = (held.folder = new PictureFolder());
  await folder.write('photo.png', scene(1));
  // What is dragged over, at another size and place in one of five others.
  const piece = await scene(1).extract({ left: 120, top: 90, width: 240, height: 180 }).resize(200, 150).toBuffer();
  await folder.write('poster.png', scene(40).composite([{ input: piece, left: 230, top: 160 }]));
  await folder.writeScenes(50, ['a.png', 'b.png', 'c.png', 'd.png']);
  const window = (held.window = await VscodeWindow.open({ open: folder.path }));
  await window.explorerRow('photo.png').waitFor();
  await window.explorerMenu('photo.png', 'Find This Region in Other Images');

  const page = await window.panel('.query rect.box', 120_000);
  // What is marked at first is the middle third.
  const before = (await page.locator('.query rect.box').boundingBox())!;
  const [left, top] = [before.x - before.width, before.y - before.height];
  const [width, height] = [before.width * 3, before.height * 3];
  const { mouse } = window.page;
  await mouse.move(left + width * 0.25, top + height * 0.25);
  await mouse.down();
  await mouse.move(left + width * 0.5, top + height * 0.6);
  await mouse.move(left + width * 0.75, top + height * 0.75);
  await mouse.up();
  await page.getByRole('button', { name: 'Find in Other Images' }).click();
  await page.getByText(/Found in 1 of 5 other images/).waitFor({ timeout: 120_000 });
  const hit = page.locator('li > button');
  await window.pictureIsShown(page);
  expect(await hit.count()).toBe(1);
  expect(await hit.innerText()).toContain('poster.png');
  // The box on it lies where the piece was put, by the shares of the picture's size.
  const box = await hit.locator('rect.box').evaluate(rect => {
    const svg = rect.closest('svg')!.viewBox.baseVal;
    const at = (name: string): number => Number(rect.getAttribute(name));
    return [at('x') / svg.width, at('y') / svg.height, at('width') / svg.width, at('height') / svg.height];
  });
  for (const [k, share] of [230 / 480, 160 / 360, 200 / 480, 150 / 360].entries()) {
    expect(Math.abs(box[k] - share)).toBeLessThan(0.06);
  }
  await window.screenshot('region-found');
}, 300_000);
