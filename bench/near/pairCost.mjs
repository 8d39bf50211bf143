// What comparing a pair costs, one thread: the time of each candidate pair of a folder, in the order in which a scan asks for them.
//   node bench/near/pairCost.mjs DIR [--mirrors] [--every N] [--signatures FILE] [--rounds 3]
// --every N: each Nth run of 200 pairs, for large folders. The last line is JSON; times are of the fastest of all rounds for each pair.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { describeFolder, loadEngine, machine } from './bundle.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mirrors: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    signatures: { type: 'string' },
  },
});
if (positionals.length !== 1) {
  console.error('usage: pairCost.mjs DIR [--mirrors] [--every N] [--signatures FILE] [--rounds 3]');
  process.exit(2);
}
const [dir] = positionals;
const { engine } = await loadEngine();
const { paths, table } = await describeFolder(engine, dir, { keep: values.signatures });
const topK = await engine.OnnxTopK.create(1);
const candidates = await new engine.VectorCandidates(topK).find(
  table,
  { kind: 'self', rows: table.liveRows() },
  { mirrors: values.mirrors, turns: false },
  () => {},
  new AbortController().signal,
);
await topK.release();
const truthFile = `${dir.replace(/\/+$/, '')}.truth.json`;
const truth = fs.existsSync(truthFile) ? JSON.parse(fs.readFileSync(truthFile, 'utf8')) : {};
const isCopy = i => {
  const [one, other] = [truth[paths[candidates.a[i]]], truth[paths[candidates.b[i]]]];
  return one !== undefined && other !== undefined && one[0] === other[0];
};

/** Pairs of one message to a worker stay together, as in a scan: unpacked pictures are kept from pair to pair. */
const RUN = 200;
const chosen = [];
for (let from = 0; from < candidates.a.length; from += RUN * Number(values.every)) {
  for (let i = from; i < Math.min(from + RUN, candidates.a.length); i++) chosen.push(i);
}
const least = new Float64Array(chosen.length).fill(Infinity);
const sums = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const comparer = new engine.PairComparer(row => table.get(row));
  const start = performance.now();
  chosen.forEach((i, k) => {
    const at = performance.now();
    const evidence = comparer.compare(candidates.a[i], candidates.b[i], candidates.transform[i]);
    if (evidence) engine.distanceOf(evidence);
    least[k] = Math.min(least[k], performance.now() - at);
  });
  sums.push((performance.now() - start) / chosen.length);
}
const round = ms => Math.round(ms * 1e4) / 1e4;
const summary = list => {
  if (list.length === 0) return undefined;
  const sorted = Float64Array.from(list).sort();
  const at = q => round(sorted[Math.floor(q * (sorted.length - 1))]);
  const meanMs = round(sorted.reduce((sum, v) => sum + v, 0) / sorted.length);
  return { pairs: sorted.length, meanMs, medianMs: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) };
};
console.log(
  JSON.stringify({
    set: dir.split('/').filter(Boolean).at(-1),
    images: paths.length,
    candidates: candidates.a.length,
    roundMeansMs: sums.map(round),
    all: summary(least),
    copies: summary(least.filter((_, k) => isCopy(chosen[k]))),
    strangers: summary(least.filter((_, k) => !isCopy(chosen[k]))),
    machine: machine(),
  }),
);
process.exit(0);
