import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';
import { makeShapes, shapeOf } from './harness/shapes';
import { folderAndWindow, VscodeWindow } from './harness/vscodeWindow';

const held = folderAndWindow();

const reviewed = (page: Frame): Promise<string> => page.locator('#reviewed').innerText();

it('finds wrong labels from the palette; one is corrected, one said to be right, and both are remembered after a reload', async () => {
  const folder = (held.folder = await makeShapes(40));
  await folder.write('bars/odd-two.png', shapeOf('crosses', 8888));
  await folder.write('crosses/odd-three.png', shapeOf('discs', 7777));
  const at = folder.at.bind(folder);
  const window = (held.window = await VscodeWindow.open({ open: folder.path }));
  await window.runCommand('Twinlint: Scan Workspace');
  await window.runCommand('Twinlint: Find Wrong Labels');
  await window.waitForNotification(/ labels are doubtful/, 480_000);
  await window.notificationButton(/ labels are doubtful/, 'Review Labels');

  const page = await window.panel('twinlint-review-view li[data-index]', 60_000);
  const named = (name: string) => page.locator(`twinlint-review-view li[data-index][aria-label^="${name}"]`);
  await named('odd-one.png').getByText('Labeled discs, looks like bars').waitFor();
  await named('odd-two.png').getByText('Labeled bars, looks like crosses').waitFor();
  await window.pictureIsShown(page);
  await window.screenshot('review-1-worst-first');

  // A: the file moves, Z: it is back, A again.
  await named('odd-one.png').focus();
  await page.page().keyboard.press('a');
  await expect.poll(() => existsSync(at('bars/odd-one.png'))).toBe(true);
  expect(existsSync(at('discs/odd-one.png'))).toBe(false);
  await expect.poll(() => reviewed(page)).toMatch(/^1 of /);
  await page.page().keyboard.press('z');
  await expect.poll(() => existsSync(at('discs/odd-one.png'))).toBe(true);
  await expect.poll(() => reviewed(page)).toMatch(/^0 of /);
  await named('odd-one.png').focus();
  await page.page().keyboard.press('a');
  await expect.poll(() => reviewed(page)).toMatch(/^1 of /);

  // R: nothing moves, and the finding is gone.
  await named('odd-two.png').focus();
  await page.page().keyboard.press('r');
  await expect.poll(() => reviewed(page)).toMatch(/^2 of /);
  expect(existsSync(at('bars/odd-two.png'))).toBe(true);
  const [file] = readdirSync(at('.twinlint/verdicts'));
  const verdicts = readFileSync(at('.twinlint/verdicts', file), 'utf8').trim().split('\n');
  expect(verdicts.map(line => (JSON.parse(line) as { verdict: string }).verdict)).toEqual([
    'relabel',
    'retract',
    'relabel',
    'ignore',
  ]);

  await window.reload();
  await window.runCommand('Twinlint: Review Labels');
  const again = await window.panel('twinlint-review-view #reviewed', 60_000);
  await expect.poll(() => reviewed(again), { timeout: 30_000 }).toMatch(/^2 of /);
  // The one that was answered is no longer listed; the third still is.
  expect(await again.locator('twinlint-review-view li[data-index][aria-label^="odd-two.png"]').count()).toBe(0);
  expect(await again.locator('twinlint-review-view li[data-index][aria-label^="odd-three.png"]').count()).toBe(1);
  await window.screenshot('review-2-after-reload');
}, 720_000);
