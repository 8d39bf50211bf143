import { readdirSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { LabelingPage, verdictLines } from './harness/labelingPage';
import { PictureFolder, scene, shrunk } from './harness/pictures';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

/** What the test-only extension virtualFiles/ serves. */
const far = { uri: 'twinlint-test:/pictures', name: 'far' };
const notOnDisk = 'The folders of this workspace are not on disk; Twinlint reads images from disk only.';

/** Folders that are not on disk, as a repository that is opened without a clone: docs/LABELING.md says what happens. */
describe('in a workspace of virtual folders', () => {
  const folder = new PictureFolder();
  let window: VscodeWindow;
  // The last one runs first.
  afterEach(() => window?.close());
  keepEvidence(() => window);
  afterAll(() => folder.remove());

  const open = async (name: string, folders: readonly object[]): Promise<void> => {
    writeFileSync(folder.at(name), JSON.stringify({ folders }));
    window = await VscodeWindow.open({ open: folder.at(name) });
    await window.explorerRow('far').or(window.explorerRow('far-away.png')).first().waitFor();
  };

  it('alone: says so wherever it is asked for something, and writes nothing', async () => {
    await open('far.code-workspace', [far]);
    await window.runCommand('Twinlint: Label Pairs');
    const welcome = window.page.locator('.welcome-view-content', { hasText: 'Twinlint reads images from disk only' });
    await welcome.getByRole('button', { name: 'Open Folder' }).waitFor();
    await window.screenshot('virtual-1-all');
    for (const command of ['Twinlint: Scan Workspace', 'Twinlint: Train']) {
      await window.runCommand(command);
      await window.waitForNotification(notOnDisk);
      await window.clearNotifications();
    }
    expect(readdirSync(folder.path)).toEqual(['far.code-workspace']);
  });

  it('beside one on disk: scans, asks and writes there, and names the one that is left out', async () => {
    await folder.write('near/tree.png', scene(1));
    await folder.write('near/bush.jpg', shrunk(1));
    await folder.write('near/house.png', scene(2));
    const near = new PictureFolder(folder.at('near'));
    await open('mixed.code-workspace', [{ path: 'near' }, far]);
    await window.runCommand('Twinlint: Scan Workspace');
    await window.waitForNotification('Left out, as Twinlint reads images from disk only: far.');
    await window.screenshot('virtual-2-mixed');
    expect(await window.problemTexts(1)).toEqual([expect.stringMatching(/^Near-duplicate of tree\.png \(distance/)]);
    await window.clearNotifications();

    // No menu offers there what needs files on disk.
    await window.explorerRow('far').click({ button: 'right' });
    await window.menuItem('Copy Path').waitFor();
    expect(await window.menuItem('Twinlint').count()).toBe(0);
    await window.page.keyboard.press('Escape');

    const page = await LabelingPage.open(window);
    await page.scanned();
    await page.frame.locator('twinlint-picture-stage').click();
    await window.page.keyboard.press('s');
    await expect.poll(() => verdictLines(near)).toHaveLength(1);
    expect(readdirSync(folder.path).sort()).toEqual(['far.code-workspace', 'mixed.code-workspace', 'near']);
  });
});
