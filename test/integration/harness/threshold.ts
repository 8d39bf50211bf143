import type { Frame, Locator } from 'playwright-core';
import type { VscodeWindow } from './vscodeWindow';

/** The threshold's slider of the Pairs panel. */
export const sliderOf = (panel: Frame): Locator => panel.getByRole('slider', { name: 'Threshold', exact: true });

/** Opens the list of pairs, wherever the panel was. */
export async function openList(window: VscodeWindow): Promise<Frame> {
  await window.runCommand('Twinlint: Open Pairs');
  const panel = await window.panel('twinlint-app');
  const slider = sliderOf(panel);
  // After the last pair of the list there is only the list; after another one, the next pair.
  const back = panel.getByRole('button', { name: 'Back to the List' });
  await back.or(slider).first().waitFor();
  if (await back.isVisible()) await back.click();
  await slider.waitFor({ state: 'visible' });
  return panel;
}

/** Drags the handle with the mouse to 0, and lets go after `held`. */
export async function dragToZero(window: VscodeWindow, panel: Frame, held: () => Promise<void>): Promise<void> {
  const slider = sliderOf(panel);
  const box = await slider.boundingBox();
  if (!box) throw new Error('The slider has no place on the screen');
  const y = box.y + box.height / 2;
  const share = Number(await slider.inputValue()) / Number((await slider.getAttribute('max')) ?? '1');
  await window.page.mouse.move(box.x + 8 + (box.width - 16) * share, y);
  await window.page.mouse.down();
  await window.page.mouse.move(box.x + 4, y, { steps: 12 });
  await held();
  await window.page.mouse.up();
}

export const backToDefault = (panel: Frame): Promise<void> =>
  panel.getByRole('button', { name: /^(Default|Back to the default.*)$/ }).click();
