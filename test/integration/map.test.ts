import type { Frame, Locator } from 'playwright-core';
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

/**
 * Moves the pointer over the map until the page shows one of two paths: a twin may lie so near to the other that this one is never the nearest.
 * @returns where that was
 */
async function findTwin(page: Frame, canvas: Locator, paths: readonly string[]): Promise<{ x: number; y: number }> {
  const box = (await canvas.boundingBox())!;
  const { mouse } = page.page();
  const shown = page.locator('twinlint-map-view .path');
  for (let y = box.y + 6; y < box.y + box.height; y += 12) {
    for (let x = box.x + 6; x < box.x + box.width; x += 12) {
      await mouse.move(x, y);
      if ((await shown.count()) > 0 && paths.includes(await shown.innerText().catch(() => ''))) return { x, y };
    }
  }
  throw new Error(`${paths.join(' and ')} are nowhere on the map`);
}

it('shows the map; what is chosen on it by lasso is all that the panel and Problems show, until the filter is cleared', async () => {
  for (let seed = 0; seed < 16; seed++) await folder.write(`${seed % 2 ? 'cat' : 'dog'}/${seed}.png`, scene(seed));
  for (const seed of [0, 1, 2]) await folder.write(`${seed % 2 ? 'cat' : 'dog'}/${seed}-small.jpg`, shrunk(seed));
  window = await VscodeWindow.open({ open: folder.path, viewport: { width: 1440, height: 1000 } });
  await window.runCommand('Twinlint: Scan Workspace');
  await window.showProblems();
  await window.problemTexts(3);
  await window.runCommand('Twinlint: Show Map');
  const page = await window.panel('twinlint-map-canvas', 60_000);
  const canvas = page.getByRole('application', { name: 'Map of 19 images' });
  await canvas.waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^(cat|dog) \d+$/ }).count()).toBe(2);

  const { x, y } = await findTwin(page, canvas, ['cat/1.png', 'cat/1-small.jpg']);
  await window.screenshot('map-1-hover');
  await page.getByRole('button', { name: 'Lasso' }).click();
  const { mouse } = window.page;
  await mouse.move(x - 16, y);
  await mouse.down();
  for (const [dx, dy] of [
    [0, -16],
    [16, 0],
    [0, 16],
    [-16, 0],
  ]) {
    await mouse.move(x + dx, y + dy, { steps: 3 });
  }
  await mouse.up();
  await page.getByRole('button', { name: /^Show (This Image|\d+ Images) Only$/ }).click();
  await page.getByText(/^Filter: \d+ images? on the map$/).waitFor();
  const rows = window;
  await expect.poll(() => rows.problemRows().count(), { timeout: 20_000 }).toBe(1);
  expect(await window.problemTexts(1)).toEqual([expect.stringContaining('Near-duplicate of cat/1.png')]);
  await expect.poll(() => page.locator('twinlint-pair-card').count()).toBe(1);
  await window.screenshot('map-2-filter');

  await page.getByRole('button', { name: 'Show All Images Again' }).click();
  await expect.poll(() => rows.problemRows().count(), { timeout: 20_000 }).toBe(3);
  await expect.poll(() => page.locator('twinlint-pair-card').count()).toBe(3);
  expect(await page.getByText(/^Filter:/).count()).toBe(0);
});
