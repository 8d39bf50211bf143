import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { expect } from 'vitest';
import type { PictureFolder } from './pictures';
import type { VscodeWindow } from './vscodeWindow';

export interface Line {
  readonly id: string;
  readonly relation: string;
  readonly verdict: string;
  readonly images: readonly { readonly path: string }[];
  readonly retracts?: string;
  readonly audit?: { readonly probability: number };
}

export const verdictFiles = (folder: PictureFolder): readonly string[] => {
  const place = folder.at('.twinlint/verdicts');
  return existsSync(place) ? readdirSync(place).map(name => `${place}/${name}`) : [];
};

/** Every line of the verdict files, in their order. */
export const verdictLines = (folder: PictureFolder): readonly Line[] =>
  verdictFiles(folder).flatMap(file =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line),
  );

/** The side bar's page, used by keyboard as a person would. */
export class LabelingPage {
  private constructor(
    private readonly window: VscodeWindow,
    readonly frame: Frame,
  ) {}

  static async open(window: VscodeWindow): Promise<LabelingPage> {
    await window.runCommand('Twinlint: Label Pairs');
    return new LabelingPage(window, await window.panel('twinlint-labeling'));
  }

  /** Scans from the page, if nothing was scanned yet, and waits for the first question. */
  async scanned(): Promise<void> {
    const scan = this.frame.getByRole('button', { name: 'Scan Workspace' });
    const question = this.frame.getByRole('heading', { name: 'Same picture?' });
    await scan.or(question).first().waitFor({ timeout: 60_000 });
    if (await scan.isVisible()) await scan.click();
    await question.waitFor({ timeout: 60_000 });
    await this.window.pictureIsShown(this.frame);
  }

  /** The names of the two pictures that are asked about. */
  asked(): Promise<string[]> {
    return this.frame.locator('twinlint-picture-stage figcaption').allInnerTexts();
  }

  /** Whether the two that are asked about are copies of one picture (see PictureFolder.writeCopies). */
  async isSame(): Promise<boolean> {
    await expect.poll(async () => (await this.asked()).length).toBe(2);
    const [first, second] = await this.asked();
    return numberOf(first) === numberOf(second);
  }

  /** Answers the pair on show as it is, by key, and waits for the next one. */
  async answer(): Promise<void> {
    await this.press((await this.isSame()) ? 's' : 'd');
  }

  /** Answers by a key, and waits for the next pair. */
  async press(key: 's' | 'd'): Promise<void> {
    const before = (await this.asked()).join();
    // The keys go to where the focus is: a notification or another view may have taken it.
    await this.frame.locator('twinlint-picture-stage').click();
    await this.window.page.keyboard.press(key);
    const isNext = () => expect.poll(async () => (await this.asked()).join(), { timeout: 15_000 }).not.toBe(before);
    const wasUnseen = this.frame.getByText('Another pair has just taken the place of the one before');
    await Promise.race([isNext(), wasUnseen.waitFor({ timeout: 15_000 }).catch(() => undefined)]);
    if ((await this.asked()).join() === before) {
      await this.window.page.keyboard.press(key);
      await isNext();
    }
  }

  /** "3 answers: 2 similar, 1 different" */
  counter(): Promise<string> {
    return this.frame.locator('#counter').innerText();
  }
}

const numberOf = (name: string): string => /-(\d+)\./.exec(name)![1];
