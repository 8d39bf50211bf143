import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJourney } from './harness/journey';
import type { PictureFolder } from './harness/pictures';
import { VscodeWindow, keepEvidence } from './harness/vscodeWindow';

const isChinese = /\p{Script=Han}/u;

describe('in Chinese', () => {
  let folder: PictureFolder;
  let window: VscodeWindow;
  keepEvidence(() => window);

  beforeAll(async () => {
    folder = await makeJourney();
    window = await VscodeWindow.open({ open: folder.path, locale: 'zh-cn' });
  });
  afterAll(async () => {
    await window?.close();
    folder?.remove();
  });

  it('shows the menu, the findings, the message and the panel in Chinese', async () => {
    await window.explorerRow('photos').click({ button: 'right' });
    const item = window.menuItem('查找相似图像');
    await item.waitFor();
    expect(await item.innerText()).toMatch(isChinese);
    await window.page.waitForTimeout(400);
    await item.click();
    for (const text of await window.problemTexts(4)) expect(text).toMatch(isChinese);
    await expect
      .poll(() => window.page.locator('.notification-list-item-message').allInnerTexts())
      .toEqual([expect.stringMatching(isChinese)]);
    const panel = await window.panel('input[type="range"]');
    await window.pictureIsShown(panel);
    const texts = await panel.locator('button, vscode-button, vscode-option, .facts').allInnerTexts();
    expect(texts.filter(text => /[a-z]{4,}/i.test(text.replaceAll(/twinlint/gi, '')) && !isChinese.test(text))).toEqual([]);
    await window.screenshot('9-chinese');
  });
});
