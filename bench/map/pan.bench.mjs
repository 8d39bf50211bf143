/**
 * Frames a second while a map of 20,000 images is dragged about, in the page alone in Chromium, before a fake host: from a Chromium trace.
 *
 *   npx vitest run --config bench/map/vitest.config.mjs
 *
 * A drag of three seconds in steps of 8 ms, at 1 and at 2 device pixels a CSS pixel. `frames`: animation frames that drew, a second;
 * `drawMs`: what drawing one took of the main thread.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { percentiles } from '../labeling/paintProbe.mjs';
import { PanelBrowser } from '../../test/web/panelPage';

const dragMs = 3000;

it.each([1, 2])('the map follows the pointer, at scale %i', async deviceScaleFactor => {
  const browser = await PanelBrowser.start(inject('web'));
  const viewport = { width: 1200, height: 900 };
  const scenario = { pairs: 1000, view: 'map', map: { points: 20_000, classes: 10 } };
  const { page } = await browser.open(scenario, { viewport, deviceScaleFactor });
  const canvas = page.getByRole('application', { name: 'Map of 20,000 images' });
  await canvas.waitFor();
  await page.waitForTimeout(500);
  const box = await canvas.boundingBox();
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const started = performance.now();
  for (let step = 0; performance.now() - started < dragMs; step++) {
    await page.mouse.move(x + 150 * Math.sin(step / 12), y + 100 * Math.sin(step / 17));
    await page.waitForTimeout(8);
  }
  const seconds = (performance.now() - started) / 1000;
  await page.mouse.up();
  const done = new Promise(resolve => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await done;
  await browser.stop();

  const frames = events.filter(({ name, ph }) => name === 'FireAnimationFrame' && ph === 'X');
  const times = frames.map(({ ts }) => ts / 1000).sort((a, b) => a - b);
  const report = {
    deviceScaleFactor,
    frames: Number((frames.length / seconds).toFixed(1)),
    betweenFramesMs: percentiles(times.slice(1).map((time, i) => time - times[i])),
    drawMs: percentiles(frames.map(({ dur }) => dur / 1000)),
    drawCpuMs: percentiles(frames.map(({ tdur = 0 }) => tdur / 1000)),
  };
  console.log(JSON.stringify(report));
  const folder = fileURLToPath(new URL('../../.build/bench', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/map-pan-${deviceScaleFactor}.json`, `${JSON.stringify(report, null, 2)}\n`);
  expect(frames.length).toBeGreaterThan(10);
});
