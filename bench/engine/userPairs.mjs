// Pair accuracy on unseen images before and after forty answers about what no class folder says.
// node bench/engine/userPairs.mjs IDX-FOLDER [--seeds 5] [--verdicts 40] [--rules brightness,sleeves] [--out FILE.json]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { askAtRandom, askByGroups, look, lookAgain, median, openBench, readTask, train } from '../labeling/person.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    verdicts: { type: 'string', default: '40' },
    rules: { type: 'string', default: 'brightness,sleeves' },
    out: { type: 'string' },
  },
});
const verdicts = Number(values.verdicts);
const bench = await openBench();
const { engine, starter, runtime } = bench;
const rows = [];
for (const rule of values.rules.split(',')) {
  const found = [];
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const task = await readTask(bench, positionals[0], rule, 1000, 1000, seed);
    const all = Array.from({ length: task.images.count }, (_, i) => i);
    const known = await engine.knowPictures(task.images, starter, all, seed, runtime);
    const first = await look(bench, starter, task.images);
    // The best threshold of the judged pairs themselves: no one has it, so this flatters what was there before.
    const before = first.judge(task.judged, 0).bestAccuracy;
    const random = engine.seededRandom(seed * 1000);
    const started = performance.now();
    const once = await train(bench, task, askByGroups(bench, task, first, [], verdicts, random), known, seed);
    const trainMs = performance.now() - started;
    const drawn = await train(bench, task, askAtRandom(task, [], verdicts, random), known, seed);
    const of = ({ model }) => lookAgain(bench, model, known).judge(task.judged, model.description.threshold).accuracy;
    found.push({ before, after: of(once), random: of(drawn), told: once.validation?.fittedAccuracy, trainMs });
    console.error(rule, seed, JSON.stringify(found.at(-1)));
  }
  const middle = key => Number(median(found.map(each => each[key] ?? NaN)).toFixed(3));
  rows.push({
    rule,
    before: middle('before'),
    after: middle('after'),
    random: middle('random'),
    trainMs: Math.round(middle('trainMs')),
    seeds: found,
  });
}
console.table(rows, ['rule', 'before', 'after', 'random', 'trainMs']);
if (values.out) await writeFile(values.out, `${JSON.stringify({ verdicts, rows }, null, 1)}\n`);
process.exit(0);
