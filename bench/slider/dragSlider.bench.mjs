/**
 * Frames of the Pairs panel while its slider is dragged over 200,000 pairs, from a Chromium trace.
 *
 *   npx vitest run --config bench/slider/vitest.config.mjs
 *
 * A mouse drags the handle from one end to the other and back, a step every 8 ms, for some 6 s. A frame is what the page's main thread
 * does from one animation frame to the next; its work is the processor time of the thread's tasks in it. Prints the intervals between
 * frames (which a busy machine makes longer), the work per frame (which it does not), and the longest single task.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inject, it } from 'vitest';
import { PanelBrowser } from '../../test/web/panelPage';

const percentile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
const describe = values => {
  const sorted = [...values].sort((a, b) => a - b);
  return [
    ['median', percentile(sorted, 0.5)],
    ['p95', percentile(sorted, 0.95)],
    ['p99', percentile(sorted, 0.99)],
    ['max', sorted.at(-1) ?? 0],
  ]
    .map(([name, value]) => `${name} ${value.toFixed(1)} ms`)
    .join(', ');
};

it.each([
  { name: 'pairs, closest first', saved: {} },
  { name: 'pairs, borderline first', saved: { order: 'borderline' } },
  { name: 'groups', saved: { mode: 'groups' } },
])('$name', async ({ name, saved }) => {
  const browser = await PanelBrowser.start(inject('web'));
  const { page } = await browser.open({ pairs: 200_000, saved, latencyMs: 20 }, { viewport: { width: 1280, height: 800 } });
  const box = await page.getByRole('slider', { name: 'Threshold' }).boundingBox();
  const thumb = await page.getByRole('slider', { name: 'Threshold' }).evaluate(input => Number(input.value) / Number(input.max));
  const xOf = part => box.x + 7 + (box.width - 14) * part;
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await page.mouse.move(xOf(thumb), box.y + box.height / 2);
  await page.mouse.down();
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  await page.evaluate(() => {
    const frames = [];
    globalThis.frameTimes = frames;
    const frame = at => {
      frames.push(at);
      globalThis.requestAnimationFrame(frame);
    };
    globalThis.requestAnimationFrame(frame);
  });
  const endMs = performance.now() + 6000;
  for (let step = 0; performance.now() < endMs; step++) {
    await page.mouse.move(xOf(0.02 + 0.96 * Math.abs(((step / 150) % 2) - 1)), box.y + box.height / 2);
    await new Promise(resolve => setTimeout(resolve, 8));
  }
  const frames = await page.evaluate(() => globalThis.frameTimes);
  const moves = await page.evaluate(() => globalThis.fakeHost.log.filter(entry => entry.kind === 'threshold').length);
  const done = new Promise(resolve => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await done;
  await page.mouse.up();
  await browser.stop();

  const intervals = frames.slice(1).map((at, i) => at - frames[i]);
  const main = events.find(event => event.name === 'FireAnimationFrame');
  const onMain = events.filter(event => event.pid === main.pid && event.tid === main.tid);
  const tasks = onMain
    .filter(event => event.name.endsWith('RunTask') && event.ph === 'X')
    .map(event => ({ ts: event.ts, ms: (event.tdur ?? event.dur ?? 0) / 1000 }));
  const starts = onMain.filter(event => event.name === 'FireAnimationFrame').map(event => event.ts);
  // Work in the interval that ends at each frame's start.
  const work = starts
    .slice(1)
    .map((end, i) => tasks.filter(task => task.ts >= starts[i] && task.ts < end).reduce((sum, task) => sum + task.ms, 0));
  const over = work.filter(ms => ms >= 32).length;
  const lines = [
    `${name}: ${frames.length} frames, ${moves} messages to the host`,
    `  interval   ${describe(intervals)}; at or over 32 ms: ${intervals.filter(ms => ms >= 32).length}`,
    `  main work  ${describe(work)}; at or over 32 ms: ${over}`,
    `  one task   ${describe(tasks.map(task => task.ms))}`,
  ];
  console.log(lines.join('\n'));
  const folder = fileURLToPath(new URL('../../.build/bench', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/slider-${name.replaceAll(/\W+/g, '-')}.trace.json`, JSON.stringify({ traceEvents: events }));
});
