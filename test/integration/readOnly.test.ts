import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabelingPage } from './harness/labelingPage';
import { PictureFolder } from './harness/pictures';
import { makeReadOnly } from './harness/readOnly';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

/** Pictures on a medium that nothing can be written to. */
describe('in a folder that is read-only', () => {
  const base = new PictureFolder();
  const folder = new PictureFolder(base.at('data'));
  let window: VscodeWindow;
  let endReadOnly: (() => void) | undefined;
  let before: Record<string, string>;
  keepEvidence(() => window);

  const contents = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder.path, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .map(file => [file, readFileSync(file, 'base64')]),
    );

  beforeAll(async () => {
    await folder.writeCopies(3);
    before = contents();
    endReadOnly = makeReadOnly(folder.path);
    window = await VscodeWindow.open({ open: folder.path });
  });
  afterAll(async () => {
    await window?.close();
    endReadOnly?.();
    base.remove();
  });

  it('finds twins all the same, and has them back after a reload', async () => {
    await window.runCommand('Twinlint: Scan Workspace');
    const found = await window.problemTexts(3);
    expect(found.length).toBeGreaterThan(2);
    await window.reload();
    await window.showProblems();
    await expect.poll(() => window.problemTexts(), { timeout: 20_000 }).toEqual(found);
  });

  it('says before the first answer that none can be saved, and keeps asking about the pair', async () => {
    const page = await LabelingPage.open(window);
    await page.scanned();
    await page.frame
      .getByRole('alert')
      .getByText(/^Answers cannot be saved: .*data.* is read-only \((EROFS|EACCES)\)\./)
      .waitFor();
    await window.screenshot('read-only-1-no-answers');
    const asked = await page.asked();
    await page.frame.locator('twinlint-picture-stage').click();
    await window.page.keyboard.press('s');
    await window.page.waitForTimeout(1500);
    expect(await page.asked()).toEqual(asked);
    expect(await page.counter()).toBe('No answers yet');
  });

  it('trains nothing, and says where the model could not be kept', async () => {
    await window.runCommand('Twinlint: Train');
    await window.waitForNotification(/Models are kept in .*data.*, which cannot be written \((EROFS|EACCES)\)/);
    await window.clearNotifications();
  });

  it('moves nothing, and says why', async () => {
    await window.runCommand('Twinlint: Trash All but the Best of Each Group…');
    await window.quickPickRows('Keep drawing-0.png').first().waitFor();
    await window.page.keyboard.press('Enter');
    await window.waitForNotification(/Nothing was moved: the trash folder .* cannot be made \((EROFS|EACCES)\)/);
    await window.screenshot('read-only-2-no-trash');
    await window.clearNotifications();
  });

  it('holds "not a duplicate" for as long as the window is open, and says so', async () => {
    await window.showProblems();
    const text = await window.problemRows().first().locator('.marker-message').innerText();
    await window.openFinding(text);
    const panel = await window.panel('text=Not a Duplicate');
    await panel.getByRole('button', { name: 'Not a Duplicate' }).first().click();
    await window.waitForNotification(/The verdict could not be saved: .* is read-only .* It holds until this window is closed/);
    await expect.poll(() => window.problemRows(text).count(), { timeout: 10_000 }).toBe(0);
  });

  it('leaves the folder as it was', () => {
    expect(contents()).toEqual(before);
  });
});
