import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PanelBrowser } from '../panelPage';
import type { State } from './stateTable';

/** Every state in all four themes, one after the other in one page. */
export function testStates(states: readonly State[]): void {
  let browser: PanelBrowser;
  beforeAll(async () => {
    browser = await PanelBrowser.start(inject('web'));
  });
  afterAll(() => browser.stop());

  it.each(states)('$name is sound under the CSP and for axe, in every theme', async ({ name, scenario, shows, reach }) => {
    const panel = await browser.open({ themeKind: 'dark', ...scenario }, { unready: name === 'loading' });
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
    await panel.expectSoundInEveryTheme(theme => `${theme}-${name}`);
    await panel.close();
  });
}
