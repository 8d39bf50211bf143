import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fakeMap } from './fakeMap';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';
import type { Scenario } from './scenario';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

type More = Partial<Scenario>;
async function open(more: More = {}, options: Parameters<PanelBrowser['open']>[1] = {}): Promise<PanelPage> {
  const panel = await browser.open({ pairs: 1000, view: 'map', ...more }, options);
  if (!more.map?.endless && !more.noScan) await canvasOf(panel).waitFor();
  return panel;
}
const canvasOf = (panel: PanelPage) => panel.page.getByRole('application', { name: /^Map of/ });
const only = (panel: PanelPage) => panel.page.getByRole('button', { name: /^Show .* Only$/ });
const named = (panel: PanelPage, name: string | RegExp) => panel.page.getByRole('button', { name });
const filters = async (panel: PanelPage): Promise<(readonly number[] | null)[]> =>
  (await panel.log()).flatMap(entry => (entry.kind === 'filter' ? [entry.images] : []));
const said = (panel: PanelPage): Promise<string> => panel.page.locator('#live').innerText();

/** Where points of the made-up map lie on the screen: as the page fits it, worked out apart from it. */
async function screenOf(panel: PanelPage, points = 400): Promise<(point: number) => { x: number; y: number }> {
  const box = (await canvasOf(panel).boundingBox())!;
  const { xy } = fakeMap(points, 1);
  const [xs, ys] = [0, 1].map(axis => Array.from({ length: points }, (_, i) => xy[2 * i + axis]));
  const middle = (values: number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
  const extent = (values: number[]): number => Math.max(...values) - Math.min(...values);
  const scale = Math.min((box.width * 0.88) / extent(xs), (box.height * 0.88) / extent(ys));
  return point => ({
    x: box.x + box.width / 2 + (xs[point] - middle(xs)) * scale,
    y: box.y + box.height / 2 + (ys[point] - middle(ys)) * scale,
  });
}

/** Draws around the discs of some classes, by mouse. */
async function around(panel: PanelPage, first: number, last: number, corners: 'lasso' | 'rectangle'): Promise<void> {
  const at = await screenOf(panel);
  const box = (await canvasOf(panel).boundingBox())!;
  // Point c is of class c and lies near the middle of its disc; half a step aside is between two discs.
  const step = (at(1).x - at(0).x) / 2;
  const [left, right] = [Math.max(box.x + 2, at(first).x - step), Math.min(box.x + box.width - 2, at(last).x + step)];
  const [top, bottom] = [box.y + 4, box.y + box.height - 4];
  const { mouse, keyboard } = panel.page;
  if (corners === 'rectangle') await keyboard.down('Shift');
  await mouse.move(left, top);
  await mouse.down();
  if (corners === 'lasso') {
    await mouse.move(right, top, { steps: 4 });
    await mouse.move(right, bottom, { steps: 4 });
    await mouse.move(left, bottom, { steps: 4 });
  } else await mouse.move(right, bottom, { steps: 4 });
  await mouse.up();
  if (corners === 'rectangle') await keyboard.up('Shift');
}

/** How many pixels of the canvas are not of the ground. */
const inked = (panel: PanelPage): Promise<number> =>
  canvasOf(panel).evaluate((canvas: HTMLCanvasElement) => {
    // A copy: the browser warns of reading the page's own again and again.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!;
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] !== data[0] || data[i + 1] !== data[1] || data[i + 2] !== data[2]) count++;
    }
    return count;
  });

/** How many pixels of the canvas have a colour. */
const painted = (panel: PanelPage, colour: readonly [number, number, number]): Promise<number> =>
  canvasOf(panel).evaluate((canvas: HTMLCanvasElement, [red, green, blue]) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) count++;
    }
    return count;
  }, colour);

describe('the map', () => {
  it('draws marks opaque, where a theme takes the colour of a highlight for one', async () => {
    const panel = await open();
    await panel.page.evaluate(() => {
      document.documentElement.style.setProperty('--vscode-charts-blue', 'rgb(0 200 0 / 0.2)');
      document.body.dataset.vscodeThemeId = 'another';
    });
    await expect.poll(() => painted(panel, [0, 200, 0])).toBeGreaterThan(50);
    const legend = panel.page.getByRole('list', { name: 'What the marks mean' });
    const fills = await legend.locator('path').evaluateAll(paths => paths.map(path => getComputedStyle(path).fill));
    expect(fills.every(fill => !/\/ 0|rgba/.test(fill))).toBe(true);
    await panel.close();
  });

  it('opens from the list, says how far it is, and can be cancelled and drawn again', async () => {
    const panel = await browser.open({ pairs: 1000, map: { shares: [0.2, 0.6], endless: true } });
    await named(panel, 'Map').click();
    const bar = panel.page.getByRole('progressbar', { name: 'Drawing the map' });
    await expect.poll(() => bar.evaluate((each: HTMLProgressElement) => each.value)).toBe(0.6);
    await panel.expectSound();
    await named(panel, 'Cancel').click();
    await panel.page.getByText('Drawing was cancelled').waitFor();
    await expect.poll(async () => (await panel.log()).some(({ kind }) => kind === 'mapCancelled')).toBe(true);
    await panel.expectSound();
    await named(panel, 'Draw the Map').click();
    await bar.waitFor();
    await panel.page.keyboard.press('Escape');
    await panel.page.getByRole('grid').waitFor();
    await panel.close();
  });

  it('chooses by lasso, and then the panel shows only what touches the chosen, until the chip is closed', async () => {
    const panel = await open();
    await expect.poll(() => inked(panel)).toBeGreaterThan(1000);
    await named(panel, 'Lasso').click();
    await around(panel, 0, 0, 'lasso');
    await named(panel, 'Show 100 Images Only').waitFor();
    await panel.screenshot('map-lasso');
    await panel.expectSound();
    await only(panel).click();
    await panel.page.getByText('Filter: 100 images on the map').waitFor();
    expect((await filters(panel))[0]).toEqual(Array.from({ length: 100 }, (_, i) => 4 * i));
    await expect.poll(() => panel.page.getByRole('grid').count()).toBe(1);
    await expect.poll(() => panel.page.evaluate(() => window.fakeHost.distances().length)).toBe(200);
    await panel.expectSound();
    await panel.screenshot('map-filter');
    await named(panel, 'Show All Images Again').click();
    await expect.poll(() => panel.page.getByText('Filter:').count()).toBe(0);
    expect((await filters(panel)).at(-1)).toBeNull();
    await panel.close();
  });

  it('chooses a rectangle with Shift, moves when dragged without, and Escape chooses none', async () => {
    const panel = await open();
    await around(panel, 2, 3, 'rectangle');
    await named(panel, 'Show 200 Images Only').waitFor();
    await canvasOf(panel).focus();
    await panel.page.keyboard.press('Escape');
    await expect.poll(() => only(panel).count()).toBe(0);
    // Two thirds of the map go out at the side.
    const box = (await canvasOf(panel).boundingBox())!;
    const before = await inked(panel);
    await panel.page.mouse.move(box.x + 40, box.y + 40);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + 40 + box.width * 0.67, box.y + 40, { steps: 5 });
    await panel.page.mouse.up();
    await expect.poll(() => inked(panel)).toBeLessThan(before * 0.6);
    await panel.page.keyboard.press('0');
    await expect.poll(() => inked(panel)).toBe(before);
    await panel.close();
  });

  it('is walked, chosen from and opened by keyboard alone', async () => {
    const panel = await open();
    const { keyboard } = panel.page;
    await expect.poll(() => panel.focusedName()).toMatch(/^Map of/);
    for (let press = 0; press < 60; press++) await keyboard.press('ArrowLeft');
    await expect.poll(() => said(panel)).toContain('cat');
    await keyboard.press(' ');
    await named(panel, 'Show This Image Only').waitFor();
    await keyboard.press('Escape');
    await keyboard.press('ArrowUp');
    for (let press = 0; press < 25; press++) await keyboard.press('ArrowUp');
    await keyboard.press('s');
    await expect.poll(() => said(panel)).toContain('Rectangle begun');
    for (let press = 0; press < 60; press++) await keyboard.press('ArrowDown');
    for (let press = 0; press < 60; press++) await keyboard.press('ArrowRight');
    await keyboard.press('S');
    await only(panel).waitFor();
    const chosen = Number(/\d+/.exec(await panel.page.locator('#only').innerText())![0]);
    expect(chosen).toBeGreaterThan(50);
    await keyboard.press('Enter');
    const [opened] = await panel.actions();
    expect(opened.kind).toBe('openImage');
    await panel.expectSound();
    await keyboard.press('Escape');
    await keyboard.press('Escape');
    await panel.page.getByRole('grid').waitFor();
    await panel.close();
  });

  it('shows the picture, path and class of what is under the pointer', async () => {
    const panel = await open();
    const at = await screenOf(panel);
    const { x, y } = at(1);
    await panel.page.mouse.move(x, y);
    await panel.page.locator('aside twinlint-thumbnail img').waitFor();
    await expect.poll(() => panel.page.locator('.image .dim').innerText()).toMatch(/^dog · /);
    await panel.expectSound();
    await panel.close();
  });

  it('marks labels, splits or findings, and switches each off and on', async () => {
    const panel = await open();
    const legend = panel.page.getByRole('list', { name: 'What the marks mean' });
    await expect.poll(() => legend.getByRole('button').allInnerTexts()).toHaveLength(5);
    const before = await inked(panel);
    const cats = legend.getByRole('button', { name: 'cat 100' });
    await cats.click();
    await expect.poll(() => cats.getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => inked(panel)).toBeLessThan(before * 0.9);
    // What is hidden is not chosen either.
    await around(panel, 0, 1, 'rectangle');
    await named(panel, 'Show 100 Images Only').waitFor();
    await cats.click();
    const colour = panel.page.getByRole('combobox', { name: 'Colour by' });
    await colour.click();
    await panel.page.getByRole('option', { name: 'Colour by Finding' }).click();
    await legend.getByRole('button', { name: /^Near-duplicate \d+$/ }).waitFor();
    await legend.getByRole('button', { name: /^Nothing found/ }).waitFor();
    await panel.expectSound();
    await panel.close();
  });

  it('tells when the images have changed, and draws anew', async () => {
    const panel = await open();
    await around(panel, 0, 0, 'rectangle');
    await panel.page.evaluate(() => {
      const summary = window.fakeHost.summary()!;
      window.fakeHost.sendSnapshot({ summary: { ...summary, edition: 2, generation: summary.generation + 1 } });
    });
    await panel.page.getByText('The images have changed since this map was drawn.').waitFor();
    expect(await only(panel).evaluate(each => each.hasAttribute('disabled'))).toBe(true);
    await panel.expectSound();
    await named(panel, 'Draw Again').click();
    await expect.poll(async () => (await panel.log()).filter(({ kind }) => kind === 'map').length).toBe(2);
    await panel.close();
  });

  it('says what went wrong, and tries again', async () => {
    const panel = await open({ failures: { filter: 1 } });
    await around(panel, 0, 0, 'rectangle');
    await only(panel).click();
    await panel.page.getByRole('alert').getByText('The engine has stopped').waitFor();
    await only(panel).click();
    await panel.page.getByText('Filter: 100 images on the map').waitFor();
    await panel.close();

    const failed = await browser.open({ pairs: 10, view: 'map', failures: { map: 1 } });
    await failed.page.getByText('The map could not be drawn').waitFor();
    await failed.expectSound();
    await named(failed, 'Try Again').click();
    await canvasOf(failed).waitFor();
    await failed.close();
  });

  it.each([0, 1, 3])('of %i images says what there is to say', async points => {
    const panel = await browser.open({ pairs: 0, view: 'map', map: { points } });
    await panel.page.getByText(points === 0 ? 'Nothing to show on a map' : 'So few images make no neighbourhoods.').waitFor();
    await panel.expectSound();
    await panel.close();
  });

  it('needs a scan, and tells what was not laid out', async () => {
    const panel = await open({ noScan: true });
    await panel.page.getByText('No scan yet').waitFor();
    await panel.expectSound();
    await panel.close();
    const large = await open({ map: { points: 500, laidOut: 200, leftOut: 3 } });
    await large.page.getByText('200 of 500 were laid out').waitFor();
    await large.page.getByText('3 images of one colour have no place.').waitFor();
    await large.close();
  });

  it('is sound in every theme', async () => {
    const panel = await open({ map: { points: 2000, classes: 9 } }, { deviceScaleFactor: 2 });
    await expect.poll(() => inked(panel)).toBeGreaterThan(1000);
    await around(panel, 0, 0, 'rectangle');
    await panel.expectSoundInEveryTheme(theme => `map-${theme}`);
    await panel.close();
  });

  it('fits a narrow panel', async () => {
    const panel = await open({}, { viewport: { width: 380, height: 640 } });
    await panel.expectSound();
    const box = (await canvasOf(panel).boundingBox())!;
    expect(box.width).toBeLessThan(380);
    expect(box.height).toBeGreaterThan(150);
    await panel.screenshot('map-narrow');
    await panel.close();
  });
});
