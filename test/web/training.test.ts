import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { models, pointsOf, runOf, trainings } from './fakeTraining';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const learning = (count: number) => ({
  ...trainings.learning,
  run: runOf({ progress: { phase: 'train' as const, share: count / 200, points: pointsOf(count), etaMs: 1000 * (200 - count) } }),
});
const send = (panel: PanelPage, training: (typeof trainings)[keyof typeof trainings] | ReturnType<typeof learning>) =>
  panel.page.evaluate(now => window.fakeHost.sendTraining(now), training);
/** How many pixels of the first chart carry ink of a colour: the drawn line's length, more or less. */
const inked = (panel: PanelPage, [r, g, b]: readonly [number, number, number]): Promise<number> =>
  panel.page
    .locator('twinlint-curves canvas')
    .first()
    .evaluate(
      (canvas: HTMLCanvasElement, rgb) => {
        // On a copy: reading the page's own canvas would make it a slow one.
        const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
        const context = copy.getContext('2d', { willReadFrequently: true })!;
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, copy.width, copy.height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
          if (data[i + 3] > 200 && rgb.every((value, c) => Math.abs(data[i + c] - value) < 12)) count++;
        }
        return count;
      },
      [r, g, b],
    );
const hasFocus = (panel: PanelPage, name: string): Promise<boolean> =>
  panel.page.getByRole('button', { name, exact: true }).evaluate(button => {
    const root = button.getRootNode() as Document | ShadowRoot;
    return root.activeElement === button;
  });
const green = [0, 200, 0] as const;
const paint = (panel: PanelPage, colour: string) =>
  panel.page.evaluate(value => {
    document.documentElement.style.setProperty('--vscode-charts-blue', value);
    // VS Code renames the theme on the body, too.
    document.body.dataset.vscodeThemeId = value;
  }, colour);

describe('the page of trainings and models', () => {
  it('opens from the list and leads back, by mouse and by Escape', async () => {
    const panel = await browser.open({ pairs: 100, training: 'done' });
    await panel.page.getByRole('button', { name: 'Training and Models' }).click();
    await panel.page.getByRole('heading', { name: 'Training and Models' }).waitFor();
    expect(await hasFocus(panel, 'Train…')).toBe(true);
    await panel.page.keyboard.press('Escape');
    await panel.page.locator('twinlint-pair-card').first().waitFor();
    await panel.expectSound();
    await panel.close();
  });

  it('draws what it is sent, newest last, in the theme’s colour, also after the theme changes', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'reading' });
    expect(await panel.page.locator('twinlint-curves').count()).toBe(0);
    await paint(panel, 'rgb(0, 200, 0)');
    await send(panel, learning(20));
    await panel.page.getByText('Step 240, after 5 s').waitFor();
    await expect.poll(() => inked(panel, green)).toBeGreaterThan(50);
    await send(panel, learning(150));
    await panel.page.getByText('Step 1,800, after 38 s').waitFor();
    const count = await inked(panel, green);
    expect(count).toBeGreaterThan(200);
    await paint(panel, 'rgb(200, 0, 200)');
    await expect.poll(() => inked(panel, [200, 0, 200])).toBeGreaterThan(count / 2);
    expect(await inked(panel, green)).toBe(0);
    await panel.expectSound();
    await panel.close();
  });

  it('fits the curves to the page’s width', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'learning' });
    const width = (): Promise<number> =>
      panel.page
        .locator('twinlint-curves canvas')
        .first()
        .evaluate(canvas => canvas.clientWidth);
    const wide = await width();
    await panel.page.setViewportSize({ width: 360, height: 640 });
    await expect.poll(width).toBeLessThan(wide - 50);
    expect(await width()).toBeGreaterThan(250);
    await panel.close();
  });

  it('says the same in a table', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'learning' });
    const points = pointsOf(100);
    const row = panel.page.getByRole('row', { name: /^Pair accuracy on held-back pairs/ });
    const validations = points.flatMap(point => point.validation?.accuracy ?? []);
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      validations.at(-1)!.toFixed(3),
      Math.max(...validations).toFixed(3),
    ]);
    await panel.close();
  });

  it('tells those who do not see it when a phase begins, not ten times a second', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'reading' });
    await panel.page.evaluate(() => {
      const live = document.querySelector('twinlint-app')!.shadowRoot!.querySelector('#live')!;
      const said: string[] = [];
      new MutationObserver(() => said.push(live.textContent)).observe(live, {
        childList: true,
        characterData: true,
        subtree: true,
      });
      Object.assign(window, { said });
    });
    for (let count = 5; count <= 100; count += 5) await send(panel, learning(count));
    await send(panel, trainings.cancelling);
    await send(panel, trainings.done);
    await panel.page.getByText('ready after').waitFor();
    const said = await panel.page.evaluate(() => (window as unknown as { said: string[] }).said);
    expect(said).toEqual([expect.stringMatching(/^Learning/), 'Ending; the best so far is kept', 'The training has ended.']);
    await panel.close();
  });

  it('asks the host for what its buttons say', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'done' });
    const { page } = panel;
    const [active, other] = models.map(row => row.info.path);
    await page.getByRole('button', { name: 'Train…' }).click();
    await page.getByRole('button', { name: 'Go Back to pairs' }).click();
    await page.getByTitle('Make the model pairs active').click();
    await page.getByRole('button', { name: 'Rename the model pairs' }).click();
    await page.getByRole('button', { name: 'Export the model classes as ONNX' }).click();
    await page.getByRole('button', { name: 'Move the model pairs to the trash' }).click();
    await page.getByTitle('Make the built-in measure active').click();
    expect(await panel.actions(7)).toEqual(
      [
        { kind: 'train' },
        { kind: 'previous' },
        { kind: 'activate', path: other },
        { kind: 'rename', path: other },
        { kind: 'export', path: active },
        { kind: 'delete', path: other },
        { kind: 'builtIn' },
      ].map(action => ({ kind: 'training', action })),
    );
    await panel.close();
  });

  it('compares two models, shows the pairs they differ on, and closes', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'compared' });
    const { page } = panel;
    const [, other] = models.map(row => row.info.path);
    await page.getByTitle('Compare the model pairs with another one, or with the built-in measure').click();
    const cells = await page
      .getByRole('row', { name: /^Precision on audits/ })
      .getByRole('cell')
      .allInnerTexts();
    expect(cells).toEqual(['0.90 (0.78–0.96)', '–']);
    expect(
      await page
        .getByRole('row', { name: /^Pair accuracy on held-back/ })
        .getByRole('cell')
        .allInnerTexts(),
    ).toEqual(['0.880', '0.963']);
    const comparison = page.getByRole('region', { name: 'Comparison' });
    expect(await comparison.getByRole('row', { name: /00006/ }).getByRole('cell').allInnerTexts()).toEqual([
      'similar',
      'similar',
      'different',
    ]);
    expect(
      await comparison
        .getByRole('row', { name: /^Near-duplicate/ })
        .getByRole('cell')
        .allInnerTexts(),
    ).toEqual(['31', '12', '1,234']);
    await comparison.getByRole('button', { name: 'Close' }).click();
    await comparison.getByRole('button', { name: /00018/ }).click();
    const actions = await panel.actions(3);
    expect(actions.slice(0, 2)).toEqual([
      { kind: 'training', action: { kind: 'compare', path: other } },
      { kind: 'training', action: { kind: 'endCompare' } },
    ]);
    expect(actions[2]).toMatchObject({ kind: 'compare', pair: { rank: 9 } });
    await panel.close();
  });

  it('cancels once', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'learning' });
    const cancel = panel.page.getByRole('button', { name: 'Cancel' });
    expect(await hasFocus(panel, 'Cancel')).toBe(true);
    await panel.page.keyboard.press('Enter');
    expect(await panel.actions()).toEqual([{ kind: 'training', action: { kind: 'cancel' } }]);
    await send(panel, trainings.cancelling);
    await expect.poll(() => cancel.isDisabled()).toBe(true);
    await panel.close();
  });

  it('offers no change where nothing may be changed', async () => {
    const panel = await browser.open({ pairs: 100, view: 'training', training: 'locked' });
    for (const name of ['Train…', 'Rename the model classes', 'Move the model classes to the trash']) {
      expect(await panel.page.getByRole('button', { name }).isDisabled(), name).toBe(true);
    }
    await panel.close();
  });

  it('in forced colours and with reduced motion', async () => {
    const panel = await browser.open(
      { pairs: 10, view: 'training', training: 'done' },
      { forcedColors: 'active', reducedMotion: 'reduce' },
    );
    await panel.screenshot('forced-colors-training');
    await panel.expectSound({ contrast: false });
    await panel.close();
  });
});
