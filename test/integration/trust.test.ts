import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJourney } from './harness/journey';
import type { PictureFolder } from './harness/pictures';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

describe('in a workspace that is not trusted', () => {
  let folder: PictureFolder;
  let window: VscodeWindow;
  keepEvidence(() => window);

  beforeAll(async () => {
    folder = await makeJourney();
    window = await VscodeWindow.open({
      open: folder.path,
      trust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'always' },
    });
  });
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  it('finds twins all the same', async () => {
    await window.page.getByText('Restricted Mode').first().waitFor();
    await window.explorerMenu('photos', 'Twinlint: Find Similar Images');
    expect(await window.problemTexts(4)).toHaveLength(4);
    await window.screenshot('8-not-trusted');
  });

  it('offers nothing that writes, and writes nothing', async () => {
    expect(await window.offersCommand('Twinlint: Open Both')).toBe(true);
    expect(await window.offersCommand('Twinlint: Not a Duplicate')).toBe(false);
    expect(await window.offersCommand('Twinlint: Keep This One, Trash the Other')).toBe(false);
    await window.openFinding('photos/harbour.png');
    const panel = await window.panel('text=Not a Duplicate');
    const button = panel.getByRole('button', { name: 'Not a Duplicate' }).first();
    if (await button.isEnabled()) {
      await button.click();
      await window.waitForNotification('not trusted');
    }
    expect(await window.problemRows('photos/harbour.png').count()).toBe(1);
    expect(readdirSync(folder.path).sort()).toEqual(['classes', 'photos']);
  });

  it('asks nothing, trains nothing, and says why', async () => {
    await window.runCommand('Twinlint: Label Pairs');
    const page = await window.panel('twinlint-labeling');
    await page.getByRole('heading', { name: 'This workspace is not trusted' }).waitFor();
    await page.getByText('Twinlint writes no answers here.').waitFor();
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    await window.screenshot('9-not-trusted-labeling');
    expect(await window.offersCommand('Twinlint: Train')).toBe(false);
    await window.runCommand('Twinlint: Open Training and Models');
    const training = await window.panel('twinlint-training-view');
    await training.getByText('This workspace is not trusted: nothing is trained, and its models are not used.').waitFor();
    await window.screenshot('9-not-trusted-training');
    expect(readdirSync(folder.path).sort()).toEqual(['classes', 'photos']);
  });
});
