// Fits the weights of src/engine/rescore/distance.ts:
//   node bench/near/fit.mjs --set DIR … [--plain DIR …] --crowd DIR …
// --set: a folder with DIR.truth.json beside it (make-near or makeTuningSets); --plain DIR: such a folder of which only pairs of
// different pictures count; --crowd DIR: a folder of which every candidate pair is a pair of different pictures.
// Prints the weights in the order of `terms`, the best-scored strangers of each set, and the recall of each alteration there.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeFolder, loadEngine } from './bundle.mjs';

const { values } = parseArgs({
  options: {
    set: { type: 'string', multiple: true, default: [] },
    plain: { type: 'string', multiple: true, default: [] },
    crowd: { type: 'string', multiple: true, default: [] },
  },
});
if (values.set.length === 0 || values.crowd.length === 0) {
  console.error('usage: fit.mjs --set DIR … [--plain DIR …] --crowd DIR …');
  process.exit(2);
}
const { engine } = await loadEngine();
const topK = await engine.OnnxTopK.create(2);

/** Copies of one alteration weigh together as much as this many pairs; strangers one each. */
const COPY_WEIGHT = 0.05 * 300;
const STRANGER_WEIGHT = { set: 0.3, plain: 0.1, crowd: 1 };
const RIDGE = 1;

const gain = r => -Math.log(1.02 - Math.max(-0.2, Math.min(1, r)));
const terms = {
  constant: () => 1,
  grey: e => gain(e.grey),
  edges1: e => gain(e.edges1),
  edges2: e => gain(e.edges2),
  edges4: e => gain(e.edges4),
  block20: e => gain(e.block20),
  block30: e => gain(e.block30),
  block50: e => gain(e.block50),
  structured: e => e.structured,
  colourAgreement: e => gain(e.chroma) * Math.min(1, e.saturation / 20),
  colour: e => Math.min(1, e.saturation / 20),
  overlap: e => e.overlap,
  anisotropy: e => Math.min(0.5, e.anisotropy),
  smallAnisotropy: e => Math.min(0.15, e.anisotropy),
  zoom: e => Math.min(1, e.zoom),
  turn: e => Math.min(0.3, e.turn),
  spread: e => e.spread,
  contrast: e => Math.log(e.contrast + 1),
  fineness: e => Math.min(1.2, e.fineness),
  finenessEdges: e => Math.min(1.2, e.fineness) * gain(e.edges1),
  finenessBlock: e => Math.min(1.2, e.fineness) * gain(e.block50),
  structuredBlock: e => e.structured * gain(e.block50),
  spreadEdges: e => e.spread * gain(e.edges1),
  textureGain: e => gain(e.texture),
  texture: e => Math.max(0, e.texture),
  smallTexture: e => Math.min(0.3, Math.max(0, e.texture)),
};
const names = Object.keys(terms);

/** { copy, tag, x, weight } */
const samples = [];
async function collect(kind, dir) {
  const { paths, table } = await describeFolder(engine, dir);
  const comparer = new engine.PairComparer(row => table.get(row));
  const tag = path.basename(dir);
  const add = (copy, label, a, b) => {
    const evidence = comparer.compare(a, b, 0);
    if (evidence) samples.push({ copy, tag: label, kind, x: names.map(name => terms[name](evidence)) });
  };
  const truth = kind === 'crowd' ? undefined : JSON.parse(fs.readFileSync(`${dir}.truth.json`, 'utf8'));
  if (kind === 'set') {
    const row = new Map(paths.map((file, i) => [file, i]));
    for (const [file, [id, alteration]] of Object.entries(truth)) {
      if (alteration !== 'orig' && alteration !== 'mirror') {
        add(true, `${tag}:${alteration}`, row.get(`${id}.png`), row.get(file));
      }
    }
  }
  const candidates = await new engine.VectorCandidates(topK, { leastCosine: 0.6, mostPerPicture: 32 }).find(
    table,
    { kind: 'self', rows: table.liveRows() },
    { mirrors: false, turns: false },
    () => {},
    new AbortController().signal,
  );
  for (let i = 0; i < candidates.a.length; i++) {
    const [a, b] = [candidates.a[i], candidates.b[i]];
    if (!truth || truth[paths[a]][0] !== truth[paths[b]][0]) add(false, tag, a, b);
  }
}
for (const kind of ['set', 'plain', 'crowd']) for (const dir of values[kind]) await collect(kind, dir);

const copies = {};
for (const s of samples) if (s.copy) copies[s.tag] = (copies[s.tag] ?? 0) + 1;
const weight = s => (s.copy ? COPY_WEIGHT / copies[s.tag] : STRANGER_WEIGHT[s.kind]);

// Standardised terms, then iteratively reweighted least squares with a ridge.
const m = names.length;
const mean = names.map((_, k) => (k ? samples.reduce((sum, s) => sum + s.x[k], 0) / samples.length : 0));
const spread = names.map((_, k) =>
  k ? Math.sqrt(samples.reduce((sum, s) => sum + (s.x[k] - mean[k]) ** 2, 0) / samples.length) + 1e-9 : 1,
);
for (const s of samples) s.z = Float64Array.from(s.x, (v, k) => (v - mean[k]) / spread[k]);
const score = z => z.reduce((sum, v, k) => sum + v * w[k], 0);
let w = new Float64Array(m);
for (let round = 0; round < 15; round++) {
  const hessian = Array.from({ length: m }, () => new Float64Array(m));
  const gradient = new Float64Array(m);
  for (const s of samples) {
    const p = 1 / (1 + Math.exp(-score(s.z)));
    const g = weight(s) * ((s.copy ? 1 : 0) - p);
    const h = weight(s) * p * (1 - p);
    for (let k = 0; k < m; k++) {
      gradient[k] += g * s.z[k];
      if (h > 1e-9) for (let l = 0; l <= k; l++) hessian[k][l] += h * s.z[k] * s.z[l];
    }
  }
  for (let k = 0; k < m; k++) {
    for (let l = 0; l < k; l++) hessian[l][k] = hessian[k][l];
    hessian[k][k] += (k ? RIDGE : 0) + 1e-6;
    if (k) gradient[k] -= RIDGE * w[k];
  }
  const step = solve(hessian, gradient);
  w = w.map((v, k) => v + Math.max(-3, Math.min(3, step[k])));
}

function solve(matrix, right) {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = c + 1; r < n; r++) {
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  const x = new Array(n);
  for (let c = n - 1; c >= 0; c--) {
    x[c] = (rows[c][n] - rows[c].slice(c + 1, n).reduce((sum, v, k) => sum + v * x[c + 1 + k], 0)) / rows[c][c];
  }
  return x;
}

const raw = names.map((_, k) =>
  k ? w[k] / spread[k] : w[0] - mean.reduce((sum, v, i) => sum + (i ? (w[i] * v) / spread[i] : 0), 0),
);
names.forEach((name, k) => console.log(`${raw[k].toFixed(3)} ${name}`));
const strangers = {};
for (const s of samples) if (!s.copy) (strangers[s.tag] ??= []).push(score(s.z));
for (const [tag, list] of Object.entries(strangers)) {
  list.sort((a, b) => b - a);
  console.log(`strangers of ${tag}: ${[0, 5, 10, 100, 1000].map(n => `#${n + 1} ${(list[n] ?? NaN).toFixed(2)}`).join('  ')}`);
}
for (const tag of Object.keys(copies)) {
  const list = samples.filter(s => s.copy && s.tag === tag).map(s => score(s.z));
  const at = odds => (list.filter(v => v >= odds).length / list.length).toFixed(3);
  console.log(`copies ${tag}: ${at(0)} at 0, ${at(-2.5)} at -2.5`);
}
await topK.release();
process.exit(0);
