// How far audits of kinds are off the true precision and recall of a made-up model over all pairs, and how often their 90 % intervals hold.
// node bench/labeling/kindIntervals.mjs [--trials 400] [--audits 60] [--out FILE.json]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadEngine } from '../engine/loadEngine.mjs';

const { values } = parseArgs({
  options: { trials: { type: 'string', default: '400' }, audits: { type: 'string', default: '60' }, out: { type: 'string' } },
});
const { kindTrials, judge } = await loadEngine([], ['../test/unit/engine/support/madeUpKinds']);
const [trials, audits] = [Number(values.trials), Number(values.audits)];
const rows = [];
for (const [pictures, most] of [
  [120, 1500],
  [400, 1500],
  [600, 150],
]) {
  const done = kindTrials(pictures, most, trials, audits);
  for (const of of ['precision', 'recall']) {
    const figures = Object.entries(judge(done, of)).map(([key, value]) => [key, Number(value.toFixed(4))]);
    rows.push({ pictures, drawnFrom: Math.min(pictures, most), of, ...Object.fromEntries(figures) });
  }
}
console.table(rows);
if (values.out) await writeFile(values.out, `${JSON.stringify({ trials, audits, rows }, null, 1)}\n`);
process.exit(0);
