import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJourney } from './harness/journey';
import type { PictureFolder } from './harness/pictures';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

/** Nothing here clicks. */
describe('with the palette and the keyboard alone', () => {
  let folder: PictureFolder;
  let window: VscodeWindow;
  keepEvidence(() => window);

  beforeAll(async () => {
    folder = await makeJourney();
    window = await VscodeWindow.open({ open: folder.path });
  });
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  it('offers only what makes sense before a scan', async () => {
    expect(await window.offersCommand('Twinlint: Scan Workspace')).toBe(true);
    expect(await window.offersCommand('Twinlint: Scan Again')).toBe(false);
    expect(await window.offersCommand('Twinlint: Set Threshold…')).toBe(false);
    expect(await window.offersCommand('Twinlint: Open Pair')).toBe(false);
  });

  it('scans a folder that is picked from a list', async () => {
    await window.runCommand('Twinlint: Find Similar Images');
    await window.pick('/classes');
    await window.problemRows(/Label conflict: dog here, but cat/).waitFor({ timeout: 30_000 });
    expect(await window.problemRows().count()).toBe(1);
  });

  it('scans the workspace', async () => {
    await window.runCommand('Twinlint: Scan Workspace');
    await expect.poll(() => window.problemTexts(), { timeout: 20_000 }).toHaveLength(5);
  });

  it('settles a pair and takes that back', async () => {
    await window.runCommand('Twinlint: Not a Duplicate');
    await window.pick('harbour');
    await expect.poll(() => window.problemRows('photos/harbour.png').count(), { timeout: 5000 }).toBe(0);
    expect(readdirSync(folder.at('.twinlint/verdicts'))).toHaveLength(1);
    await window.runCommand('Twinlint: Undo Last "Not a Duplicate"');
    await expect.poll(() => window.problemRows('photos/harbour.png').count(), { timeout: 5000 }).toBe(1);
  });

  it('moves an image to the trash and back', async () => {
    await window.runCommand('Go to File');
    await window.pick('harbour.png');
    await window.page.locator('.tab.active', { hasText: 'harbour.png' }).waitFor();
    await window.runCommand('Twinlint: Keep This One, Trash the Other');
    await window.page.locator('.monaco-dialog-box').waitFor();
    await window.page.keyboard.press('Enter');
    await expect.poll(() => existsSync(folder.at('photos/harbour-small.jpg'))).toBe(false);
    await window.runCommand('Twinlint: Undo Last Move to Trash');
    await expect.poll(() => existsSync(folder.at('photos/harbour-small.jpg'))).toBe(true);
  });

  it('sets the threshold', async () => {
    await window.runCommandAndAnswer('Twinlint: Set Threshold…', /distance|threshold/i, '0');
    await expect.poll(() => window.problemRows(/near-duplicate/).count(), { timeout: 5000 }).toBe(0);
    // It holds for the next scan too; equal files have no distance.
    await window.runCommand('Twinlint: Scan Again');
    await window.waitForNotification('17 images');
    expect(await window.problemRows(/exact-duplicate/).count()).toBe(1);
    expect(await window.problemRows(/near-duplicate/).count()).toBe(0);
  });

  it('tells about the engine', async () => {
    await window.runCommand('Twinlint: Show Engine Status');
    await window.page
      .getByText(/onnxruntime/i)
      .first()
      .waitFor();
  });
});
