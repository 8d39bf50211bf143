import { afterAll, describe, expect, it } from 'vitest';
import { makeShapes } from './harness/shapes';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

describe('views with nothing to show', () => {
  let window: VscodeWindow | undefined;
  const undo: (() => void)[] = [];
  keepEvidence(() => window);
  afterAll(async () => {
    await window?.close();
    for (const each of undo) each();
  });
  const open = async (path: string): Promise<VscodeWindow> => {
    await window?.close();
    window = await VscodeWindow.open({ open: path, viewport: { width: 1200, height: 800 } });
    return window;
  };
  const welcome = (text: string) => window!.page.locator('.welcome-view-content', { hasText: text });

  it('say without a folder how to open one, in the Explorer and in Twinlint’s side bar', async () => {
    const folder = await makeShapes(3);
    undo.push(() => folder.remove());
    const { page } = await open(folder.path);
    // The same window, empty.
    await page.goto(`${new URL(page.url()).origin}/?ew=true`);
    await page.locator('.activitybar').waitFor();
    // The host begins anew, and with it what it contributes.
    await page.waitForTimeout(3000);
    await window!.runCommand('Twinlint: Label Pairs');
    await welcome('No folder is open yet.').waitFor();
    expect(await page.locator('.welcome-view-content').getByRole('button', { name: 'Open Folder' }).count()).toBeGreaterThan(0);
    await window!.screenshot('empty-no-folder');
    await window!.runCommand('View: Show Explorer');
    await welcome('Open a folder of images, and Twinlint').waitFor();
  });

  it('say before a scan what one finds, and are gone after it', async () => {
    const folder = await makeShapes(3);
    undo.push(() => folder.remove());
    const { page } = await open(folder.path);
    await window!.runCommand('Twinlint: Label Pairs');
    const head = page.locator('.pane-header', { hasText: 'Get Started' });
    await head.waitFor();
    await head.click();
    await welcome('Nothing was scanned yet.').waitFor();
    await window!.screenshot('empty-no-scan');
    await welcome('Nothing was scanned yet.').getByRole('button', { name: 'Scan Workspace' }).click();
    await head.waitFor({ state: 'detached' });
  });
});
