/**
 * From the press of S or D to the paint of the next pair, in the labeling page alone in Chromium, before a fake host with 20,000 waiting
 * pairs that answers at once: what the page itself takes. bench/host measures the same in VS Code, with disk and engine.
 *
 *   npx vitest run --config bench/labeling/vitest.config.mjs
 *
 * Beside it, from a Chromium trace: processor time of the page's main thread per press.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { PanelBrowser } from '../../test/web/panelPage';
import { installPaintProbe, percentiles } from './paintProbe.mjs';

const presses = 100;

it('the next pair is painted', async () => {
  const browser = await PanelBrowser.start(inject('web'));
  const viewport = { width: 320, height: 800 };
  const { page } = await browser.open({ page: 'labeling', pairs: 20_000, labeling: { answerMs: 1 } }, { viewport });
  await page.evaluate(installPaintProbe);
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  for (let press = 0; press < presses; press++) {
    await page.keyboard.press(press % 2 ? 'd' : 's');
    await page.waitForFunction(count => globalThis.paintTimes.length > count, press);
    await page.waitForTimeout(40 + (press % 7) * 5);
  }
  const times = await page.evaluate(() => globalThis.paintTimes);
  const names = await page.evaluate(() => globalThis.paintSteps.map(({ namesMs }) => namesMs));
  const done = new Promise(resolve => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await done;
  await browser.stop();

  const main = events.find(event => event.name === 'FireAnimationFrame');
  const work = events
    .filter(({ name, ph, pid, tid }) => name.endsWith('RunTask') && ph === 'X' && pid === main.pid && tid === main.tid)
    .reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0);
  const report = {
    keyToPaint: percentiles(times),
    keyToNames: percentiles(names),
    mainThreadWorkPerPressMs: Number((work / presses).toFixed(1)),
  };
  console.log(JSON.stringify(report));
  const folder = fileURLToPath(new URL('../../.build/bench', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/key-to-paint.json`, `${JSON.stringify(report, null, 2)}\n`);
  expect(times).toHaveLength(presses);
});
