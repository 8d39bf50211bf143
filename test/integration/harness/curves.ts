import type { Frame } from 'playwright-core';
import { expect } from 'vitest';

/** The batches' line of a curve of the training page, as it is drawn. */
interface DrawnLine {
  /** How many pixels have its colour. */
  readonly pixels: number;
  /** Where they are: two drawings of one line are equal, whatever the axes say. */
  readonly shape: string;
}

/** @param index which of the curves: 0 the loss, 1 the pair accuracy */
const drawnLine = (panel: Frame, index: number): Promise<DrawnLine> =>
  panel
    .locator('twinlint-curves canvas')
    .nth(index)
    .evaluate(element => {
      const canvas = element as HTMLCanvasElement;
      const { host } = canvas.getRootNode() as ShadowRoot;
      // A canvas of one pixel tells what a colour of CSS comes to.
      const probe = new OffscreenCanvas(1, 1).getContext('2d')!;
      probe.fillStyle = getComputedStyle(host).getPropertyValue('--first');
      probe.fillRect(0, 0, 1, 1);
      const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
      // On a copy: reading the page's own canvas would make it a slow one.
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      const places: number[] = [];
      for (let i = 0; i < data.length; i += 4) {
        const apart = Math.abs(data[i] - red) + Math.abs(data[i + 1] - green) + Math.abs(data[i + 2] - blue);
        if (data[i + 3] > 200 && apart < 24) places.push(i / 4);
      }
      return { pixels: places.length, shape: `${canvas.width}x${canvas.height}: ${places.join()}` };
    });

/** Waits until the curves of loss and of accuracy have been drawn, and both have been drawn anew with another course. */
export const curvesMove = async (panel: Frame): Promise<void> => {
  const moves = async (index: number): Promise<void> => {
    const line = (): Promise<DrawnLine> => drawnLine(panel, index);
    // A line two pixels wide, across a part of the drawing at least.
    await expect.poll(async () => (await line()).pixels, { timeout: 30_000, interval: 200 }).toBeGreaterThan(40);
    const { shape } = await line();
    await expect.poll(async () => (await line()).shape, { timeout: 30_000, interval: 200 }).not.toBe(shape);
  };
  await Promise.all([moves(0), moves(1)]);
};
