// Pictures for the README, taken as a person would see them: see vitest.config.mjs beside this file.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { VscodeWindow } from '../../test/integration/harness/vscodeWindow';

const root = fileURLToPath(new URL('../..', import.meta.url));
const images = join(root, 'docs/images');
const viewport = { width: 1440, height: 900 };

/** A copy, so that what is done in it stays out of the sample. */
async function sample() {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'));
  await cp(join(root, '.cache/sample/workspace'), join(folder, 'sample'), { recursive: true });
  return { path: join(folder, 'sample'), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A training in the middle, and the page after it, with Problems below. */
async function takeTraining(window, name) {
  await window.runCommand('Twinlint: Train');
  await window.pick('Class folders');
  await window.pick('Quick');
  const panel = await window.panel('twinlint-training-view twinlint-curves canvas', 120_000);
  const values = panel.locator('twinlint-latest-values');
  await values.getByRole('row', { name: /^Pair accuracy on held-back pairs 0/ }).waitFor({ timeout: 60_000 });
  await window.page.waitForTimeout(7000);
  await window.clearNotifications();
  await window.page.screenshot({ path: join(images, `training${name}.png`) });
  await panel.locator('twinlint-model-list li.active', { hasText: 'same kind of thing' }).waitFor({ timeout: 120_000 });
  await window.clearNotifications();
  await window.page.waitForTimeout(1000);
  await window.page.screenshot({ path: join(images, `models${name}.png`) });
}

for (const [name, theme] of [
  ['', 'Dark Modern'],
  ['-light', 'Light Modern'],
  ['-hc', 'Default High Contrast'],
  ['-hc-light', 'Default High Contrast Light'],
]) {
  test(theme, async () => {
    const folder = await sample();
    const window = await VscodeWindow.open({ open: folder.path, settings: { 'workbench.colorTheme': theme }, viewport });
    try {
      await window.runCommand('Twinlint: Scan Workspace');
      const panel = await window.panel('input[type="range"]');
      await window.pictureIsShown(panel);
      await window.page.waitForTimeout(1500);
      await window.showProblems();
      await window.clearNotifications();
      await window.page.waitForTimeout(1500);
      await window.page.screenshot({ path: join(images, `pairs${name}.png`) });
      // Problems makes only the rows on screen: the filter brings this one there.
      await window.page.locator('.viewpane-filter input').first().fill('plants');
      await window.page.waitForTimeout(1000);
      await window.openFinding(/icons\/plants/);
      await window.page.locator('.viewpane-filter input').first().fill('');
      await window.pictureIsShown(await window.panel('text=Side by Side'));
      await window.page.waitForTimeout(2000);
      await window.page.screenshot({ path: join(images, `compare${name}.png`) });
      await takeTraining(window, name);
    } finally {
      await window.close();
      await folder.remove();
    }
  });
}
