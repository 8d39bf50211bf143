/**
 * Folders of identities. How well does `twinlint verify` tell an identity's own files from others', on identities that its networks never saw, and
 * how well does it rank foreign files that were planted?
 *
 *   node bench/checks/identities.mjs --data FOLDER [--count 200] [--foreign 0.07] [--seed 1] [--out FILE.json] [-- options of check]
 *
 * FOLDER holds a folder for each identity, as bench/checks/makeIdentities.mjs writes them; --count of them are drawn. Two runs: as they are, for the
 * equal error rate; and with foreign files planted, for the average precision. Baselines, by the same distances (mean over the other files of the
 * identity): of images the correlation of 16 × 16 and of 32 × 32 pixels in colour and the Hamming distance of 64-bit pHashes; of strokes the mean
 * distance of 64 points evenly in time, about their middle and in units of their spread, and dynamic time warping of the same.
 * Needs dist/cli.js (node scripts/build.mjs).
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { averagePrecision, randomOf, readScores, shuffle, splitArguments } from './ranking.mjs';

const [own, checkOptions] = splitArguments();
const { values } = parseArgs({
  args: own,
  options: {
    data: { type: 'string' },
    count: { type: 'string', default: '200' },
    foreign: { type: 'string', default: '0.07' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'clean,planted' },
    baselines: { type: 'string', default: 'yes' },
    out: { type: 'string' },
  },
});
if (!values.data) {
  console.error(
    'usage: identities.mjs --data FOLDER [--count N] [--foreign SHARE] [--seed N] [--out FILE.json] [-- options of check]',
  );
  process.exit(2);
}
const random = randomOf(Number(values.seed));
const names = shuffle(readdirSync(values.data).sort(), random).slice(0, Number(values.count)).sort();
const files = names.flatMap((name, identity) =>
  readdirSync(path.join(values.data, name))
    .sort()
    .map(file => ({ identity, from: path.join(values.data, name, file), name: file })),
);
const isStrokes = files[0].name.endsWith('.csv');

/** The folder that each file is put in. */
const clean = files.map(({ identity }) => identity);
const planted = [...clean];
const moved = shuffle([...files.keys()], random).slice(0, Math.round(files.length * Number(values.foreign)));
for (const i of moved) {
  do planted[i] = Math.floor(random() * names.length);
  while (planted[i] === files[i].identity);
}

const work = mkdtempSync(path.join(tmpdir(), 'twinlint-identities-'));
try {
  const result = {
    command: `node bench/checks/identities.mjs --data ${path.basename(values.data)} --count ${values.count} --foreign ${values.foreign} --seed ${values.seed}${checkOptions.length ? ` -- ${checkOptions.join(' ')}` : ''}`,
    identities: names.length,
    files: files.length,
    foreign: moved.length,
  };
  if (values.only.includes('clean')) {
    const { report } = verify(clean, 'clean');
    result.clean = { figures: report.figures, trained: report.trained, flagged: report.findings.length };
  }
  if (values.only.includes('planted')) {
    const { report, scores } = verify(planted, 'planted');
    const flagged = report.findings.map(({ path: at }) => numberOf(at));
    result.planted = {
      figures: report.figures,
      trained: report.trained,
      flagged: flagged.length,
      flaggedForeign: flagged.filter(i => moved.includes(i)).length,
      averagePrecision: averagePrecision([...scores].map(([i, { doubt }]) => [doubt, moved.includes(i)])),
      rightIdentityNamed: moved.filter(i => scores.get(i)?.better === names[files[i].identity]).length / moved.length,
    };
  }
  if (values.baselines === 'yes') result.baselines = await baselines();
  console.log(JSON.stringify(result, null, 2));
  if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function numberOf(at) {
  return Number(path.basename(at).split('.')[0]);
}

function verify(folders, name) {
  const root = path.join(work, name);
  for (const folder of names) mkdirSync(path.join(root, folder), { recursive: true });
  files.forEach(({ from }, i) => copyFileSync(from, path.join(root, names[folders[i]], `${i}${path.extname(from)}`)));
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
  const file = path.join(work, `${name}.csv`);
  const args = [cli, 'verify', root, '--format', 'json', '--seed', values.seed, '--scores', file, ...checkOptions];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(stderr || stdout);
  return { report: JSON.parse(stdout), scores: readScores(file) };
}

/** Each by all distances of a file to the others of its folder, and to those of every other folder, by the mean and by the nearest. */
async function baselines() {
  const found = {};
  for (const [name, features, distance] of isStrokes ? await strokeBaselines() : await imageBaselines()) {
    const n = files.length;
    const matrix = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i] = distance(features[i], features[j]);
    }
    for (const by of ['mean', 'nearest']) {
      found[`${name}, ${by}`] = {
        eer: equalErrorRate(...distancesOf(matrix, clean, by)),
        averagePrecision: averagePrecision([...distancesOf(matrix, planted, by)[0]].map((d, i) => [d, moved.includes(i)])),
      };
    }
  }
  return found;
}

function distancesOf(matrix, folders, by) {
  const n = files.length;
  const [ofOwn, ofOthers] = [[], []];
  for (let i = 0; i < n; i++) {
    const sums = new Float64Array(names.length).fill(by === 'mean' ? 0 : Infinity);
    const counts = new Int32Array(names.length);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const k = folders[j];
      sums[k] = by === 'mean' ? sums[k] + matrix[i * n + j] : Math.min(sums[k], matrix[i * n + j]);
      counts[k]++;
    }
    sums.forEach((sum, k) => {
      if (counts[k] === 0) return;
      (k === folders[i] ? ofOwn : ofOthers).push(by === 'mean' ? sum / counts[k] : sum);
    });
  }
  return [ofOwn, ofOthers];
}

function equalErrorRate(genuine, impostors) {
  const rows = [...genuine.map(d => [d, 1]), ...impostors.map(d => [d, 0])].sort((a, b) => a[0] - b[0]);
  let [accepted, falsely, best, eer] = [0, 0, Infinity, NaN];
  for (const [, isOwn] of rows) {
    if (isOwn) accepted++;
    else falsely++;
    const [far, frr] = [falsely / impostors.length, 1 - accepted / genuine.length];
    if (Math.abs(far - frr) < best) [best, eer] = [Math.abs(far - frr), (far + frr) / 2];
  }
  return eer;
}

async function imageBaselines() {
  const [small, large, hashes] = [[], [], []];
  for (const { from } of files) {
    const flat = () => sharp(from).flatten({ background: '#fff' });
    small.push(normalized(await flat().removeAlpha().toColourspace('srgb').resize(16, 16, { fit: 'fill' }).raw().toBuffer()));
    large.push(normalized(await flat().removeAlpha().toColourspace('srgb').resize(32, 32, { fit: 'fill' }).raw().toBuffer()));
    hashes.push(pHash(await flat().greyscale().resize(32, 32, { fit: 'fill' }).raw().toBuffer()));
  }
  const correlation = (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return 1 - sum;
  };
  const hamming = (a, b) => a.reduce((sum, bit, i) => sum + Number(bit !== b[i]), 0);
  return [
    ['16 x 16 pixels', small, correlation],
    ['32 x 32 pixels', large, correlation],
    ['pHash', hashes, hamming],
  ];
}

function normalized(bytes) {
  const values = Float64Array.from(bytes);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const length = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0)) || 1;
  return values.map(v => (v - mean) / length);
}

/** The signs of the 64 lowest frequencies about their median: Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010. */
function pHash(grey) {
  const low = [];
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          sum += grey[y * 32 + x] * Math.cos(((2 * x + 1) * u * Math.PI) / 64) * Math.cos(((2 * y + 1) * v * Math.PI) / 64);
        }
      }
      low.push(sum);
    }
  }
  const median = low.slice(1).sort((a, b) => a - b)[31];
  return low.map(value => Number(value > median));
}

async function strokeBaselines() {
  const ways = files.map(({ from }) => {
    const [head, ...rows] = readFileSync(from, 'utf8').trim().split('\n');
    const names = head.split(',');
    const column = name => rows.map(row => Number(row.split(',')[names.indexOf(name)]));
    return evenly(column('x'), column('y'), 64);
  });
  const pointwise = (a, b) => a.reduce((sum, [x, y], i) => sum + Math.hypot(x - b[i][0], y - b[i][1]), 0) / a.length;
  return [
    ['64 points', ways, pointwise],
    ['time warping', ways, warped],
  ];
}

function evenly(x, y, count) {
  const mean = v => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const spread = Math.sqrt(mean(x.map((v, i) => (v - mx) ** 2 + (y[i] - my) ** 2))) || 1;
  return Array.from({ length: count }, (_, k) => {
    const at = (k / (count - 1)) * (x.length - 1);
    const i = Math.min(x.length - 2, Math.floor(at));
    const mix = v => v[i] + (at - i) * (v[i + 1] - v[i]);
    return [(mix(x) - mx) / spread, (mix(y) - my) / spread];
  });
}

/** Dynamic time warping in a band of 10 points (Sakoe and Chiba, 1978). */
function warped(a, b) {
  const n = a.length;
  let before = new Float64Array(n + 1).fill(Infinity);
  before[0] = 0;
  for (let i = 1; i <= n; i++) {
    const row = new Float64Array(n + 1).fill(Infinity);
    for (let j = Math.max(1, i - 10); j <= Math.min(n, i + 10); j++) {
      const cost = Math.hypot(a[i - 1][0] - b[j - 1][0], a[i - 1][1] - b[j - 1][1]);
      row[j] = cost + Math.min(before[j], before[j - 1], row[j - 1]);
    }
    before = row;
  }
  return before[n] / n;
}
