import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const open = (more: object = {}): Promise<PanelPage> => browser.open({ pairs: 10, view: 'region', ...more });
const find = (panel: PanelPage) => panel.page.getByRole('button', { name: 'Find in Other Images' });
const field = (panel: PanelPage, name: string) => panel.page.getByRole('textbox', { name, exact: true });

/** Fields beside the picture take their height a little later, which moves it: it has stood still for half a second. */
async function atRest(what: Locator): Promise<void> {
  let [before, times] = ['', 0];
  await expect
    .poll(async () => {
      const now = JSON.stringify(await what.boundingBox());
      times = now === before ? times + 1 : 0;
      before = now;
      return times;
    })
    .toBeGreaterThan(8);
}

describe('marking a region', () => {
  it('by dragging: the box lies where the pointer went, in the pixels of the image', async () => {
    const panel = await open();
    const rect = panel.page.locator('.query rect.box');
    await rect.waitFor();
    await atRest(rect);
    // What is marked at first tells where the picture lies: the middle third of 800 or so pixels.
    const before = (await rect.boundingBox())!;
    const [left, top] = [before.x - before.width, before.y - before.height];
    const [width, height] = [before.width * 3, before.height * 3];
    await panel.page.mouse.move(left + width * 0.25, top + height * 0.5);
    await panel.page.mouse.down();
    await panel.page.mouse.move(left + width * 0.6, top + height * 0.6);
    await panel.page.mouse.move(left + width * 0.75, top + height * 0.9);
    await panel.page.mouse.up();
    await find(panel).click();
    const [action] = await panel.actions();
    if (action.kind !== 'searchRegion') throw new Error(`The page asked for ${action.kind}.`);
    const { image, box } = action;
    expect(image.index).toBe(499);
    expect(Math.abs(box.x - image.width * 0.25)).toBeLessThan(9);
    expect(Math.abs(box.y - image.height * 0.5)).toBeLessThan(9);
    expect(Math.abs(box.width - image.width * 0.5)).toBeLessThan(9);
    expect(Math.abs(box.height - image.height * 0.4)).toBeLessThan(9);
    await panel.expectSound();
    await panel.close();
  });

  it('by keyboard: numbers stay inside the image, and Enter on the button looks for it', async () => {
    const panel = await open();
    await field(panel, 'Left').fill('30');
    await field(panel, 'Left').press('Enter');
    await field(panel, 'Width').fill('5000');
    await field(panel, 'Width').press('Enter');
    await field(panel, 'Top').press('ArrowUp');
    await find(panel).focus();
    await panel.page.keyboard.press('Enter');
    const [action] = await panel.actions();
    if (action.kind !== 'searchRegion') throw new Error(`The page asked for ${action.kind}.`);
    expect(action.box.x).toBe(30);
    expect(action.box.x + action.box.width).toBe(action.image.width);
    expect(action.box.y).toBe(Math.floor((action.image.height - Math.round(action.image.height / 3)) / 2) + 1);
    await panel.close();
  });
});

describe('where it was found', () => {
  it('shows boxes on each picture, and the map of scores of the one that has the focus', async () => {
    const panel = await open({ found: 14 });
    await panel.page.getByText('Found in 14 of 1,000 other images').waitFor();
    const hits = panel.page.locator('li > button');
    expect(await hits.count()).toBe(14);
    expect(await hits.nth(2).locator('rect.box').count()).toBe(2);
    expect(await hits.nth(2).innerText()).toContain('2 places');
    await hits.nth(0).focus();
    await panel.page.keyboard.press('ArrowRight');
    const opacity = (index: number): Promise<string> =>
      hits
        .nth(index)
        .locator('canvas')
        .evaluate(canvas => getComputedStyle(canvas).opacity);
    await expect.poll(() => opacity(1)).not.toBe('0');
    expect(await opacity(0)).toBe('0');
    await panel.page.keyboard.press('Enter');
    expect(await panel.actions()).toMatchObject([{ kind: 'openImage', image: { index: 501 } }]);
    await panel.expectSound();
    await panel.close();
  });

  it('Escape leads back to the list', async () => {
    const panel = await open({ found: 0 });
    await panel.page.getByText('Not found in 1,000 other images.').waitFor();
    await panel.page.keyboard.press('Escape');
    expect(await panel.actions()).toEqual([{ kind: 'showGrid' }]);
    await panel.close();
  });

  it('the compare view leads here', async () => {
    const panel = await browser.open({ pairs: 10, view: 'compare' });
    await panel.page
      .getByRole('button', { name: /^Find a Region of / })
      .first()
      .click();
    expect(await panel.actions()).toMatchObject([{ kind: 'markRegion' }]);
    await panel.close();
  });
});
