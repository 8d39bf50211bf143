import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { answeredDistances, radius } from './fakeData';
import { PanelBrowser } from './panelPage';
import type { PanelPage } from './panelPage';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const many = { similar: 40, different: 22, audits: 64 };
const few = { similar: 9, different: 6, audits: 12 };
const estimates = async (panel: PanelPage) => (await panel.log()).filter(entry => entry.kind === 'estimate');
const shows = (panel: PanelPage, text: string): Promise<void> =>
  panel.page.locator('twinlint-audit-measure').getByText(text, { exact: true }).waitFor();
const button = (panel: PanelPage, name: string) => panel.page.getByRole('button', { name, exact: true });
const field = (panel: PanelPage, name: string) => panel.page.getByRole('textbox', { name });
const hasThreshold = (panel: PanelPage, value: number) =>
  panel.page.waitForFunction(to => Math.abs(window.fakeHost.threshold() - to) < 1e-9, value);

describe('precision and recall at the handle', () => {
  it('stand there with their intervals, and follow the handle', async () => {
    const panel = await browser.open({ pairs: 1000, answers: many, threshold: 0.2 });
    // The made-up truth: half the slider, so 1 − 0.5 / 4 and 0.5, in intervals of 0.5 / √64.
    await shows(panel, 'Precision 0.88 (0.81–0.94)');
    await shows(panel, 'Recall 0.50 (0.44–0.56)');
    await shows(panel, '64 audits');
    await panel.moveSlider(0.3, false);
    await shows(panel, 'Recall 0.75 (0.69–0.81)');
    await panel.expectSound();
    await panel.close();
  });

  it('asks one question at a time while the handle moves, and the last one is for where it stops', async () => {
    const panel = await browser.open({ pairs: 1000, answers: many, latencyMs: 120 });
    const before = (await estimates(panel)).length;
    for (let step = 0; step < 60; step++) {
      await panel.moveSlider(0.1 + step * 0.002, false);
      await panel.page.waitForTimeout(10);
    }
    await panel.moveSlider(0.22, true);
    await shows(panel, 'Recall 0.55 (0.49–0.61)');
    const asked = (await estimates(panel)).slice(before);
    expect(asked.at(-1)!.threshold).toBe(0.22);
    expect(Math.max(...asked.map(({ underWay }) => underWay))).toBe(1);
    // Sixty moves.
    expect(asked.length).toBeLessThan(40);
    expect(asked.length).toBeGreaterThan(2);
    await panel.close();
  });

  it('are not claimed without audits, and few audits are said to be few', async () => {
    const none = await browser.open({ pairs: 1000 });
    await none.page.getByText('No audits yet').waitFor();
    expect(await none.page.locator('#precision').count()).toBe(0);
    expect(await none.page.getByRole('button', { name: 'Aim for' }).count()).toBe(0);
    await button(none, 'Label Pairs').click();
    expect(await none.actions()).toEqual([{ kind: 'labelPairs' }]);
    await none.close();
    const panel = await browser.open({ pairs: 1000, answers: few });
    await shows(panel, '12 audits; 30 give a useful interval');
    await shows(panel, 'Too early to tell:');
    const weightOf = (page: PanelPage): Promise<string> =>
      page.page.locator('#precision').evaluate(share => getComputedStyle(share).fontWeight);
    expect(await weightOf(panel)).toBe('400');
    await button(panel, 'Label Pairs').waitFor();
    await panel.close();
    const enough = await browser.open({ pairs: 1000, answers: { ...few, audits: 30 } });
    await shows(enough, '30 audits');
    expect(await button(enough, 'Label Pairs').count()).toBe(0);
    expect(await enough.page.locator('#early').count()).toBe(0);
    expect(await weightOf(enough)).toBe('600');
    await enough.close();
  });
});

describe('the histogram', () => {
  it('has a bar for each kind of answer where there are any, told apart without colours', async () => {
    const panel = await browser.open({ pairs: 1000, answers: many });
    const bars = (kind: string) => panel.page.locator(`twinlint-histogram rect.${kind}`);
    const binsOf = (distances: Float32Array) =>
      new Set([...distances].map(distance => Math.floor((40 * distance) / radius))).size;
    const { similar, different } = answeredDistances(many);
    expect(await bars('similar').count()).toBe(binsOf(similar));
    expect(await bars('different').count()).toBe(binsOf(different));
    const fills = await Promise.all(
      ['similar', 'different'].map(kind =>
        bars(kind)
          .first()
          .evaluate(bar => getComputedStyle(bar).fill),
      ),
    );
    expect(fills[1]).toContain('hatch');
    expect(fills[0]).not.toContain('hatch');
    await panel.page.getByRole('img', { name: 'with your answers: 40 similar, 22 different' }).waitFor();
    await shows(panel, 'Similar: 40');
    await shows(panel, 'Different: 22');
    await panel.close();
  });
});

describe('aiming', () => {
  it('moves the slider to where the audits expect what was asked for', async () => {
    const panel = await browser.open({ pairs: 1000, answers: many });
    await button(panel, 'Aim for Precision').click();
    await hasThreshold(panel, 0.08);
    await shows(panel, 'Recall 0.20 (0.14–0.26)');
    await field(panel, 'Recall to aim for').fill('0.8');
    await field(panel, 'Recall to aim for').press('Enter');
    await button(panel, 'Aim for Recall').click();
    await hasThreshold(panel, 0.32);
    const aims = (await panel.log()).filter(entry => entry.kind === 'aim');
    expect(aims).toEqual([
      { kind: 'aim', aim: 'precision', value: 0.95 },
      { kind: 'aim', aim: 'recall', value: 0.8 },
    ]);
    // The host hears of it as of any move, and it is kept.
    const sent = (await panel.log()).filter(entry => entry.kind === 'threshold');
    expect(sent.every(entry => entry.settled)).toBe(true);
    await panel.page.waitForFunction(() => (window.fakeHost.saved() as { aimRecall?: number } | undefined)?.aimRecall === 0.8);
    await panel.close();
  });

  it('works by keys alone', async () => {
    const panel = await browser.open({ pairs: 1000, answers: many });
    await field(panel, 'Threshold as a number').focus();
    const hasFocus = (name: string): Promise<boolean> =>
      button(panel, name).evaluate(each => (each.getRootNode() as ShadowRoot).activeElement === each);
    for (const name of ['Aim for Precision', 'Aim for Recall']) {
      for (let presses = 0; presses < 5 && !(await hasFocus(name)); presses++) await panel.page.keyboard.press('Tab');
      expect(await hasFocus(name), name).toBe(true);
    }
    await panel.page.keyboard.press('Enter');
    await hasThreshold(panel, 0.38);
    await panel.close();
  });

  it('says so where no threshold does, to everyone, until the slider moves', async () => {
    const panel = await browser.open({ pairs: 1000, answers: few });
    await field(panel, 'Precision to aim for').fill('1');
    await field(panel, 'Precision to aim for').press('Enter');
    await button(panel, 'Aim for Precision').click();
    const text = 'At no threshold do the audits let a precision of 1.00 be expected.';
    await shows(panel, text);
    await panel.page.getByRole('status').getByText(text).waitFor();
    expect(await panel.page.evaluate(() => window.fakeHost.threshold())).toBe(0.25);
    await panel.moveSlider(0.2, true);
    await expect.poll(() => panel.page.locator('#aimed').count()).toBe(0);
    await panel.expectSound();
    await panel.close();
  });

  it('shows why it could not be asked', async () => {
    const panel = await browser.open({ pairs: 1000, answers: many, failures: { aim: 1 } });
    await button(panel, 'Aim for Recall').click();
    await panel.page.getByRole('alert').getByText('The engine has stopped').waitFor();
    await panel.close();
  });
});
