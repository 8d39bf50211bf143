import { existsSync, readFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curvesMove } from './harness/curves';
import { LabelingPage, verdictLines } from './harness/labelingPage';
import { PictureFolder } from './harness/pictures';
import { backToDefault, dragToZero, openList } from './harness/threshold';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

/** Training and all that comes with it, on two busy cores. */
const patience = { timeout: 120_000 };
const testTimeout = 300_000;

/** A person says of pairs whether they are the same picture, trains on the answers, sets the threshold, and goes back. */
describe('a person teaches Twinlint what the same picture is', () => {
  const folder = new PictureFolder();
  let window: VscodeWindow;
  let page: LabelingPage;
  beforeAll(async () => {
    // Three copies each: 42 pairs, some harder than others. Of fewer than 40 pictures a model finds no pairs of its own.
    await folder.writeCopies(14);
    window = await VscodeWindow.open({ open: folder.path });
  });
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    folder.remove();
  });

  const lines = () => verdictLines(folder);
  const activeModel = (): string | undefined =>
    existsSync(folder.at('.twinlint/config.json'))
      ? (JSON.parse(readFileSync(folder.at('.twinlint/config.json'), 'utf8')) as { model?: string }).model
      : undefined;
  const stepOf = async (panel: Frame): Promise<number> => {
    const caption = panel.locator('twinlint-latest-values caption');
    const text = (await caption.count()) > 0 ? await caption.innerText() : '';
    return Number(/Step ([\d,]+)/.exec(text)?.[1].replaceAll(',', '') ?? 0);
  };
  /** Once the findings of a scan, with whichever model, have come to rest. */
  const nearDuplicates = async (): Promise<string[]> => {
    let before = '';
    await expect
      .poll(
        async () => {
          const now = (await window.problemTexts()).join('\n');
          const isSame = now === before;
          before = now;
          return isSame;
        },
        { timeout: 30_000, interval: 700 },
      )
      .toBe(true);
    return before.split('\n').filter(text => text.startsWith('Near-duplicate'));
  };

  it('is asked nothing before a scan, and scans from there', async () => {
    page = await LabelingPage.open(window);
    await page.frame.getByRole('heading', { name: 'Nothing was scanned yet' }).waitFor();
    await page.scanned();
  });

  it(
    'answers 30 pairs by keyboard; each answer is on disk before the next pair shows',
    async () => {
      let late = 0;
      for (let answers = 1; answers <= 30; answers++) {
        const before = lines().length;
        const isWritten = () => lines().length > before;
        await page.answer();
        if (isWritten()) continue;
        // A pair that the files have an answer to by now is exchanged by itself, maybe just before a key, which then counts for none.
        late++;
        await expect
          .poll(isWritten, { timeout: 2000 })
          .toBe(true)
          .catch(() => page.answer());
        expect(isWritten()).toBe(true);
      }
      expect(late).toBeLessThanOrEqual(2);
      const written = lines();
      expect(new Set(written.map(({ relation }) => relation))).toEqual(new Set(['same-picture']));
      // One in four measures; some draw what was answered before.
      const audits = written.filter(({ audit }) => audit !== undefined);
      expect(audits.length).toBeGreaterThanOrEqual(5);
      for (const { audit } of audits) expect(audit!.probability).toBeGreaterThan(0);
      await page.frame.getByText(/Precision \d\.\d\d/).waitFor();
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
    const cards = page.frame.getByRole('option');
    await cards.first().waitFor();
    const before = lines().length;
    const two = Math.min(2, await cards.count());
    for (let i = 0; i < two; i++) await cards.nth(i).click();
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
    'trains on the answers from the palette, and watches the curve move',
    async () => {
      await window.runCommand('Twinlint: Train');
      await window.pick('My pairs');
      await window.pick('Another length');
      await window.page.locator('.quick-input-widget', { hasText: 'Seconds to learn' }).waitFor();
      await window.quickInput().fill('15');
      await window.page.keyboard.press('Enter');
      const panel = await window.panel('twinlint-training-view twinlint-curves canvas', 90_000);
      await expect.poll(() => stepOf(panel), { ...patience, interval: 200 }).toBeGreaterThan(0);
      await curvesMove(panel);
      await window.waitForNotification(/The model pairs(-\d)? is ready/, 120_000);
      const model = panel.locator('twinlint-model-list li', { hasText: 'same picture' }).first();
      await model.waitFor();
      // A model that is known to do worse is only offered; then this person takes it all the same.
      const take = model.getByRole('button', { name: /active$/i });
      if (activeModel() === undefined && (await take.count()) > 0) await take.first().click();
      await expect.poll(activeModel, patience).toMatch(/^\.twinlint\/models\/.*pairs.*\.twinlint$/);
      await window.clearNotifications();
      // The findings were made anew with the model; the next question is there again.
      page = await LabelingPage.open(window);
      await page.frame.getByRole('heading', { name: 'Same picture?' }).waitFor({ timeout: 60_000 });
      await window.screenshot('label-3-trained');
    },
    testTimeout,
  );

  it(
    'drags the threshold: Problems change while it moves',
    async () => {
      await window.showProblems();
      const panel = await openList(window);
      const found = await nearDuplicates();
      expect(found.length).toBeGreaterThan(0);
      await dragToZero(window, panel, async () => {
        await expect.poll(() => window.problemRows('Near-duplicate').count(), { timeout: 10_000 }).toBe(0);
      });
      await window.screenshot('label-4-threshold');
      await backToDefault(panel);
      await expect.poll(nearDuplicates, { timeout: 30_000 }).toEqual(found);
    },
    testTimeout,
  );

  it(
    'goes back to the previous model: the findings are as it measures them',
    async () => {
      const withModel = await nearDuplicates();
      await window.runCommand('Twinlint: Go Back to the Previous Model');
      await expect.poll(activeModel, patience).toBeUndefined();
      await window.waitForNotification('The built-in measure is active', 60_000);
      // Other distances, whatever pairs they are of.
      await expect.poll(nearDuplicates, { timeout: 60_000 }).not.toEqual(withModel);
      await window.runCommand('Twinlint: Go Back to the Previous Model');
      await expect.poll(activeModel, patience).toBeDefined();
      await expect.poll(nearDuplicates, { timeout: 60_000 }).toEqual(withModel);
      await window.screenshot('label-5-back');
    },
    testTimeout,
  );
});
