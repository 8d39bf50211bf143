// Verdicts that it takes to teach the case study's six classes by pairs alone, asked as the side bar asks and at random.
// node bench/labeling/activeVsRandom.mjs IDX-FOLDER [--seeds 5] [--most 288] [--out FILE.json] [--svg FILE.svg]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { askAtRandom, askByGroups, look, lookAgain, median, openBench, readTask, train } from './person.mjs';
import { curveSvg } from './curveSvg.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    most: { type: 'string', default: '288' },
    mostRandom: { type: 'string', default: '1152' },
    out: { type: 'string' },
    svg: { type: 'string' },
    rule: { type: 'string', default: 'class' },
  },
});
const STEP = 24;
const LEVELS = [0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.93];
const bench = await openBench();
const { engine, starter, runtime } = bench;
const runs = { groups: [], random: [] };
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const task = await readTask(bench, positionals[0], values.rule, 2000, 1000, seed);
  const all = Array.from({ length: task.images.count }, (_, i) => i);
  const known = await engine.knowPictures(task.images, starter, all, seed, runtime);
  const first = await look(bench, starter, task.images);
  for (const order of ['groups', 'random']) {
    const random = engine.seededRandom(seed * 1000);
    const most = Number(order === 'random' ? values.mostRandom : values.most);
    const curve = [];
    let [seen, answers] = [first, []];
    for (let verdicts = 0; verdicts < most;) {
      const step = order === 'random' && verdicts >= 192 ? STEP * Math.round(verdicts / 2 / STEP) : STEP;
      answers =
        order === 'groups' ? askByGroups(bench, task, seen, answers, step, random) : askAtRandom(task, answers, step, random);
      verdicts += step;
      if (!answers.some(({ similar }) => similar)) continue;
      const { model } = await train(bench, task, answers, known, seed);
      seen = lookAgain(bench, model, known);
      const { accuracy, rocAuc, bestAccuracy } = seen.judge(task.judged, model.description.threshold);
      curve.push({ verdicts, accuracy, rocAuc, bestAccuracy });
    }
    runs[order].push(curve);
    console.error(seed, order, curve.map(c => `${c.verdicts}:${c.accuracy.toFixed(3)}/${c.bestAccuracy.toFixed(3)}`).join(' '));
  }
}
const reached = (curve, level) => curve.find(({ accuracy }) => accuracy >= level)?.verdicts ?? Infinity;
const table = LEVELS.map(level => ({
  level,
  groups: median(runs.groups.map(c => reached(c, level))),
  random: median(runs.random.map(c => reached(c, level))),
}));
console.table(table);
const medians = Object.fromEntries(
  Object.entries(runs).map(([order, curves]) => [
    order,
    curves[0].map(({ verdicts }) => {
      const at = curves.flatMap(curve => curve.find(point => point.verdicts === verdicts)?.accuracy ?? []);
      return { verdicts, accuracy: median(at), lowest: Math.min(...at), highest: Math.max(...at) };
    }),
  ]),
);
if (values.out) {
  const text = JSON.stringify(
    { rule: values.rule, seeds: runs.groups.length, table, medians },
    (_, v) => (v === Infinity ? null : typeof v === 'number' ? Number(v.toFixed(4)) : v),
    1,
  );
  await writeFile(values.out, `${text}\n`);
}
if (values.svg) await writeFile(values.svg, curveSvg(medians));
process.exit(0);
