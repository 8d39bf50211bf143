/** Labels suggested from references, in Chromium, under the page's own CSP. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';
import type { Scenario, SuggestScenario } from './scenario';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const open = (suggest: SuggestScenario = {}, more: Partial<Scenario> = {}, options: object = {}): Promise<PanelPage> =>
  browser.open({ pairs: 30, view: 'suggest', suggest, ...more }, options);
const items = (panel: PanelPage, group: string) => panel.page.getByRole('region', { name: group }).locator('li > button');
const spoken = async (item: Locator): Promise<string> => ((await item.textContent()) ?? '').trim().replace(/\s+/g, ' ');
const headings = (panel: PanelPage) => panel.page.locator('twinlint-suggest-view h2').allInnerTexts();
const asked = async (panel: PanelPage, count = 1) =>
  (await panel.actions(count)).flatMap(action => (action.kind === 'suggest' ? [action.action] : []));

describe('suggested labels', () => {
  it('stand by class, the surest first, and unknown images apart', async () => {
    const panel = await open();
    expect(await headings(panel)).toEqual(['cat', 'dog', 'horse', 'Unknown']);
    expect(await items(panel, 'Unknown').count()).toBe(4);
    const first = items(panel, 'cat').first();
    expect(await spoken(first)).toMatch(/^IMG_2024_holiday_00000\.jpg.*99 % ?suggested: cat$/);
    expect(await spoken(items(panel, 'Unknown').first())).toMatch(/\d+ % ?unknown; nearest: \w+$/);
    await panel.page.getByText('By the encoder that comes with Twinlint.').waitFor();
    await panel.page.getByText('References judged by the others: 5 of 6 right, mean confidence 81 %.').waitFor();
    await panel.expectSound();
    await panel.close();
  });

  it('are chosen, accepted in bulk and taken back with the keyboard alone', async () => {
    const panel = await open();
    await expect.poll(() => panel.focusedName()).toContain('00000.jpg');
    await panel.page.keyboard.press('s');
    await expect.poll(() => panel.page.locator('#live').innerText()).toBe('12 images chosen');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowUp');
    await panel.page.keyboard.press('ArrowRight');
    // Out of the choice again.
    await panel.page.keyboard.press('Space');
    await expect.poll(() => items(panel, 'cat').nth(1).getAttribute('aria-pressed')).toBe('false');
    await panel.page.keyboard.press('a');
    const [action] = await asked(panel);
    expect(action).toMatchObject({ kind: 'accept' });
    expect('places' in action ? action.places.length : 0).toBe(11);
    await expect.poll(() => panel.page.locator('#left').innerText()).toBe('11 accepted, 29 left');
    await expect.poll(() => panel.page.locator('#live').innerText()).toBe('11 images accepted');
    await expect.poll(() => panel.focusedName()).toMatch(/suggested: cat$/);
    await panel.page.keyboard.press('z');
    await expect.poll(() => panel.page.locator('#left').innerText()).toBe('40 images');
    await expect.poll(() => panel.page.locator('#live').innerText()).toBe('Undone.');
    await panel.close();
  });

  it('one key accepts, opens or relabels the image that has the focus', async () => {
    const panel = await open();
    await expect.poll(() => panel.focusedName()).toContain('00000.jpg');
    await panel.page.keyboard.press('o');
    await panel.page.keyboard.press('End');
    await expect.poll(() => panel.focusedName()).toContain('unknown');
    await expect.poll(async () => (await asked(panel)).length).toBe(1);
    await panel.page.keyboard.press('l');
    await expect.poll(async () => (await asked(panel, 2)).map(({ kind }) => kind)).toEqual(['open', 'other']);
    await panel.close();
  });

  it('the least confidence moves images between the classes and the unknown', async () => {
    const panel = await open();
    const field = panel.page.locator('vscode-text-field');
    await field.locator('input').fill('80');
    await field.locator('input').press('Enter');
    await expect.poll(() => items(panel, 'Unknown').count()).toBe(22);
    await field.locator('input').fill('0');
    await field.locator('input').press('Enter');
    await expect.poll(() => headings(panel)).toEqual(['cat', 'dog', 'horse']);
    await panel.close();
  });

  it('many of a class are listed a page at a time, and all are chosen', async () => {
    const panel = await open({ images: 600 });
    expect(await items(panel, 'cat').count()).toBe(60);
    await panel.page.getByRole('button', { name: 'Show 60 More' }).first().click();
    await expect.poll(() => items(panel, 'cat').count()).toBe(120);
    await panel.page.getByRole('button', { name: 'Choose All of cat' }).click();
    await panel.page.getByRole('button', { name: 'Accept 180 (A)' }).waitFor();
    await panel.page.getByRole('button', { name: 'Choose None of cat' }).click();
    await panel.page.getByRole('button', { name: 'Accept (A)' }).waitFor();
    await panel.close();
  });

  it('what was declined stays, with the reason', async () => {
    const panel = await open({ problem: '2 images stayed where they are.' }, { declines: true });
    await panel.page.keyboard.press('a');
    await panel.actions();
    await expect.poll(() => panel.page.locator('#left').innerText()).toBe('40 images');
    await panel.page.getByRole('alert').getByText('2 images stayed where they are.').waitFor();
    await panel.close();
  });

  it.each<[SuggestScenario, string]>([
    [{ none: true }, 'No labels were suggested yet'],
    [{ images: 0 }, 'No suggestion is left'],
  ])('says what there is to do: %j', async (suggest, heading) => {
    const panel = await open(suggest);
    await panel.page.getByRole('heading', { name: heading }).waitFor();
    await panel.expectSound();
    await panel.close();
  });

  it('is sound in every theme, also with some chosen', async () => {
    const panel = await open({ encoder: 'model', hasTrial: false });
    await panel.page.keyboard.press('s');
    await panel.expectNoSidewaysScroll();
    await panel.expectSoundInEveryTheme(theme => `suggest-${theme}-1000`);
    await panel.close();
  });

  it('fits a narrow panel', async () => {
    const panel = await open({ encoder: 'model', hasTrial: false }, {}, { viewport: { width: 320, height: 720 } });
    await panel.page.keyboard.press('s');
    await panel.expectSound();
    await panel.expectNoSidewaysScroll();
    await panel.screenshot('suggest-dark-320');
    await panel.close();
  });

  it('speaks Chinese', async () => {
    const all = JSON.parse(readFileSync(new URL('../../l10n/bundle.l10n.zh-cn.json', import.meta.url), 'utf8')) as Record<
      string,
      string
    >;
    // The whole would be too long for an address.
    const shownTexts = [
      'Suggested Labels',
      'Unknown',
      'unknown; nearest:',
      'suggested: {0}',
      'Choose All of {0}',
      'Accept (A)',
      'Other Label… (L)',
      'Least confidence',
      'Least confidence, in percent',
      'Images of {0}; accepted ones move to class folders in {1}.',
      'By the encoder that comes with Twinlint.',
      'References judged by the others: {0} of {1} right, mean confidence {2}.',
    ];
    const l10n = Object.fromEntries(shownTexts.map(text => [text, all[text]]));
    const panel = await open({}, { l10n }, { lang: 'zh-cn' });
    await panel.page.getByRole('heading', { name: '建议的标签' }).waitFor();
    const shown = await panel.page.locator('twinlint-suggest-view').evaluate(view => view.shadowRoot!.textContent ?? '');
    expect(shown).not.toMatch(/Accept|Unknown|confidence|References/);
    await panel.expectSound();
    await panel.close();
  });
});
