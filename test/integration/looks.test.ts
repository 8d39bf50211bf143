import { describe, it } from 'vitest';
import { makeJourney } from './harness/journey';
import { VscodeWindow } from './harness/vscodeWindow';

const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

/** Screenshots of the main states for people to look at; that the states can be reached is all that is asserted. */
describe('looks', () => {
  for (const [name, theme] of Object.entries(themes)) {
    it(`in ${theme}`, async () => {
      const folder = await makeJourney();
      const viewport = { width: 1280, height: 800 };
      const window = await VscodeWindow.open({ open: folder.path, settings: { 'workbench.colorTheme': theme }, viewport });
      try {
        await window.runCommand('Twinlint: Scan Workspace');
        const panel = await window.panel('input[type="range"]');
        await window.pictureIsShown(panel);
        await window.screenshot(`grid-${name}`);
        await window.openFinding('photos/harbour.png');
        await window.pictureIsShown(await window.panel('text=Side by Side'));
        await window.screenshot(`compare-${name}`);
        if (name !== 'dark') return;
        await window.page.setViewportSize({ width: 700, height: 700 });
        await window.page.waitForTimeout(500);
        await window.screenshot('compare-narrow');
        await window.runCommand('Twinlint: Open Pairs');
        await window.page.keyboard.press('Escape');
        await window.page.waitForTimeout(500);
        await window.screenshot('grid-narrow');
      } finally {
        await window.close();
        folder.remove();
      }
    });
  }
});
