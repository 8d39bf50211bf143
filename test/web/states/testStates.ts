import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PanelBrowser } from '../panelPage';
import type { ThemeKind } from '../scenario';
import { states } from './stateTable';

/** Every state in one theme; a file a theme, so that two run at a time. */
export function testStates(themeKind: ThemeKind): void {
  let browser: PanelBrowser;
  beforeAll(async () => {
    browser = await PanelBrowser.start(inject('web'));
  });
  afterAll(() => browser.stop());

  it.each(states)('$name is sound under the CSP and for axe', async ({ name, scenario, shows, reach }) => {
    const panel = await browser.open({ themeKind, ...scenario }, { unready: name === 'loading' });
    await reach?.(panel);
    if (name === 'loading') await panel.page.getByRole('status', { name: 'Loading' }).waitFor();
    else await panel.settled();
    await expect(panel.page.locator('twinlint-app').innerText()).resolves.toBeDefined();
    if (shows) {
      await panel.page
        .getByText(shows)
        .or(panel.page.getByRole('button', { name: shows }))
        .first()
        .waitFor({ timeout: 5000 });
    }
    await panel.screenshot(`${themeKind}-${name}`);
    await panel.expectSound();
    await panel.close();
  });
}
