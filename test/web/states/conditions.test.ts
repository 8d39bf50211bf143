import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PanelBrowser } from '../panelPage';
import { classes, groups } from './stateTable';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start(inject('web'));
});
afterAll(() => browser.stop());

describe('in other conditions', () => {
  it.each([
    { name: 'narrow', viewport: { width: 300, height: 640 } },
    { name: 'zoom-200', viewport: { width: 600, height: 400 }, deviceScaleFactor: 2 },
    { name: 'wide', viewport: { width: 1900, height: 1000 } },
  ])('$name: nothing is cut off or scrolls sideways', async ({ name, ...options }) => {
    for (const [state, scenario] of [
      ['grid', { pairs: 10_000 }],
      ['answers', { pairs: 10_000, answers: { similar: 74, different: 41, audits: 38 } }],
      ['groups', { pairs: 10_000, saved: groups }],
      ['classes', { pairs: 10_000, saved: classes, answers: { similar: 74, different: 41, audits: 38 } }],
      ['compare', { pairs: 100, view: 'compare' }],
      ['neighbours', { pairs: 100, view: 'neighbours' }],
      ['region', { pairs: 100, view: 'region', found: 30 }],
      ['training-compared', { pairs: 100, view: 'training', training: 'compared' }],
      ['training', { pairs: 100, view: 'training', training: 'done' }],
    ] as const) {
      const panel = await browser.open(scenario, options);
      await panel.screenshot(`${name}-${state}`);
      // Whatever is wider than the page would be cut off or need a scroll bar.
      const tooWide = await panel.page.evaluate(() => {
        const all = (root: ParentNode): Element[] =>
          [...root.querySelectorAll('*')].flatMap(element => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
        return all(document)
          .filter(element =>
            ['vscode-button', 'vscode-text-field', 'vscode-dropdown', 'input', 'table', 'h1', 'h2'].includes(element.localName),
          )
          .filter(element => !element.closest('.members') && element.getBoundingClientRect().right > innerWidth + 0.5)
          .map(element => element.outerHTML);
      });
      expect(tooWide).toEqual([]);
      await panel.expectSound();
      await panel.close();
    }
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
