// Pictures for the README and docs, taken as a person would see them: see vitest.config.mjs beside this file.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { cacheDir } from '../lib/cacheDir.mjs';
import { LabelingPage } from '../../test/integration/harness/labelingPage';
import { VscodeWindow, keepEvidence } from '../../test/integration/harness/vscodeWindow';

const images = fileURLToPath(new URL('../../docs/images', import.meta.url));
const sampleDir = join(cacheDir, 'sample');
const viewport = { width: 1440, height: 900 };
/** Around what is cut out, in pixels. */
const margin = 10;
/** The sample's pairs end soon after these. */
const answers = 18;
/** About a cloud of the sample's map (digits 1, and some others among them): shares of its width, height and smaller side. */
const lasso = { x: 0.81, y: 0.7, radius: 0.1 };
/** Kinds of themes as a webview's body names them: a theme of each as the picker shows it, and what its pictures' names end with. */
const themes = {
  'vscode-light': { theme: 'Light Modern', ending: '-light' },
  'vscode-high-contrast': { theme: 'Dark High Contrast', ending: '-hc' },
  'vscode-high-contrast-light': { theme: 'Light High Contrast', ending: '-hc-light' },
  // Last, so that what follows is dark.
  'vscode-dark': { theme: 'Dark Modern', ending: '' },
};

/** A copy, so that what is done in it stays out of the sample. */
async function copySample() {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'));
  const path = join(folder, 'sample');
  await cp(join(sampleDir, 'workspace'), path, { recursive: true }).catch(error => {
    throw new Error(`${error.message}\nThere is no sample to take pictures of; please make it: npm start -- --headless`);
  });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The names of the pairs that the sample was given on purpose: those are the same picture. */
async function plantedPairs() {
  const { plants } = JSON.parse(await readFile(join(sampleDir, 'planted.json'), 'utf8'));
  return new Set(plants.filter(({ of }) => of).map(({ path, of }) => [basename(path), basename(of)].sort().join()));
}

/** One window; what goes wrong with one picture leaves the others. */
class PictureTour {
  constructor(window) {
    this.window = window;
    this.page = window.page;
  }

  /** In 256 colours, which no eye tells from all of them here: a third of the size. */
  async take(name, clip) {
    const png = await this.page.screenshot({ clip });
    await writeFile(join(images, `${name}.png`), await sharp(png).png({ palette: true, effort: 10 }).toBuffer());
  }

  /** The same in all four kinds of themes. @param frame a webview that is shown: it follows the editor's theme last */
  async takeInThemes(frame, pictures) {
    for (const [kind, { theme, ending }] of Object.entries(themes)) {
      // A settings file that changes on disk is seen too late.
      await this.window.runCommand('Preferences: Color Theme');
      await this.window.pick(theme);
      await frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor({ timeout: 60_000 });
      await this.page.waitForTimeout(1500);
      for (const [name, clip] of Object.entries(pictures)) await this.take(`${name}${ending}`, clip);
    }
  }

  async scan() {
    await this.window.runCommand('Twinlint: Scan Workspace');
    this.panel = await this.window.panel('input[type="range"]', 300_000);
    await this.window.pictureIsShown(this.panel);
  }

  /** Answers pairs as they are, and leaves the side bar on the next question. */
  async labeling() {
    const { window } = this;
    const labeling = await LabelingPage.open(window);
    await labeling.scanned();
    await this.widenSideBar(420);
    const planted = await plantedPairs();
    for (let i = 0; i < answers; i++) {
      const names = await labeling.asked();
      if (names.length < 2) throw new Error(`No pair is left to ask about after ${i} answers`);
      const distance = Number(/[\d.]+/.exec(await labeling.frame.getByText(/^Distance/).innerText())[0]);
      await labeling.press(planted.has([...names].sort().join()) || distance < 0.05 ? 's' : 'd');
    }
    await this.settle();
    await this.takeInThemes(labeling.frame, { labeling: undefined });
  }

  async pairs() {
    const { window, panel } = this;
    await window.runCommand('View: Show Explorer');
    await this.widenSideBar(260);
    await window.showProblems();
    await window.pictureIsShown(panel);
    await this.settle();
    const { x, y, width, height } = await panel.locator('twinlint-threshold-bar').boundingBox();
    const slider = { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + margin };
    await this.takeInThemes(panel, { pairs: undefined, slider });
  }

  async compare() {
    const { window } = this;
    // Problems makes only the rows on screen: the filter brings this one there.
    const filter = this.page.locator('.viewpane-filter input').first();
    await filter.fill('plants');
    await this.page.waitForTimeout(1000);
    await window.openFinding(/icons\/plants/);
    await filter.fill('');
    const panel = await window.panel('text=Side by Side', 60_000);
    await window.pictureIsShown(panel);
    await this.settle();
    await this.takeInThemes(panel, { compare: undefined });
  }

  /** A training in the middle; then its model beside the built-in measure, on the audits among the answers. */
  async training() {
    const { window } = this;
    await window.runCommand('Twinlint: Train');
    await window.pick('Altered views and my pairs');
    await this.page.locator('.quick-input-widget', { hasText: 'alter' }).first().waitFor();
    await this.page.waitForTimeout(500);
    await this.page.keyboard.press('Enter');
    await window.pick('Another length');
    await this.page.locator('.quick-input-widget', { hasText: 'Seconds to learn' }).waitFor();
    await window.quickInput().fill('90');
    await this.page.keyboard.press('Enter');
    const panel = await window.panel('twinlint-training-view twinlint-curves canvas', 240_000);
    const values = panel.locator('twinlint-latest-values');
    await values.getByRole('row', { name: /^Pair accuracy on held-back pairs 0/ }).waitFor({ timeout: 180_000 });
    await this.page.waitForTimeout(10_000);
    await this.takeInThemes(panel, { training: undefined });
    const model = panel.locator('twinlint-model-list li', { hasText: 'same picture' }).first();
    await model.waitFor({ timeout: 240_000 });
    // The scan with the new model.
    await this.page.waitForTimeout(8000);
    await model.getByRole('button', { name: /^Compare/ }).click();
    // The sample has a model of classes too, so that there is a choice.
    await window.pick('Built-in measure');
    const comparison = panel.locator('twinlint-comparison');
    await comparison.getByRole('row', { name: /^Accuracy on audits/ }).waitFor({ timeout: 180_000 });
    await comparison.scrollIntoViewIfNeeded();
    await this.settle();
    await this.takeInThemes(panel, { models: undefined });
  }

  /** A cloud of one class in the lasso. */
  async map() {
    const { window } = this;
    const { mouse } = this.page;
    await this.hideProblems();
    await window.runCommand('Twinlint: Show Map');
    const page = await window.panel('twinlint-map-canvas', 240_000);
    const canvas = page.getByRole('application', { name: /^Map of / });
    await canvas.waitFor();
    await this.settle();
    await page.getByRole('button', { name: 'Lasso' }).click();
    const { x, y, width, height } = await canvas.boundingBox();
    const [centreX, centreY, radius] = [x + width * lasso.x, y + height * lasso.y, Math.min(width, height) * lasso.radius];
    const turn = step => [centreX + radius * Math.cos(step / 4), centreY + radius * Math.sin(step / 4)];
    await mouse.move(...turn(0));
    await mouse.down();
    for (let step = 1; step <= 25; step++) await mouse.move(...turn(step), { steps: 2 });
    await mouse.up();
    await page.getByRole('button', { name: /^Show [\d,]+ Images Only$/ }).waitFor();
    await this.page.waitForTimeout(1000);
    await this.take('map');
  }

  /** Doubtful labels beside their nearest images. */
  async review() {
    const { window } = this;
    await this.hideProblems();
    await window.runCommand('Twinlint: Find Wrong Labels');
    await window.waitForNotification(/labels are doubtful/, 600_000);
    await window.runCommand('Twinlint: Review Labels');
    const page = await window.panel('twinlint-review-view li', 60_000);
    await page.locator('twinlint-review-row').first().waitFor();
    await this.settle();
    await this.page.waitForTimeout(3000);
    await this.take('review');
  }

  async hideProblems() {
    if (await this.page.locator('.markers-panel').isVisible()) await this.window.runCommand('View: Hide Panel');
  }

  /** Without messages in front of it, and with all that follows an action done. */
  async settle() {
    await this.window.clearNotifications();
    await this.page.waitForTimeout(1500);
  }

  async widenSideBar(width) {
    const side = await this.page.locator('.part.sidebar').boundingBox();
    const [x, y] = [side.x + side.width, side.y + side.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(side.x + width, y, { steps: 5 });
    await this.page.mouse.up();
    // The edge is lit for as long as the pointer is on it.
    await this.page.mouse.move(viewport.width / 2, 4);
  }
}

describe('pictures', () => {
  let folder, window, tour;
  beforeAll(async () => {
    folder = await copySample();
    window = await VscodeWindow.open({ open: folder.path, viewport, settings: { 'workbench.colorTheme': 'Dark Modern' } });
    tour = new PictureTour(window);
  });
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    await folder?.remove();
  });

  // In this order: what is answered shows in the slider, and a model is compared by it.
  test('scan', () => tour.scan());
  test('labeling', () => tour.labeling());
  test('pairs and slider', () => tour.pairs());
  test('compare', () => tour.compare());
  test('map', () => tour.map());
  test('review', () => tour.review());
  test('training and models', () => tour.training());
});
