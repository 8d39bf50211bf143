// How often the slider's 90 % interval holds the true precision, with audits drawn by the real question policy.
// node bench/labeling/intervals.mjs [--scan SCAN.json --truth TRUTH.json] [--trials 200] [--audits 60] [--out FILE.json]
// SCAN.json: bench/near/scan.mjs on altered copies; TRUTH.json: file name → [name of its picture, …]. Without, only the simulated table.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadEngine } from '../engine/loadEngine.mjs';

const { values } = parseArgs({
  options: {
    scan: { type: 'string' },
    truth: { type: 'string' },
    trials: { type: 'string', default: '200' },
    audits: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const core = await loadEngine(
  [],
  [
    'core/labeling/auditDesign',
    'core/labeling/questions',
    'core/labeling/estimate',
    'core/labeling/random',
    'core/calibration/calibrate',
    'core/pairs/countUnder',
  ],
);
const [trials, wanted] = [Number(values.trials), Number(values.audits)];
const normal = random => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * 20,000 pictures, 200 million comparisons, a duplicate in about a hundred thousand. Strangers: as many at log-odds s or more as
 * N · exp(c − s), which is what was measured on photographs, garments and digits (core/calibration). Copies: bursts of three.
 */
function simulatedTable(random) {
  const comparisons = 2e8;
  const floor = -6;
  const strangers = Math.round(comparisons * Math.exp(core.PRIOR_LOG_RATE - floor) * Math.exp(0.7 * normal(random)));
  const bursts = Math.round(700 * Math.exp(0.7 * normal(random)));
  const middle = 4 + 2 * normal(random);
  const rows = [];
  for (let burst = 0; burst < bursts; burst++) {
    const own = middle + 2.5 * normal(random);
    for (let k = 0; k < 3; k++) rows.push({ odds: own + 2.5 * normal(random), similar: true, group: burst });
  }
  for (let i = 0; i < strangers; i++) rows.push({ odds: floor - Math.log(1 - random()), similar: false, group: 1e6 + i });
  return rows
    .filter(({ odds }) => odds >= floor)
    .map(({ odds, similar, group }) => ({ distance: 1 / (1 + Math.exp((odds + 6) / 3)), similar, group }))
    .sort((x, y) => x.distance - y.distance);
}

/** A part of a real table: some pictures with some of their copies. Twice the pictures, four times the strangers. */
async function realTables() {
  const [scan, truth] = [JSON.parse(await readFile(values.scan, 'utf8')), JSON.parse(await readFile(values.truth, 'utf8'))];
  const pictures = [...new Set(Object.values(truth).map(([picture]) => picture))];
  const pairs = scan.findings.flatMap(({ kind, path, related }) =>
    kind === 'near-duplicate' ? related.map(({ path: other, distance }) => ({ a: path, b: other, distance })) : [],
  );
  return random => {
    const kept = new Set(Object.keys(truth).filter(() => random() < 0.15));
    const numberOf = new Map(pictures.map((picture, i) => [picture, i]));
    return pairs
      .filter(({ a, b, distance }) => distance <= 0.5 && ((kept.has(a) && kept.has(b)) || truth[a][0] !== truth[b][0]))
      .map(({ a, b, distance }) => ({
        distance,
        similar: truth[a][0] === truth[b][0],
        group: Math.min(numberOf.get(truth[a][0]), numberOf.get(truth[b][0])),
      }))
      .sort((x, y) => x.distance - y.distance);
  };
}

/** One person: a table, a place of the slider, and so many audits. */
function trial(table, random, seed) {
  const distances = Float32Array.from(table, ({ distance }) => distance);
  const threshold = 0.06 + 0.3 * random();
  const within = core.countUnder(distances, threshold);
  if (within < 20) return undefined;
  const truth = table.slice(0, within).filter(({ similar }) => similar).length / within;
  if (truth < 0.5) return undefined;
  const asked = new Map();
  const audits = [];
  const answered = new Set();
  let [count, last] = [0, []];
  while (audits.length < wanted) {
    const questions = core.nextQuestions(
      {
        distances,
        design: core.copiesDesign,
        threshold,
        isOpen: row => !answered.has(row),
        groupsOf: row => [table[row].group, table[row].group],
        asked,
        count,
        audited: audits.map(({ row }) => row),
        auditedSimilar: audits.filter(({ similar }) => similar).map(({ row }) => row),
        last,
      },
      4,
      core.seededRandom(seed * 7919 + count),
    );
    if (questions.length === 0) break;
    for (const { row, reason, probability } of questions) {
      count++;
      answered.add(row);
      last = [table[row].group];
      asked.set(table[row].group, (asked.get(table[row].group) ?? 0) + 1);
      if (reason === 'audit') audits.push({ row, probability, similar: table[row].similar, group: table[row].group });
    }
  }
  const { precision } = core.estimateFromAudits(audits, { distances, design: core.copiesDesign }, threshold, seed);
  return {
    truth,
    within,
    value: precision.value,
    width: precision.high - precision.low,
    covers: precision.low <= truth && truth <= precision.high,
    above: truth > precision.high,
    below: truth < precision.low,
  };
}

const quantile = (list, q) => [...list].sort((x, y) => x - y)[Math.min(list.length - 1, Math.floor(q * list.length))];
const rows = [];
const worlds = { simulated: simulatedTable, ...(values.scan && { 'altered photographs': await realTables() }) };
for (const [world, make] of Object.entries(worlds)) {
  const random = core.seededRandom(Number(values.seed));
  const done = [];
  for (let k = 0; done.length < trials; k++) {
    const found = trial(make(random), random, k + 1);
    if (found) done.push(found);
  }
  const bands = { all: [0, 1.01], '0.5–0.9': [0, 0.9], '0.9–0.98': [0.9, 0.98], '0.98–1': [0.98, 1.01] };
  for (const [band, [from, to]] of Object.entries(bands)) {
    const own = done.filter(({ truth }) => truth >= from && truth < to);
    if (own.length === 0) continue;
    const share = key => own.filter(each => each[key]).length / own.length;
    const widths = own.map(({ width }) => width);
    rows.push({
      world,
      precision: band,
      trials: own.length,
      covered: share('covers'),
      above: share('above'),
      below: share('below'),
      widthMedian: quantile(widths, 0.5),
      width95: quantile(widths, 0.95),
      within10: own.filter(({ width }) => width <= 0.1).length / own.length,
    });
  }
}
console.table(
  rows.map(row => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === 'number' ? Number(v.toFixed(3)) : v]))),
);
if (values.out) {
  await writeFile(
    values.out,
    `${JSON.stringify({ audits: wanted, rows }, (_, v) => (typeof v === 'number' ? Number(v.toFixed(4)) : v), 1)}\n`,
  );
}
process.exit(0);
