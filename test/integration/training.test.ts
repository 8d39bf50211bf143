import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curvesMove } from './harness/curves';
import type { PictureFolder } from './harness/pictures';
import { makeShapes } from './harness/shapes';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

const page = 'twinlint-training-view';
/** Training and all that comes with it, on two busy cores. */
const patience = { timeout: 120_000 };
const testTimeout = 300_000;

/** A person teaches Twinlint their classes, in one window, one step after the other. */
describe('a person trains a model', () => {
  let folder: PictureFolder;
  let window: VscodeWindow;
  beforeAll(async () => {
    folder = await makeShapes(20);
    window = await VscodeWindow.open({ open: folder.path });
  });
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  /** From the palette, for a length of one's own. */
  const train = async (seconds: number): Promise<void> => {
    await window.runCommand('Twinlint: Train');
    await window.pick('Class folders');
    await window.pick('Another length');
    await window.page.locator('.quick-input-widget', { hasText: 'Seconds to learn' }).waitFor();
    await window.quickInput().fill(String(seconds));
    await window.page.keyboard.press('Enter');
  };
  const stepOf = async (panel: Frame): Promise<number> => {
    const caption = await panel.locator('twinlint-latest-values caption').innerText({ timeout: 60_000 });
    return Number(/Step ([\d,]+)/.exec(caption)![1].replaceAll(',', ''));
  };
  const models = (): string[] => readdirSync(folder.at('.twinlint/models'));
  const activeModel = (): unknown =>
    existsSync(folder.at('.twinlint/config.json'))
      ? (JSON.parse(readFileSync(folder.at('.twinlint/config.json'), 'utf8')) as { model?: string }).model
      : undefined;

  it('sees what there is to learn from', async () => {
    await window.runCommand('Twinlint: Train');
    await window.quickPickRows('Class folders').first().waitFor({ timeout: 60_000 });
    expect(await window.quickPickRows('Class folders').first().getAttribute('aria-label')).toContain('3 classes');
    await window.quickPickRows('There are no verdicts of this kind yet').first().waitFor();
    await window.screenshot('train-1-learn-from');
    await window.page.keyboard.press('Escape');
  });

  it(
    'watches the curves move, and cancels: the best so far is kept',
    async () => {
      await train(120);
      const panel = await window.panel(`${page} twinlint-curves canvas`, 90_000);
      const first = await stepOf(panel);
      await curvesMove(panel);
      expect(await stepOf(panel)).toBeGreaterThan(first);
      await window.page.locator('.statusbar-item', { hasText: /Training \d+ %/ }).waitFor();
      await window.screenshot('train-2-curves');
      await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
      await expect.poll(activeModel, patience).not.toBeUndefined();
      expect(models()).toHaveLength(1);
      expect(activeModel()).toBe(`.twinlint/models/${models()[0]}`);
      await window.waitForNotification('The training was cancelled; the best so far is the model classes');
      await window.clearNotifications();
    },
    testTimeout,
  );

  it(
    'trains to the end: the model is listed and active, and labels are judged by it',
    async () => {
      await train(12);
      const first = activeModel();
      await expect.poll(() => models().length, patience).toBe(2);
      await expect.poll(activeModel, patience).not.toBe(first);
      await window.waitForNotification(/The model classes(-2)? is ready/);
      const panel = await window.panel(`${page} twinlint-model-list`);
      await panel.locator('twinlint-model-list li.active', { hasText: 'same kind of thing' }).waitFor();
      expect(await panel.locator('twinlint-model-list li').count()).toBe(3);
      await window.screenshot('train-3-done');
      await window.showProblems();
      await window.problemRows('looks like bars').first().waitFor({ timeout: 30_000 });
      await window.clearNotifications();
    },
    testTimeout,
  );

  it('goes back to the previous model in one click, and to none', async () => {
    const before = activeModel();
    const panel = await window.panel(`${page} twinlint-model-list`);
    await panel.locator('#previous').click();
    await expect.poll(activeModel, patience).not.toBe(before);
    await window.clearNotifications();
    await panel.locator('vscode-button[title="Make the built-in measure active"]').click();
    await expect.poll(activeModel, patience).toBeUndefined();
    await expect.poll(() => window.problemRows('looks like bars').count(), patience).toBe(0);
    await window.clearNotifications();
  });

  it('moves a model to the trash and takes it back', async () => {
    const panel = await window.panel(`${page} twinlint-model-list`);
    await panel.locator('vscode-button[title^="Move the model"]').first().click();
    await expect.poll(() => models().length).toBe(1);
    await window.notificationButton('is in the trash', 'Undo');
    await expect.poll(() => models().length).toBe(2);
    await window.clearNotifications();
  });

  it('keeps the page when the panel is hidden and comes back', async () => {
    await window.runCommand('Twinlint: Show Engine Status');
    const text = window.page.locator('.view-lines', { hasText: 'Run on' });
    await text.first().waitFor();
    await window.screenshot('train-4-engine-status');
    await window.runCommand('Twinlint: Open Training and Models');
    const panel = await window.panel(`${page} twinlint-curves canvas`);
    expect(await stepOf(panel)).toBeGreaterThan(0);
    expect(await panel.locator('twinlint-model-list li').count()).toBe(3);
  });

  it(
    'goes on where it was when the window is reloaded in the middle',
    async () => {
      await train(90);
      const panel = await window.panel(`${page} #cancel`, 60_000);
      await expect.poll(() => stepOf(panel), { timeout: 60_000 }).toBeGreaterThan(0);
      // Checkpoints are written every 15 seconds.
      await window.page.waitForTimeout(22_000);
      const reached = await stepOf(panel);
      await window.reload();
      // The window before may be there for a moment still.
      await window.page.waitForTimeout(12_000);
      await window.waitForNotification(/The training of classes(-\d)? goes on from where it was/);
      const after = await window.panel(`${page} #cancel`, 60_000);
      await expect.poll(() => stepOf(after), patience).toBeGreaterThan(reached / 2);
      await window.screenshot('train-5-reloaded');
    },
    testTimeout,
  );
});
