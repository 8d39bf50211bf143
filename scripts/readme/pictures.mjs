// Pictures for the README and docs, taken as a person would see them: see vitest.config.mjs beside this file.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { test } from 'vitest';
import { LabelingPage } from '../../test/integration/harness/labelingPage';
import { VscodeWindow } from '../../test/integration/harness/vscodeWindow';

const root = fileURLToPath(new URL('../..', import.meta.url));
const images = join(root, 'docs/images');
const viewport = { width: 1440, height: 900 };
const answers = 20;
/** What the pictures' names end with, the theme, and the workbench's class under it. */
const themes = [
  ['', 'Dark Modern', 'vs-dark'],
  ['-light', 'Light Modern', 'vs'],
  ['-hc', 'Default High Contrast', 'hc-black'],
  ['-hc-light', 'Default High Contrast Light', 'hc-light'],
];

/** A copy, so that what is done in it stays out of the sample. */
async function sample() {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'));
  const path = join(folder, 'sample');
  await cp(join(root, '.cache/sample/workspace'), path, { recursive: true });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** In every theme, and in 256 colours, which no eye tells from all of them here: a third of the size. */
async function pictures(window, shots) {
  const file = join(window.userDataDir, 'User/settings.json');
  for (const [end, theme, mark] of themes) {
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), 'workbench.colorTheme': theme }));
    await window.page.locator(`.monaco-workbench.${mark}`).waitFor();
    await window.page.waitForTimeout(700);
    for (const [name, shown] of Object.entries(shots)) {
      const png = await shown.screenshot();
      await writeFile(join(images, `${name}${end}.png`), await sharp(png).png({ palette: true, effort: 7 }).toBuffer());
    }
  }
}

/** The names of the pairs that the sample was given on purpose: those are the same picture. */
async function plantedPairs() {
  const { plants } = JSON.parse(await readFile(join(root, '.cache/sample/planted.json'), 'utf8'));
  return new Set(plants.filter(({ of }) => of).map(({ path, of }) => [basename(path), basename(of)].sort().join()));
}

/** Answers pairs as they are, and leaves the side bar on the next question. */
async function label(window) {
  const page = await LabelingPage.open(window);
  await page.scanned();
  await widenSideBar(window, 420);
  const planted = await plantedPairs();
  for (let i = 0; i < answers; i++) {
    const names = await page.asked();
    if (names.length < 2) return;
    const distance = Number(/[\d.]+/.exec(await page.frame.getByText(/^Distance/).innerText())[0]);
    await page.press(planted.has([...names].sort().join()) || distance < 0.05 ? 's' : 'd');
  }
}

async function widenSideBar(window, width) {
  const side = await window.page.locator('.part.sidebar').boundingBox();
  const [x, y] = [side.x + side.width, side.y + side.height / 2];
  await window.page.mouse.move(x, y);
  await window.page.mouse.down();
  await window.page.mouse.move(side.x + width, y, { steps: 5 });
  await window.page.mouse.up();
}

/** A training in the middle, and the page after it. */
async function takeTraining(window) {
  await window.runCommand('Twinlint: Train');
  await window.pick('Class folders');
  await window.pick('Another length');
  await window.page.locator('.quick-input-widget', { hasText: 'Seconds to learn' }).waitFor();
  await window.quickInput().fill('30');
  await window.page.keyboard.press('Enter');
  const panel = await window.panel('twinlint-training-view twinlint-curves canvas', 120_000);
  const values = panel.locator('twinlint-latest-values');
  await values.getByRole('row', { name: /^Pair accuracy on held-back pairs 0/ }).waitFor({ timeout: 60_000 });
  await window.page.waitForTimeout(5000);
  await pictures(window, { training: window.page });
  await panel.locator('twinlint-model-list li.active', { hasText: 'same kind of thing' }).waitFor({ timeout: 120_000 });
  await window.clearNotifications();
  await panel.locator('twinlint-model-list').scrollIntoViewIfNeeded();
  await window.page.waitForTimeout(1000);
  await pictures(window, { models: window.page });
}

test('pictures', async () => {
  const folder = await sample();
  const window = await VscodeWindow.open({ open: folder.path, viewport });
  try {
    await window.runCommand('Twinlint: Scan Workspace');
    const panel = await window.panel('input[type="range"]');
    await window.pictureIsShown(panel);
    await label(window);
    await window.clearNotifications();
    await window.page.waitForTimeout(1500);
    await pictures(window, { labeling: window.page });

    await window.runCommand('View: Show Explorer');
    await widenSideBar(window, 260);
    await window.showProblems();
    await window.clearNotifications();
    await window.pictureIsShown(panel);
    await window.page.waitForTimeout(1000);
    await pictures(window, { pairs: window.page, slider: panel.locator('twinlint-threshold-bar') });
    // Problems makes only the rows on screen: the filter brings this one there.
    await window.page.locator('.viewpane-filter input').first().fill('plants');
    await window.page.waitForTimeout(1000);
    await window.openFinding(/icons\/plants/);
    await window.page.locator('.viewpane-filter input').first().fill('');
    await window.pictureIsShown(await window.panel('text=Side by Side'));
    await window.page.waitForTimeout(1500);
    await pictures(window, { compare: window.page });
    await takeTraining(window);
  } finally {
    await window.close();
    await folder.remove();
  }
});
