import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PictureFolder, scene } from './harness/pictures';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

const pictures = 12;
const testTimeout = 300_000;

interface Line {
  readonly id: string;
  readonly relation: string;
  readonly verdict: string;
  readonly retracts?: string;
  readonly audit?: { readonly probability: number };
}

/** A person says of pairs whether they are the same picture, trains on the answers, and sets the threshold. */
describe('a person labels pairs in the side bar', () => {
  const folder = new PictureFolder();
  let window: VscodeWindow;
  let page: Frame;
  beforeAll(async () => {
    // Three copies each: 36 pairs of copies, some harder than others.
    for (let seed = 0; seed < pictures; seed++) {
      await folder.write(`drawing-${seed}.png`, scene(seed));
      await folder.write(`small-${seed}.jpg`, scene(seed).resize({ width: 240 }).jpeg({ quality: 60 }));
      await folder.write(`cut-${seed}.jpg`, scene(seed).extract({ left: 40, top: 30, width: 400, height: 300 }).jpeg());
    }
    window = await VscodeWindow.open({ open: folder.path });
  });
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    folder.remove();
  });

  const lines = (): readonly Line[] => {
    const place = folder.at('.twinlint/verdicts');
    if (!existsSync(place)) return [];
    return readdirSync(place).flatMap(name =>
      readFileSync(`${place}/${name}`, 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Line),
    );
  };
  /** The names of the two pictures that are asked about. */
  const asked = (): Promise<string[]> => page.locator('twinlint-picture-stage figcaption').allInnerTexts();
  const numberOf = (name: string): string => /-(\d+)\./.exec(name)![1];

  it('is asked nothing before a scan, and scans from there', async () => {
    await window.runCommand('Twinlint: Label Pairs');
    page = await window.panel('twinlint-labeling');
    await page.getByRole('heading', { name: 'Nothing was scanned yet' }).waitFor();
    await page.getByRole('button', { name: 'Scan Workspace' }).click();
    await page.getByRole('heading', { name: 'Same picture?' }).waitFor({ timeout: 60_000 });
    await window.pictureIsShown(page);
  });

  it(
    'answers 30 pairs by keyboard; each answer is on disk before the next pair shows',
    async () => {
      await page.locator('twinlint-picture-stage').click();
      for (let answers = 1; answers <= 30; answers++) {
        await expect.poll(async () => (await asked()).length).toBe(2);
        const [first, second] = await asked();
        const before = lines().length;
        await window.page.keyboard.press(numberOf(first) === numberOf(second) ? 's' : 'd');
        await expect.poll(async () => (await asked()).join(), { timeout: 15_000 }).not.toBe([first, second].join());
        expect(lines().length).toBeGreaterThan(before);
      }
      const written = lines();
      expect(new Set(written.map(({ relation }) => relation))).toEqual(new Set(['same-picture']));
      // One in four measures; some draw what was answered before.
      const audits = written.filter(({ audit }) => audit !== undefined);
      expect(audits.length).toBeGreaterThanOrEqual(5);
      for (const { audit } of audits) expect(audit!.probability).toBeGreaterThan(0);
      await page.getByText(/Precision \d\.\d\d/).waitFor();
      await window.screenshot('label-1-thirty');
    },
    testTimeout,
  );

  it('takes an answer back with Z', async () => {
    const before = lines().length;
    await window.page.keyboard.press('z');
    await expect.poll(() => lines().length).toBe(before + 1);
    const last = lines().at(-1)!;
    expect(last.verdict).toBe('retract');
    expect(lines().some(({ id }) => id === last.retracts)).toBe(true);
  });

  it('answers several at once', async () => {
    await window.page.keyboard.press('g');
    await page.getByRole('option').first().waitFor();
    const before = lines().length;
    const two = Math.min(2, await page.getByRole('option').count());
    for (let i = 0; i < two; i++) await page.getByRole('option').nth(i).click();
    await window.page.keyboard.press('s');
    await expect.poll(() => lines().length).toBeGreaterThanOrEqual(before + two);
    await window.page.keyboard.press('Escape');
    await window.screenshot('label-2-many');
  });

  it('marks two files of the Explorer as different, and undoes it', async () => {
    await window.runCommand('View: Show Explorer');
    const before = lines().length;
    await window.explorerRow('drawing-0.png').click();
    // The opened picture selects its row once more.
    await window.page.locator('.tab', { hasText: 'drawing-0.png' }).waitFor();
    await window.page.waitForTimeout(1500);
    await window.explorerRow('drawing-1.png').click({ modifiers: ['ControlOrMeta'] });
    await expect.poll(() => window.page.locator('.explorer-folders-view .monaco-list-row.selected').count()).toBe(2);
    await window.explorerMenu('drawing-1.png', 'Twinlint: Mark as Different');
    await window.waitForNotification('drawing-0.png and drawing-1.png are remembered as different (same picture).');
    expect(lines().at(before)).toMatchObject({ verdict: 'different', relation: 'same-picture' });
    await window.notificationButton('are remembered as different', 'Undo');
    await expect.poll(() => lines().at(-1)?.verdict).toBe('retract');
    await window.clearNotifications();
    // The other way round it is the same pair; this one stays, for the training.
    await window.explorerMenu('drawing-0.png', 'Twinlint: Mark as Different');
    await expect.poll(() => lines().at(-1)?.verdict).toBe('different');
    await window.clearNotifications();
  });

  it(
    'trains on the answers from the side bar',
    async () => {
      await window.runCommand('Twinlint: Label Pairs');
      page = await window.panel('twinlint-labeling');
      await page.getByRole('button', { name: 'Train' }).click();
      await window.pick('My pairs');
      await window.pick('Another length');
      await window.page.locator('.quick-input-widget', { hasText: 'Seconds to learn' }).waitFor();
      await window.quickInput().fill('8');
      await window.page.keyboard.press('Enter');
      const panel = await window.panel('twinlint-training-view twinlint-curves canvas', 90_000);
      await window.waitForNotification(/The model pairs(-\d)? is ready/);
      await panel.locator('twinlint-model-list li', { hasText: 'same picture' }).first().waitFor();
      // The findings were made anew with the model; the next question is there again.
      await page.getByRole('heading', { name: 'Same picture?' }).waitFor({ timeout: 60_000 });
      await window.screenshot('label-3-trained');
    },
    testTimeout,
  );
});
