import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJourney } from './harness/journey';
import { scene, type PictureFolder } from './harness/pictures';
import { backToDefault, dragToZero, openList } from './harness/threshold';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

/** A person with a mouse, in one window, one step after the other. */
describe('a person looks for twins', () => {
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

  it('right-clicks a folder and finds its twins in Problems', async () => {
    await window.explorerMenu('photos', 'Twinlint: Find Similar Images');
    await window.problemRows().first().waitFor({ timeout: 60_000 });
    expect(await window.problemTexts(4)).toEqual([
      'Exact copy of photos/lighthouse.png. twinlint(exact-duplicate)',
      expect.stringMatching(/^Near-duplicate of photos\/harbour\.png \(distance 0\.\d{3}\)\. twinlint\(near-duplicate\)$/),
      expect.stringMatching(/^Near-duplicate of photos\/meadow\.png \(distance 0\.\d{3}\)\. twinlint\(near-duplicate\)$/),
      expect.stringMatching(/^Unreadable image: the file is cut off.* twinlint\(unreadable-image\)$/),
    ]);
    await window.waitForNotification(/11 images: .*1 unreadable image.*1 exact duplicate.*2 near-duplicates/);
    await window.pictureIsShown(await window.panel('input[type="range"]'));
    await window.screenshot('1-scanned');
  });

  it('follows the link to the twin', async () => {
    const row = window.page.locator('.markers-panel .monaco-list-row', { hasText: 'Its twin, at distance' }).first();
    await row.dblclick();
    await window.page.locator('.tab.active', { hasText: /lighthouse|harbour|meadow/ }).waitFor();
  });

  it("clicks the finding's code and sees the pair side by side", async () => {
    await window.openFinding('photos/meadow.png');
    const panel = await window.panel('text=meadow-small.jpg');
    await panel.getByText('meadow.png').first().waitFor();
    await window.pictureIsShown(panel);
    await window.screenshot('2-compare');
  });

  it('says that they are no duplicates: the finding is gone and the verdict on disk', async () => {
    const panel = await window.panel('text=meadow-small.jpg');
    await panel.getByRole('button', { name: 'Not a Duplicate' }).first().click();
    await expect.poll(() => window.problemRows('photos/meadow.png').count(), { timeout: 5000 }).toBe(0);
    const files = readdirSync(folder.at('.twinlint/verdicts'));
    expect(files).toHaveLength(1);
    const lines = readFileSync(folder.at('.twinlint/verdicts', files[0]), 'utf8').trim().split('\n');
    expect(lines.filter(line => line.includes('"different"'))).toHaveLength(1);
    await window.waitForNotification('remembered as different');
    await window.clearNotifications();
  });

  it('drags the slider: count and Problems follow while it moves', async () => {
    const panel = await openList(window);
    await dragToZero(window, panel, async () => {
      // Still held: everything follows already.
      await expect.poll(() => window.problemRows('Near-duplicate').count(), { timeout: 5000 }).toBe(0);
    });
    await backToDefault(panel);
    await expect.poll(() => window.problemRows('Near-duplicate').count(), { timeout: 5000 }).toBe(1);
  });

  it('keeps one, trashes the other, and takes it back', async () => {
    await window.openFinding('photos/harbour.png');
    const panel = await window.panel('text=harbour-small.jpg');
    await panel.getByRole('button', { name: /Keep/ }).first().click();
    await window.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Move to Trash' }).click();
    await expect
      .poll(() => existsSync(folder.at('photos/harbour-small.jpg')) && existsSync(folder.at('photos/harbour.png')))
      .toBe(false);
    const trashed = readdirSync(folder.at('.twinlint/trash'), { recursive: true, encoding: 'utf8' });
    expect(trashed.filter(file => file.endsWith('.trashed'))).toHaveLength(1);
    await expect.poll(() => window.problemRows('photos/harbour').count(), { timeout: 5000 }).toBe(0);
    await window.notificationButton('is in the trash', 'Undo');
    await expect
      .poll(() => existsSync(folder.at('photos/harbour-small.jpg')) && existsSync(folder.at('photos/harbour.png')))
      .toBe(true);
    await expect.poll(() => window.problemRows('photos/harbour').count(), { timeout: 5000 }).toBe(1);
    await window.clearNotifications();
  });

  it('right-clicks one image and sees its neighbours', async () => {
    await window.revealInExplorer('photos', 'harbour.png');
    await window.explorerMenu('harbour.png', 'Twinlint: Find Similar to This Image');
    const panel = await window.panel('text=Nearest to harbour.png');
    const nearest = panel.getByRole('list', { name: 'Nearest to harbour.png' }).getByRole('listitem').first();
    await nearest.getByText('harbour-small.jpg').waitFor();
    await window.pictureIsShown(panel);
    await window.screenshot('4-neighbours');
  });

  it("finds the actions in the image's title bar", async () => {
    await window.explorerRow('harbour.png').dblclick();
    await window.page.locator('.tab.active', { hasText: 'harbour.png' }).waitFor();
    await window.page
      .locator('.editor-actions')
      .getByRole('button', { name: /Show Twins of This Image/ })
      .first()
      .click();
    await window.pictureIsShown(await window.panel('text=harbour-small.jpg'));
    await window.screenshot('5-title-bar');
  });

  it('has the findings back after a reload, without a scan', async () => {
    await window.reload();
    await window.showProblems();
    await expect.poll(() => window.problemTexts(), { timeout: 20_000 }).toHaveLength(3);
    // The verdict still holds.
    expect(await window.problemRows('photos/meadow.png').count()).toBe(0);
  });

  it('sees files that come, go and change outside within 2 s', async () => {
    const within2s = { timeout: 2000, interval: 50 };
    copyFileSync(folder.at('photos/beach.png'), folder.at('photos/beach again.png'));
    await expect.poll(() => window.problemRows('photos/beach').count(), within2s).toBe(1);
    rmSync(folder.at('photos/beach again.png'));
    await expect.poll(() => window.problemRows('photos/beach').count(), within2s).toBe(0);
    copyFileSync(folder.at('photos/bridge.png'), folder.at('photos/cut-off.png'));
    await expect.poll(() => window.problemRows('photos/bridge.png').count(), within2s).toBe(1);
    expect(await window.problemRows('Unreadable').count()).toBe(0);
    await scene(99).toFile(folder.at('photos/cut-off.png'));
    await expect.poll(() => window.problemRows('photos/bridge.png').count(), within2s).toBe(0);
  });
});
