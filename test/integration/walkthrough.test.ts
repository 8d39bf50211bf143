import { copyFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PictureFolder } from './harness/pictures';
import { makeShapes } from './harness/shapes';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

type Texts = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '../..');
const textsOf = (file: string): Texts => JSON.parse(readFileSync(join(root, file), 'utf8')) as Texts;

/** The steps in their order, by their ids in package.json. */
const steps = ['scan', 'pairs', 'label', 'train'] as const;
type Step = (typeof steps)[number];

/** VS Code's page of a walkthrough. */
class WalkthroughPage {
  constructor(
    private readonly window: VscodeWindow,
    private readonly texts: Texts,
  ) {}

  /** Opens it from the palette, or brings it to the front again. */
  async open(): Promise<void> {
    const { window, texts } = this;
    await window.runCommand('Welcome: Open Walkthrough...');
    await window.pick(texts['walkthrough.title']);
    await this.page.getByText(texts['walkthrough.description']).first().waitFor();
  }

  get page(): Locator {
    return this.window.page.locator('.gettingStartedContainer .gettingStartedSlideDetails');
  }

  titles(): Promise<string[]> {
    return this.page.locator('.getting-started-step .step-title').allInnerTexts();
  }

  step(step: Step): Locator {
    const title = this.window.page.locator('.step-title', { hasText: this.texts[`walkthrough.${step}.title`] });
    return this.page.locator('.getting-started-step', { has: title });
  }

  async show(step: Step): Promise<Locator> {
    const row = this.step(step);
    if (!/\bexpanded\b/.test((await row.getAttribute('class'))!)) await row.locator('.step-title').click();
    await row.locator('.step-description-container').waitFor();
    return row;
  }

  /** Takes a step's own button. */
  async press(step: Step): Promise<void> {
    const [, label] = /\[(.+?)\]\(command:/.exec(this.texts[`walkthrough.${step}.description`])!;
    const row = await this.show(step);
    await row.locator('.button-container .monaco-button').getByText(label, { exact: true }).click();
  }

  isDone(step: Step): Promise<boolean> {
    return this.step(step).locator('[role="checkbox"][aria-checked="true"]').isVisible();
  }

  /** Waits until exactly these steps are ticked. */
  async done(...expected: Step[]): Promise<void> {
    const ticked = async (): Promise<Step[]> => {
      const all = await Promise.all(steps.map(async step => ((await this.isDone(step)) ? [step] : [])));
      return all.flat();
    };
    await expect.poll(ticked, { timeout: 10_000 }).toEqual(expected);
  }
}

/** Of the drawing beside the steps, in pixels; each step has a page of its own, which comes and goes. */
async function pictureWidth(window: VscodeWindow): Promise<number> {
  const box = await window
    .panel('svg', 1000)
    .then(frame => frame.locator('svg').first().boundingBox({ timeout: 1000 }))
    .catch(() => null);
  return box?.width ?? 0;
}

/** By the last step's button. A list that loses the focus to another part of the window closes: then it is to be asked again. */
async function startTraining(window: VscodeWindow, walkthrough: WalkthroughPage): Promise<string> {
  try {
    await walkthrough.press('train');
    await window.pick('Class folders', 'Class folders', 15_000);
    await window.pick('Quick', 'Quick', 10_000);
    await window.page.locator('.statusbar-item', { hasText: /Training/ }).waitFor({ timeout: 15_000 });
    return 'started';
  } catch (error) {
    await window.page.keyboard.press('Escape');
    return String(error);
  }
}

/** Shapes in class folders, enough to train on, and an exact copy to find. */
const makeFolder = async (): Promise<PictureFolder> => {
  const folder = await makeShapes(12);
  copyFileSync(folder.at('bars/bars-00.png'), folder.at('bars/bars-again.png'));
  return folder;
};

describe('a person follows the walkthrough', () => {
  const texts = textsOf('package.nls.json');
  let folder: PictureFolder;
  let window: VscodeWindow;
  let walkthrough: WalkthroughPage;
  beforeAll(async () => {
    folder = await makeFolder();
    window = await VscodeWindow.open({ open: folder.path });
    walkthrough = new WalkthroughPage(window, texts);
    await walkthrough.open();
  });
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  it('sees every step with its picture, none of them ticked', async () => {
    expect(await walkthrough.titles()).toEqual(steps.map(step => texts[`walkthrough.${step}.title`]));
    for (const step of steps) {
      const row = await walkthrough.show(step);
      const [firstWords] = texts[`walkthrough.${step}.description`].split(/[\n*`,:]/);
      expect(await row.locator('.step-description-container').innerText()).toContain(firstWords);
      await expect.poll(() => pictureWidth(window), { timeout: 20_000 }).toBeGreaterThan(100);
      await window.screenshot(`walkthrough-${step}`);
    }
    await walkthrough.done();
  });

  it('scans by the first button: the copy is in Problems', async () => {
    await walkthrough.press('scan');
    await window.showProblems();
    await window.problemRows('Exact copy of bars/bars').first().waitFor({ timeout: 60_000 });
    await walkthrough.open();
    await walkthrough.done('scan');
  });

  it('opens the pairs and the questions', async () => {
    await walkthrough.press('pairs');
    await window.page.locator('.tab.active', { hasText: 'Twinlint: Pairs' }).waitFor();
    await walkthrough.open();
    await walkthrough.done('scan', 'pairs');
    await walkthrough.press('label');
    await window.panel('twinlint-labeling');
    await walkthrough.open();
    await walkthrough.done('scan', 'pairs', 'label');
  });

  it('trains by the last button: there is a model', { timeout: 300_000 }, async () => {
    await expect.poll(() => startTraining(window, walkthrough), { timeout: 120_000, interval: 1000 }).toBe('started');
    await window.waitForNotification(/The model classes is ready/, 120_000);
    expect(existsSync(folder.at('.twinlint/models')) && readdirSync(folder.at('.twinlint/models'))).toHaveLength(1);
    await walkthrough.open();
    await walkthrough.done(...steps);
    await window.screenshot('walkthrough-done');
  });
});

describe('the walkthrough in Chinese', () => {
  const texts = textsOf('package.nls.zh-cn.json');
  let folder: PictureFolder;
  let window: VscodeWindow;
  beforeAll(async () => {
    folder = await makeFolder();
    window = await VscodeWindow.open({ open: folder.path, locale: 'zh-cn' });
  });
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  it('shows every step, and ticks the first one for a scan from the Explorer', async () => {
    const walkthrough = new WalkthroughPage(window, texts);
    await walkthrough.open();
    expect(await walkthrough.titles()).toEqual(steps.map(step => texts[`walkthrough.${step}.title`]));
    await walkthrough.done();
    await window.screenshot('walkthrough-chinese');
    await window.explorerMenu('bars', texts['command.findSimilarImages']);
    await walkthrough.open();
    await walkthrough.done('scan');
    await walkthrough.press('label');
    await window.panel('twinlint-labeling');
    await walkthrough.open();
    await walkthrough.done('scan', 'label');
  });
});
