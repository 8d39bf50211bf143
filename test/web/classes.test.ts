import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { classesAt, distancesOf } from './fakeData';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const answers = { similar: 40, different: 22, audits: 10 };
const under = (threshold: number): number => [...distancesOf(1000)].filter(each => each <= Math.fround(threshold)).length;
const open = (more: object = {}): Promise<PanelPage> => browser.open({ pairs: 1000, saved: { mode: 'classes' }, ...more });
const names = (panel: PanelPage): Promise<string[]> => panel.page.locator('tbody th').allInnerTexts();
const cellsOf = (panel: PanelPage, name: string): Promise<string[]> =>
  panel.page
    .getByRole('row', { name: new RegExp(`^${name}`) })
    .getByRole('cell')
    .allInnerTexts();
const head = (panel: PanelPage, name: string) => panel.page.getByRole('columnheader', { name, exact: true });

describe('the table of classes', () => {
  it('is the third list where there are classes, and follows the handle one question at a time', async () => {
    const panel = await browser.open({ pairs: 1000, latencyMs: 60 });
    await panel.page.getByRole('button', { name: 'Classes', exact: true }).click();
    await panel.page.getByRole('table').waitFor();
    for (let step = 0; step < 40; step++) {
      await panel.moveSlider(0.1 + step * 0.002, false);
      await panel.page.waitForTimeout(8);
    }
    await panel.moveSlider(0.1, true);
    const { rows } = classesAt(under(0.1));
    await expect.poll(async () => (await cellsOf(panel, 'dog')).slice(0, 2)).toEqual(['999', String(rows[1].within)]);
    const asked = (await panel.log()).filter(entry => entry.kind === 'classes');
    expect(Math.max(...asked.map(({ underWay }) => underWay))).toBe(1);
    expect(asked.at(-1)!.threshold).toBe(0.1);
    await panel.expectSound();
    await panel.close();
  });

  it('is not there without labels, also where it was on show before', async () => {
    const panel = await open({ summary: { classes: [] } });
    await panel.cell(0).waitFor();
    expect(await panel.page.getByRole('button', { name: 'Classes', exact: true }).count()).toBe(0);
    expect((await panel.log()).some(entry => entry.kind === 'classes')).toBe(false);
    await panel.close();
  });

  it('says which other class most, and how many answers the slider meets', async () => {
    const panel = await open({ answers });
    const pairs = under(0.25);
    expect(await cellsOf(panel, 'cat')).toEqual([
      '1,000',
      String(Math.floor(pairs / 2)),
      `${Math.floor(pairs / 6)}\nmost with dog: ${Math.floor(pairs / 20) + 1}`,
      '–',
    ]);
    expect((await cellsOf(panel, 'zebra')).at(-1)).toBe('7 of 10');
    await panel.page.getByText('Most were asked because they are hard to tell').waitFor();
    await panel.close();
  });

  it('sorts by any column, by mouse and by keys, both ways, and remembers how', async () => {
    const panel = await open({ answers });
    // Most pairs with other classes first.
    expect(await names(panel)).toEqual(['zebra', 'horse', 'dog', 'cat']);
    await head(panel, 'Images').getByRole('button').click();
    expect(await names(panel)).toEqual(['cat', 'dog', 'horse', 'zebra']);
    await expect(head(panel, 'Images').getAttribute('aria-sort')).resolves.toBe('descending');
    await expect(head(panel, 'Pairs within').getAttribute('aria-sort')).resolves.toBeNull();
    await panel.page.keyboard.press('Enter');
    expect(await names(panel)).toEqual(['zebra', 'horse', 'dog', 'cat']);
    await panel.page.keyboard.press('Shift+Tab');
    await panel.page.keyboard.press('Space');
    expect(await names(panel)).toEqual(['cat', 'dog', 'horse', 'zebra']);
    await expect(head(panel, 'Class').getAttribute('aria-sort')).resolves.toBe('ascending');
    // A class without answers is at the end of the best.
    await head(panel, 'Answers met').getByRole('button').click();
    expect(await names(panel)).toEqual(['dog', 'horse', 'zebra', 'cat']);
    await panel.page.waitForFunction(
      () => (window.fakeHost.saved() as { classColumn?: string } | undefined)?.classColumn === 'agreeing',
    );
    await panel.close();
  });
});
