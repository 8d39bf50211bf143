import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PanelBrowser, type PanelPage } from '../panelPage';
import { classes, groups, type State } from './stateTable';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

const answers = { similar: 74, different: 41, audits: 38 };
const scenarios: readonly { readonly name: string; readonly scenario: State['scenario'] }[] = [
  { name: 'grid', scenario: { pairs: 10_000 } },
  { name: 'answers', scenario: { pairs: 10_000, answers } },
  { name: 'groups', scenario: { pairs: 10_000, saved: groups } },
  { name: 'classes', scenario: { pairs: 10_000, saved: classes, answers } },
  { name: 'compare', scenario: { pairs: 100, view: 'compare' } },
  { name: 'neighbours', scenario: { pairs: 100, view: 'neighbours' } },
  { name: 'region', scenario: { pairs: 100, view: 'region', found: 30 } },
  { name: 'training-compared', scenario: { pairs: 100, view: 'training', training: 'compared' } },
  { name: 'training', scenario: { pairs: 100, view: 'training', training: 'done' } },
];

/** Elements that are wider than the page: they would be cut off or need a scroll bar. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const all = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap(element => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
    return all(document)
      .filter(element =>
        ['vscode-button', 'vscode-text-field', 'vscode-dropdown', 'input', 'table', 'h1', 'h2'].includes(element.localName),
      )
      .filter(element => !element.closest('.members') && element.getBoundingClientRect().right > innerWidth + 0.5)
      .map(element => element.outerHTML);
  });

describe('in other conditions', () => {
  it.each(scenarios)('$name: nothing is cut off or scrolls sideways, narrow, wide and enlarged', async ({ name, scenario }) => {
    const fits = async (panel: PanelPage, condition: string): Promise<void> => {
      await panel.screenshot(`${condition}-${name}`);
      expect(await tooWide(panel.page)).toEqual([]);
      await panel.expectSound();
    };
    const panel = await browser.open(scenario, { viewport: { width: 300, height: 640 } });
    await fits(panel, 'narrow');
    await panel.page.setViewportSize({ width: 1900, height: 1000 });
    await panel.settled();
    await fits(panel, 'wide');
    await panel.close();
    const zoomed = await browser.open(scenario, { viewport: { width: 600, height: 400 }, deviceScaleFactor: 2 });
    await fits(zoomed, 'zoom-200');
    await zoomed.close();
  });

  it('forced colours and reduced motion', async () => {
    const panel = await browser.open({ pairs: 10_000 }, { forcedColors: 'active', reducedMotion: 'reduce' });
    await panel.screenshot('forced-colors-grid');
    // The system's colours come in when painting: axe would judge the theme's.
    await panel.expectSound({ contrast: false });
    await panel.close();
    const blink = await browser.open(
      { pairs: 10, view: 'compare', saved: { compareMode: 'blink' } },
      { forcedColors: 'active', reducedMotion: 'reduce' },
    );
    await blink.screenshot('forced-colors-compare');
    await blink.page.getByRole('button', { name: 'Flip' }).waitFor();
    // Blinking by itself is not offered.
    expect(await blink.page.getByRole('button', { name: 'Automatic' }).count()).toBe(0);
    await blink.close();
  });
});
