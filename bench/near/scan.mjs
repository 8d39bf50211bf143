// Near-duplicates of a folder in the form of `twinlint scan --format json` (findings with path, kind, related):
//   node bench/near/scan.mjs DIR --out SCAN.json [--mirrors] [--turns] [--threshold auto|radius|X] [--threads N] [--plain] [--classic] [--signatures FILE]
// --plain: without ONNX Runtime's search; --classic: without the starter encoder; --signatures: read from there, or left there.
// The last line on stdout is JSON: counts, threshold, times, peak memory.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { describeFolder, loadEngine, machine } from './bundle.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    mirrors: { type: 'boolean', default: false },
    turns: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
    classic: { type: 'boolean', default: false },
    signatures: { type: 'string' },
    threads: { type: 'string', default: '2' },
    threshold: { type: 'string', default: 'radius' },
  },
});
if (positionals.length !== 1) {
  console.error(
    'usage: scan.mjs DIR [--out FILE] [--mirrors] [--turns] [--threshold auto|radius|X] [--threads N] [--plain] [--classic]',
  );
  process.exit(2);
}
const { engine, workerPath } = await loadEngine();
const seconds = since => Math.round((performance.now() - since) / 10) / 100;

let at = performance.now();
const { paths, table, unreadable } = await describeFolder(engine, positionals[0], {
  withStarter: !values.classic,
  keep: values.signatures,
});
const describeSeconds = seconds(at);

const finder = new engine.PairFinder({
  threads: Number(values.threads),
  workerPath,
  runtime: values.plain ? 'plain' : 'auto',
  onFallback: error => console.error(`plain search: ${error}`),
});
let lag = 0;
let tick = performance.now();
const timer = setInterval(() => {
  const now = performance.now();
  lag = Math.max(lag, now - tick - 5);
  tick = now;
}, 5);
const signal = new AbortController().signal;
const options = { mirrors: values.mirrors, turns: values.turns };
at = performance.now();
const candidates = await finder.candidates(table, { kind: 'self', rows: table.liveRows() }, options, () => {}, signal);
const joinSeconds = seconds(at);
at = performance.now();
const pairs = await finder.score(table, candidates, () => {}, signal);
const rescoreSeconds = seconds(at);
clearInterval(timer);

const comparisons = (paths.length * (paths.length - 1)) / 2;
const calibration = engine.calibrate({ pairs, comparisons, radius: finder.radius, scale: engine.DISTANCE_SCALE });
const threshold =
  values.threshold === 'auto' ? calibration.threshold : values.threshold === 'radius' ? finder.radius : Number(values.threshold);
const findings = [];
for (let i = 0; i < pairs.a.length && pairs.distance[i] <= threshold; i++) {
  const related = [{ path: paths[pairs.b[i]], distance: pairs.distance[i] }];
  findings.push({ id: `p${i}`, kind: 'near-duplicate', path: paths[pairs.a[i]], related });
}
if (values.out) fs.writeFileSync(values.out, JSON.stringify({ version: 1, images: paths.length, findings }));
await finder.dispose();
console.log(
  JSON.stringify({
    images: paths.length,
    unreadable,
    candidates: candidates.a.length,
    pairs: pairs.a.length,
    listed: findings.length,
    threshold: Math.round(threshold * 1e4) / 1e4,
    defaultThreshold: Math.round(calibration.threshold * 1e4) / 1e4,
    expectedFalsePairs: Math.round(calibration.expectedFalsePairsAt(threshold) * 100) / 100,
    describeSeconds,
    joinSeconds,
    rescoreSeconds,
    longestBlockMs: Math.round(lag),
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    machine: machine(),
    date: new Date().toISOString().slice(0, 10),
  }),
);
